const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');

const { version } = require('../package.json');

/** The package without any addon, in a folder of its own, and what its loader says under a given disguise. */
function loadElsewhere(t, disguise, addons = {}) {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'ccap-loader-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  for (const file of ['package.json', 'index.js', 'binding.js']) {
    fs.copyFileSync(path.join(__dirname, '..', file), path.join(folder, file));
  }
  for (const [file, text] of Object.entries(addons)) {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), text);
  }
  fs.writeFileSync(
    path.join(folder, 'load.cjs'),
    `${disguise}
    try {
      require('./index.js');
    } catch ({ code, message, cause }) {
      console.log(JSON.stringify({ code, message, cause: cause?.message }));
    }`,
  );
  const { stdout, stderr } = spawnSync(process.execPath, [path.join(folder, 'load.cjs')], {
    encoding: 'utf8',
  });
  assert.equal(stderr, '');
  return { folder, ...JSON.parse(stdout) };
}

function as(platform, arch) {
  return `for (const [name, value] of Object.entries(${JSON.stringify({ platform, arch })})) {
    Object.defineProperty(process, name, { value });
  }`;
}

/** Takes the place of the program that runs, so that its loader names another C library. */
function on(interpreter) {
  return `const program = require('node:path').join(__dirname, 'program');
  require('node:fs').writeFileSync(program, '\\x7fELF...${interpreter}...');
  process.execPath = program;`;
}

const PLATFORMS = {
  'linux-x64-gnu': as('linux', 'x64') + on('/lib64/ld-linux-x86-64.so.2'),
  'linux-x64-musl': as('linux', 'x64') + on('/lib/ld-musl-x86_64.so.1'),
  'linux-arm64-gnu': as('linux', 'arm64') + on('/lib/ld-linux-aarch64.so.1'),
  'linux-arm64-musl': as('linux', 'arm64') + on('/lib/ld-musl-aarch64.so.1'),
  'darwin-x64': as('darwin', 'x64'),
  'darwin-arm64': as('darwin', 'arm64'),
  'win32-x64-msvc': as('win32', 'x64'),
  'win32-arm64-msvc': as('win32', 'arm64'),
};

for (const [platform, disguise] of Object.entries(PLATFORMS)) {
  test(`on ${platform} the package that is missing is named`, (t) => {
    const { folder, code, message, cause } = loadElsewhere(t, disguise);
    assert.equal(code, 'ERR_DLOPEN_FAILED');
    assert.equal(
      message,
      [
        `ccap-rs ${version} has no native addon that loads on ${platform}.`,
        `The prebuilt package @ccap-rs/${platform} is not installed. That is so when optional dependencies are left out`,
        '(--omit=optional, --no-optional), and when node_modules or the lock file come from another platform: remove both',
        'and install again.',
        'To build it, install Rust (https://rustup.rs) and a C linker, and run:',
        `  node ${JSON.stringify(path.join(folder, 'install.js'))}`,
      ].join('\n'),
    );
    assert.equal(cause, undefined);
  });
}

test('the platforms that the loader knows are those that are built', () => {
  const { napi } = require('../package.json');
  const names = { x86_64: 'x64', aarch64: 'arm64', apple: 'darwin', pc: 'win32' };
  const built = napi.targets.map((target) => {
    const [arch, vendor, system, libc] = target.split('-');
    const platform = names[vendor] ?? system;
    return [platform, names[arch], ...(libc ? [libc] : [])].join('-');
  });
  assert.deepEqual(built.sort(), Object.keys(PLATFORMS).sort());
});

test('on any other platform there is nothing to install, but it can be built', (t) => {
  const { message } = loadElsewhere(t, as('freebsd', 'riscv64'));
  const [first, second] = message.split('\n');
  assert.equal(first, `ccap-rs ${version} has no native addon that loads on freebsd-riscv64.`);
  assert.match(second, /^To build it, install Rust/);
});

test('an addon that is there and does not load is what the error is about', (t) => {
  const [[platform, disguise]] = Object.entries(PLATFORMS);
  const name = `ccap-rs.${platform}.node`;
  const { message, cause } = loadElsewhere(t, disguise, { [name]: 'made for another machine' });
  assert.match(cause, /ccap-rs\.linux-x64-gnu\.node/);
  assert.equal(message.split('\n')[1], `  ${cause}`);
  assert.doesNotMatch(message, /is not installed/);
});

test('a prebuilt addon of another version is not looked at', (t) => {
  const [[platform, disguise]] = Object.entries(PLATFORMS);
  const name = `@ccap-rs/${platform}`;
  const { message, cause } = loadElsewhere(t, disguise, {
    [`node_modules/${name}/package.json`]: JSON.stringify({ name, version: '0.0.1' }),
    [`node_modules/${name}/index.js`]: "console.log('loaded');",
  });
  assert.match(cause, new RegExp(`^${name} 0\\.0\\.1 is installed, but ccap-rs ${version} takes `));
  assert.equal(message.split('\n')[1], `  ${cause}`);
  assert.doesNotMatch(message, /is not installed/);
});
