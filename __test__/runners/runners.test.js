const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');

const ROOT = path.join(__dirname, '../..');

/** How many files hold the same tests: enough that each worker has several. */
const FILES = 5;

/** A user's project: the package in node_modules, where runners leave things as they are, and a spec several times. */
function makeProject(t, spec) {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'ccap-runner-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const modules = path.join(folder, 'node_modules');
  const own = path.join(modules, 'ccap-rs');
  fs.mkdirSync(own, { recursive: true });
  const { files } = require(path.join(ROOT, 'package.json'));
  for (const name of fs.readdirSync(ROOT)) {
    if (name === 'package.json' || name.endsWith('.node') || files.includes(name)) {
      fs.cpSync(path.join(ROOT, name), path.join(own, name), { recursive: true });
    }
  }
  fs.symlinkSync(
    path.join(__dirname, 'node_modules/vitest'),
    path.join(modules, 'vitest'),
    'junction',
  );
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "name": "user" }');
  const [name, ...extensions] = spec.split('.');
  for (let i = 0; i < FILES; i++) {
    const copy = [`${name}-${i}`, ...extensions].join('.');
    fs.copyFileSync(path.join(__dirname, 'specs', spec), path.join(folder, copy));
  }
  return folder;
}

/** Runs a runner, which must end by itself, and counts what passed there. */
async function passedIn(folder, bin, args) {
  const { NODE_TEST_CONTEXT, NODE_OPTIONS, ...env } = process.env;
  const file = path.join(__dirname, 'node_modules', bin);
  const child = spawn(process.execPath, [file, ...args], {
    cwd: folder,
    env: { ...env, CI: 'true', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
    });
  }
  const timer = setTimeout(() => child.kill('SIGKILL'), 300_000);
  const [code, signal] = await new Promise((resolve, reject) =>
    child.on('error', reject).on('close', (...end) => resolve(end)),
  );
  clearTimeout(timer);
  assert.deepEqual({ code, signal }, { code: 0, signal: null }, output);
  // What Jest says of processes that did not end, and of what keeps them.
  assert.doesNotMatch(output, /did not exit|failed to exit|open handle/);
  return Number(/Tests:? +(\d+) passed/.exec(output)?.[1]);
}

function testsIn(spec) {
  const text = fs.readFileSync(path.join(__dirname, 'specs', spec), 'utf8');
  return text.match(/^test\(/gm).length;
}

const JEST = {
  'in processes': ['--maxWorkers=2'],
  'in one process': ['--runInBand'],
  'in one process, looking for what is left open': ['--runInBand', '--detectOpenHandles'],
  'in threads': ['--maxWorkers=2', '--workerThreads'],
  'with modules that are reset for each test': ['--runInBand', '--resetModules'],
};

for (const [how, args] of Object.entries(JEST)) {
  test(`Jest ${how}`, async (t) => {
    const folder = makeProject(t, 'jest.spec.js');
    const passed = await passedIn(folder, 'jest/bin/jest.js', ['--rootDir', folder, ...args]);
    assert.equal(passed, FILES * testsIn('jest.spec.js'));
  });
}

const VITEST = {
  'in processes': ['--pool=forks', '--maxWorkers=2'],
  'in threads': ['--pool=threads', '--maxWorkers=2'],
  'in threads with contexts': ['--pool=vmThreads', '--maxWorkers=2'],
  'in processes with contexts': ['--pool=vmForks', '--maxWorkers=2'],
  'in one thread, with nothing isolated': ['--pool=threads', '--maxWorkers=1', '--no-isolate'],
};

for (const [how, args] of Object.entries(VITEST)) {
  test(`Vitest ${how}`, async (t) => {
    const folder = makeProject(t, 'vitest.spec.mjs');
    const passed = await passedIn(folder, 'vitest/vitest.mjs', ['run', '--root', folder, ...args]);
    assert.equal(passed, FILES * testsIn('vitest.spec.mjs'));
  });
}
