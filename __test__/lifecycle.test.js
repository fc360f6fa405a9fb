const assert = require('node:assert/strict');
const { test } = require('node:test');
const { run, runChecked } = require('./helpers.js');

const WAYS_TO_END = {
  nothing: 'was only loaded',
  get: 'took a picture',
  getMany: 'took many pictures',
  getAsync: 'waited for a promise',
  promisesUnderWay: 'left promises under way',
  full: 'waited until a cache was full',
  stopped: 'stopped refilling',
  stoppedAndStarted: 'stopped refilling and started it again',
  configured: 'set the bounds',
  render: 'drew a text',
  failed: 'caught errors',
};

for (const [way, what] of Object.entries(WAYS_TO_END)) {
  test(`a process in which ccap ${what} ends by itself`, () => runChecked('ends.js', [way]));
}

const WAYS_TO_EXIT = {
  exitDuringRefill: 'while a cache is refilled',
  exitDuringPromises: 'while promises are under way',
  exitAmongPromises: 'when some promises are through',
  exitInGenerate: 'inside of generate',
  exitInGenerateOfPromise: 'inside of generate, for a promise',
  exitInExitHandler: 'and ccap is used even then',
};

for (const [way, when] of Object.entries(WAYS_TO_EXIT)) {
  test(`process.exit() works ${when}`, async () => {
    for (let i = 0; i < 5; i++) {
      // Nothing comes after what is said before exit().
      assert.deepEqual(await runChecked('ends.js', [way]), []);
    }
  });
}

test('the addon is loaded in one worker after another, and in no other thread', () =>
  runChecked('workers.js', ['oneAfterAnother']));

test('50 workers end, half of them terminated while they draw', () =>
  runChecked('workers.js', ['fifty']));

test('the last worker goes and another comes, ten times', () =>
  runChecked('workers.js', ['manyGenerations']));

test('the main thread goes on drawing while workers come and go', () =>
  runChecked('workers.js', ['withMain']));

test('process.exit() works while workers draw', async () => {
  for (let i = 0; i < 5; i++) {
    assert.deepEqual(await runChecked('workers.js', ['exitUnderWay']), []);
  }
});

test('no picture is handed to two workers', () => runChecked('workers.js', ['distinct']));

test('workers share caches, bounds and switch', () => runChecked('workers.js', ['shared']));

test('workers that set bounds at once lose none', () => runChecked('workers.js', ['configured']));

test('the package may be loaded several times', () => runChecked('loads.js', ['twice']));

test('the package may be loaded in several contexts', () => runChecked('loads.js', ['contexts']));

test('what comes from another context is taken', () => runChecked('loads.js', ['foreignOptions']));

test('the test runner ends when the tests that use ccap are through', async () => {
  const { execArgv, passed } = process.versions.bun
    ? { execArgv: ['test'], passed: /^ 1 pass$/m }
    : {
        execArgv: ['--test', '--test-reporter=tap'],
        passed: process.versions.deno ? /\| 1 passed \| 0 failed/ : /^# pass 1$/m,
      };
  const { code, signal, stdout, stderr, timedOut } = await run('in-runner.js', [], { execArgv });
  assert.deepEqual({ code, signal, timedOut }, { code: 0, signal: null, timedOut: false }, stderr);
  // Bun's prints there.
  assert.match(process.versions.bun ? stderr : stdout, passed);
  assert.ok(process.versions.bun || stderr === '', stderr);
});
