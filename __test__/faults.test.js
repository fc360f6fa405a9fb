// What may befall a process: signals, an end in the middle of everything, a stop for as long as it takes, copies of it and of the
// package. None of it crashes, and no picture is shown twice.

const assert = require('node:assert/strict');
const { fork } = require('node:child_process');
const { once } = require('node:events');
const path = require('node:path');
const test = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');

const { runChecked } = require('./helpers.js');

const BUSY = path.join(__dirname, 'children/busy.js');
const onWindows = process.platform === 'win32';
const TIMES = 12;

/** A child that draws in every way; `args` say for how long. */
async function busy(...args) {
  const child = fork(BUSY, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, stderr }));
  await once(child, 'message');
  return { child, ended };
}

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL']) {
  test(`${signal} while everything is drawn ends the process by that`, {
    skip: onWindows,
  }, async () => {
    for (let i = 0; i < TIMES / 4; i += 1) {
      const { child, ended } = await busy();
      await sleep(3 * i);
      child.kill(signal);
      assert.deepEqual(await ended, { code: null, signal, stderr: '' });
    }
  });
}

test('process.exit() while everything is drawn ends it with that code', async () => {
  for (let i = 0; i < TIMES; i += 1) {
    const { ended } = await busy('exit');
    assert.deepEqual(await ended, { code: 0, signal: null, stderr: '' });
  }
});

test('a process that was stopped goes on, and shows no picture twice', {
  skip: onWindows,
}, async () => {
  const { child, ended } = await busy();
  for (let i = 0; i < 5; i += 1) {
    child.kill('SIGSTOP');
    await sleep(40);
    child.kill('SIGCONT');
    await sleep(10);
  }
  child.send('texts');
  const [{ texts, panics }] = await once(child, 'message');
  assert.equal(panics, 0);
  assert.ok(texts.length > 100, `${texts.length}`);
  assert.equal(new Set(texts).size, texts.length);
  assert.deepEqual(await ended, { code: 0, signal: null, stderr: '' });
});

test('nothing is left on the heap of 500 requests that make an instance each', () =>
  runChecked('heap.js'));

test('processes of a cluster share no texts', () => runChecked('clustered.js'));

test('two copies of the package go together', () => runChecked('copies.js'));
