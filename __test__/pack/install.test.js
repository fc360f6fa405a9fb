const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { PLATFORM, USE, USED, VERSION, makeProject, run, withoutCargo } = require('./project.js');
const { DIST, startRegistry, tarballName } = require('./registry.js');

const ALIAS = 'ccap@npm:ccap-rs';
const PREBUILT = `@ccap-rs/${PLATFORM}`;

/** Kept from one run to the next; users have none, and get a folder that is removed. */
const CARGO_TARGET = { CARGO_TARGET_DIR: path.join(DIST, '../target/pack') };

/** What git knows of the package, as it stands here, in a repository of its own. */
function makeRepository(folder) {
  const root = path.join(__dirname, '../..');
  const git = (args, cwd) => execFileSync('git', args, { cwd, encoding: 'utf8' });
  const files = git(['ls-files', '-z', '--cached', '--others', '--exclude-standard'], root);
  for (const file of files.split('\0').filter((name) => fs.existsSync(path.join(root, name)))) {
    if (file !== '') {
      fs.cpSync(path.join(root, file), path.join(folder, file));
    }
  }
  git(['init', '--quiet'], folder);
  git(['add', '.'], folder);
  const who = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org'];
  git([...who, 'commit', '--quiet', '--message', 'All'], folder);
}

/** Whether there is no such process. One that its parent has not asked for yet has ended too. */
function hasEnded(pid) {
  try {
    process.kill(pid, 0);
  } catch {
    return true;
  }
  const state = execFileSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' });
  return state.startsWith('Z');
}

async function registryFor(t, options) {
  const registry = await startRegistry(options);
  t.after(() => registry.close());
  return registry;
}

async function assertUsable(folder, options) {
  const { code, output } = await run(folder, process.execPath, ['-e', USE], options);
  assert.deepEqual({ code, output }, { code: 0, output: USED });
}

function assertInstalled({ code, output }) {
  assert.equal(code, 0, output);
}

function installed(folder, ...names) {
  return path.join(folder, 'node_modules', ...names);
}

test('npm installs it under the name of ccap, with the one addon that fits, and runs nothing', async (t) => {
  const folder = makeProject(t);
  const registry = await registryFor(t);
  const bin = withoutCargo(folder);
  assertInstalled(await run(folder, 'npm', ['install', ALIAS], { registry: registry.url, bin }));
  assert.deepEqual(registry.fetched.sort(), [PREBUILT, 'ccap-rs']);
  assert.equal(
    JSON.parse(fs.readFileSync(path.join(folder, 'package.json'))).dependencies.ccap,
    `npm:ccap-rs@^${VERSION}`,
  );
  await assertUsable(folder, { bin });

  // And again from the lock file, as it is done when a service is deployed.
  fs.rmSync(installed(folder), { recursive: true });
  assertInstalled(await run(folder, 'npm', ['ci'], { registry: registry.url, bin }));
  await assertUsable(folder, { bin });
  assert.deepEqual(
    fs.readdirSync(installed(folder, 'ccap')).filter((name) => /^target$|\.node$/.test(name)),
    [],
  );
});

test('npm installs it under its own name', async (t) => {
  const folder = makeProject(t);
  const registry = await registryFor(t);
  assertInstalled(await run(folder, 'npm', ['install', 'ccap-rs'], { registry: registry.url }));
  const use = USE.replaceAll("'ccap'", "'ccap-rs'").replaceAll("'ccap/", "'ccap-rs/");
  const { output } = await run(folder, process.execPath, ['-e', use]);
  assert.equal(output, USED);
});

test('npm puts it in the place of the ccap that a dependency wants', async (t) => {
  const folder = makeProject(t, { overrides: { ccap: `npm:ccap-rs@^${VERSION}` } });
  const manifest = { name: 'login', version: '1.0.0', dependencies: { ccap: '^0.6.10' } };
  fs.mkdirSync(path.join(folder, 'login/package'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'login/package/package.json'), JSON.stringify(manifest));
  fs.writeFileSync(
    path.join(folder, 'login/package/index.js'),
    "module.exports = require('ccap');",
  );
  const tarball = execFileSync('tar', ['cz', '-C', path.join(folder, 'login'), 'package']);
  const registry = await registryFor(t, { others: [{ manifest, tarball }] });
  assertInstalled(await run(folder, 'npm', ['install', 'login'], { registry: registry.url }));
  const use = USE.replace("require('ccap')", "require('login')");
  const { output } = await run(folder, process.execPath, ['-e', use]);
  assert.equal(output, USED);
});

test('npm installs both tarballs without a registry', async (t) => {
  const folder = makeProject(t);
  const registry = await registryFor(t);
  const tarball = (name) => `file:${path.join(DIST, tarballName({ name, version: VERSION }))}`;
  const args = ['install', `ccap@${tarball('ccap-rs')}`, `${PREBUILT}@${tarball(PREBUILT)}`];
  assertInstalled(await run(folder, 'npm', args, { registry: registry.url }));
  assert.deepEqual(registry.fetched, []);
  await assertUsable(folder);
});

