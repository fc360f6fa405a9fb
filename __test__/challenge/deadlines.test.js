const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const { test } = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const { Deadlines } = require('../../challenge/deadlines.js');

test('what is deleted in time is not late, and the others are in the order in which they came', async () => {
  const deadlines = new Deadlines(30);
  const late = [];
  const entries = [0, 1, 2, 3, 4].map((i) => deadlines.add(() => late.push(i)));
  for (const i of [0, 2, 4]) {
    assert.equal(deadlines.delete(entries[i]), true);
    assert.equal(deadlines.delete(entries[i]), false);
  }
  await sleep(10);
  const last = deadlines.add(() => late.push(5));
  while (late.length < 3) {
    await sleep(1);
  }
  assert.deepEqual(late, [1, 3, 5]);
  assert.equal(deadlines.delete(entries[1]), false);
  assert.equal(deadlines.delete(last), false);
});

test('what is not waited for any more leads to nothing that is', () => {
  const deadlines = new Deadlines(60_000);
  const entries = [0, 1, 2].map(() => deadlines.add(() => {}));
  deadlines.delete(entries[1]);
  assert.deepEqual([entries[1].older, entries[1].newer], [null, null]);
  assert.equal(entries[0].newer, entries[2]);
  deadlines.delete(entries[0]);
  deadlines.delete(entries[2]);
});

test('a timer that nobody waits for lets the process end', () => {
  const file = JSON.stringify(require.resolve('../../challenge/deadlines.js'));
  const start = performance.now();
  const { status } = spawnSync(process.execPath, [
    '-e',
    `const { Deadlines } = require(${file});
    const deadlines = new Deadlines(60_000);
    const entries = [1, 2].map(() => deadlines.add(() => {}));
    entries.forEach((entry) => deadlines.delete(entry));`,
  ]);
  assert.equal(status, 0);
  assert.ok(performance.now() - start < 30_000);
});