test('npm install --ignore-scripts is enough where a prebuilt addon fits', async (t) => {
  const folder = makeProject(t);
  const registry = await registryFor(t);
  const args = ['install', '--ignore-scripts', ALIAS];
  assertInstalled(await run(folder, 'npm', args, { registry: registry.url }));
  await assertUsable(folder);
});

test('without a prebuilt addon and without cargo, installing fails and says what to do', async (t) => {
  const folder = makeProject(t);
  const registry = await registryFor(t, { absent: [PLATFORM] });
  const bin = withoutCargo(folder);
  const { code, output } = await run(folder, 'npm', ['install', ALIAS], {
    registry: registry.url,
    bin,
  });
  assert.equal(code, 1, output);
  for (const part of [
    `ccap-rs ${VERSION} has no native addon that loads on ${PLATFORM}.`,
    `The prebuilt package ${PREBUILT} is not installed.`,
    '--omit=optional',
    'install Rust (https://rustup.rs) and a C linker, and install again.',
  ]) {
    assert.ok(output.includes(part), `${part} is missing in\n${output}`);
  }
});

test('without optional dependencies and install scripts, require() says what to do', async (t) => {
  const folder = makeProject(t);
  const registry = await registryFor(t);
  const args = ['install', '--omit=optional', '--ignore-scripts', ALIAS];
  assertInstalled(await run(folder, 'npm', args, { registry: registry.url }));
  const script = "try { require('ccap') } catch (e) { console.log(e.code + '|' + e.message) }";
  const { output } = await run(folder, process.execPath, ['-e', script]);
  assert.equal(
    output,
    [
      `ERR_DLOPEN_FAILED|ccap-rs ${VERSION} has no native addon that loads on ${PLATFORM}.`,
      `The prebuilt package ${PREBUILT} is not installed. That is so when optional dependencies are left out`,
      '(--omit=optional, --no-optional), and when node_modules or the lock file come from another platform: remove both',
      'and install again.',
      'To build it, install Rust (https://rustup.rs) and a C linker, and run:',
      `  node ${JSON.stringify(installed(folder, 'ccap', 'install.js'))}`,
      '',
    ].join('\n'),
  );
});

test('an addon that does not load is told from one that is missing', async (t) => {
  const folder = makeProject(t);
  const registry = await registryFor(t);
  assertInstalled(await run(folder, 'npm', ['install', ALIAS], { registry: registry.url }));
  const addon = installed(folder, PREBUILT, `ccap-rs.${PLATFORM}.node`);
  fs.writeFileSync(addon, 'made for another machine');
  const script =
    "try { require('ccap') } catch (e) { console.log(e.code, e.cause.code, e.message) }";
  const { output } = await run(folder, process.execPath, ['-e', script]);
  assert.match(output, /^ERR_DLOPEN_FAILED ERR_DLOPEN_FAILED ccap-rs .* has no native addon/);
  assert.ok(output.includes(addon), output);
  assert.ok(!output.includes('is not installed'), output);

  const bin = withoutCargo(folder);
  const install = installed(folder, 'ccap', 'install.js');
  const byHand = await run(folder, process.execPath, [install], { bin });
  assert.equal(byHand.code, 1);
  assert.ok(byHand.output.includes(addon), byHand.output);
});

test('without a prebuilt addon it is built with cargo, once', async (t) => {
  const folder = makeProject(t);
  const registry = await registryFor(t, { absent: [PLATFORM] });
  const { code, output } = await run(folder, 'npm', ['install', '--foreground-scripts', ALIAS], {
    registry: registry.url,
    env: CARGO_TARGET,
  });
  assert.equal(code, 0, output);
  assert.match(output, /^ccap-rs: no prebuilt addon loads on .*\. Building it with cargo/m);
  assert.match(output, /^ccap-rs: built\.$/m);
  assert.deepEqual(registry.fetched, ['ccap-rs']);
  await assertUsable(folder);

  const bin = withoutCargo(folder);
  const again = await run(folder, 'npm', ['rebuild', '--foreground-scripts'], { bin });
  assert.equal(again.code, 0, again.output);
  assert.doesNotMatch(again.output, /cargo/);
  await assertUsable(folder, { bin });
});

test('it is built inside of a folder that is a workspace of cargo too', async (t) => {
  const folder = makeProject(t);
  fs.writeFileSync(path.join(folder, 'Cargo.toml'), '[workspace]\nmembers = []\n');
  const registry = await registryFor(t, { absent: [PLATFORM] });
  const { code, output } = await run(folder, 'npm', ['install', ALIAS], {
    registry: registry.url,
    env: CARGO_TARGET,
  });
  assert.equal(code, 0, output);
  await assertUsable(folder);
});

test('from git it is built with cargo', async (t) => {
  const folder = makeProject(t);
  const repository = path.join(folder, 'repository');
  makeRepository(repository);
  // Before it packs what it has cloned, npm installs what is needed to work on it.
  const registry = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim();
  const { code, output } = await run(
    folder,
    'npm',
    // npm 12 and up take nothing from git unless told to.
    ['install', '--allow-git=all', '--foreground-scripts', `ccap@git+file://${repository}`],
    { registry, env: CARGO_TARGET },
  );
  assert.equal(code, 0, output);
  assert.match(output, /^ccap-rs: built\.$/m);
  await assertUsable(folder);
});

test('a clone says how it is built, and `node install.js` builds there too', async (t) => {
  const folder = makeProject(t);
  const clone = path.join(folder, 'clone');
  makeRepository(clone);
  const installed = await run(clone, 'npm', ['install', '--foreground-scripts', '--omit=dev'], {
    bin: withoutCargo(folder),
    registry: 'http://127.0.0.1:9/',
  });
  assert.equal(installed.code, 0, installed.output);
  assert.match(installed.output, /^ccap-rs: this is a clone\. `npm run build` builds its native/m);
  const unusable = await run(clone, process.execPath, ['-e', "require('.')"]);
  const [, named] = /^ {2}node (".*install\.js")$/m.exec(unusable.output) ?? [];
  assert.ok(named, unusable.output);
  const byHand = await run(clone, process.execPath, [JSON.parse(named)], { env: CARGO_TARGET });
  assert.equal(byHand.code, 0, byHand.output);
  assert.match(byHand.output, /^ccap-rs: built\.$/m);
  const use = await run(clone, process.execPath, ['-p', "require('.')().get()[0].length"]);
  assert.equal(use.output, '6\n');
});

test('a prebuilt addon of another version is not loaded, and both versions are told', async (t) => {
  const folder = makeProject(t);
  const registry = await registryFor(t);
  assertInstalled(await run(folder, 'npm', ['install', ALIAS], { registry: registry.url }));
  const manifest = installed(folder, PREBUILT, 'package.json');
  const older = { ...JSON.parse(fs.readFileSync(manifest, 'utf8')), version: '0.0.1' };
  fs.writeFileSync(manifest, JSON.stringify(older));
  const script = "try { require('ccap') } catch (e) { console.log(e.code + '|' + e.message) }";
  const { output } = await run(folder, process.execPath, ['-e', script]);
  const [first, second] = output.split('\n');
  assert.equal(
    first,
    `ERR_DLOPEN_FAILED|ccap-rs ${VERSION} has no native addon that loads on ${PLATFORM}.`,
  );
  assert.equal(
    second,
    `  ${PREBUILT} 0.0.1 is installed, but ccap-rs ${VERSION} takes ${PREBUILT} ${VERSION}. Remove node_modules, and what the lock file and your package.json say of ${PREBUILT}, and install again.`,
  );
});

test('cargo that does not end is ended with its compilers, having said that it goes on', async (t) => {
  const folder = makeProject(t);
  const registry = await registryFor(t, { absent: [PLATFORM] });
  const bin = withoutCargo(folder);
  const compiler = path.join(folder, 'compiler.pid');
  fs.writeFileSync(
    path.join(bin, 'cargo'),
    `#!/bin/sh
test "$1" = --version && exit 0
${process.execPath} -e 'setTimeout(() => {}, 600_000)' &
echo $! > ${JSON.stringify(compiler)}
wait
`,
    { mode: 0o755 },
  );
  const { code, output } = await run(folder, 'npm', ['install', '--foreground-scripts', ALIAS], {
    registry: registry.url,
    bin,
    env: { CCAP_BUILD_TIMEOUT: '12' },
  });
  assert.equal(code, 1, output);
  assert.match(output, /^ccap-rs: building for 10 seconds\.$/m);
  assert.match(
    output,
    /^ccap-rs: cargo was not done after 12 seconds, and was ended\. CCAP_BUILD/m,
  );
  assert.match(output, /CCAP_BUILD_TIMEOUT=24 gives it twice that time/);
  const pid = Number(fs.readFileSync(compiler, 'utf8'));
  assert.ok(hasEnded(pid), `${pid} runs on`);
});

test('a time for cargo that is none is refused', async (t) => {
  const folder = makeProject(t);
  const registry = await registryFor(t, { absent: [PLATFORM] });
  const bin = withoutCargo(folder);
  fs.writeFileSync(path.join(bin, 'cargo'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  for (const time of ['0', '-1', 'soon', '1000000']) {
    const { code, output } = await run(folder, 'npm', ['install', ALIAS], {
      registry: registry.url,
      bin,
      env: { CCAP_BUILD_TIMEOUT: time },
    });
    assert.equal(code, 1, output);
    assert.ok(output.includes(`from 1 to 999999. It is '${time}'.`), output);
  }
});

test('cargo that fails is told of, with the version that it takes', async (t) => {
  const folder = makeProject(t);
  const registry = await registryFor(t, { absent: [PLATFORM] });
  const bin = withoutCargo(folder);
  fs.writeFileSync(
    path.join(bin, 'cargo'),
    '#!/bin/sh\ntest "$1" = --version && exit 0\necho "error: too old" >&2\nexit 101\n',
    { mode: 0o755 },
  );
  const { code, output } = await run(folder, 'npm', ['install', ALIAS], {
    registry: registry.url,
    bin,
  });
  assert.equal(code, 1, output);
  assert.match(output, /error: too old/);
  assert.match(output, /ccap-rs: cargo build failed: see above\. It takes Rust 1\.\d+ or newer/);
});
