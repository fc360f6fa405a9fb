'use strict';

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const { test } = require('node:test');
const { MemoryStore } = require('../stores/memory');

function storeWithClock(options) {
  const clock = { time: 1000 };
  return { clock, store: new MemoryStore({ ...options, now: () => clock.time }) };
}

test('an answer can be taken once', async () => {
  const store = new MemoryStore();
  await store.set('a', 'ANSWER', 1000);
  assert.equal(store.size, 1);
  assert.equal(await store.take('a'), 'ANSWER');
  assert.equal(await store.take('a'), undefined);
  assert.equal(store.size, 0);
});

test('what was never set is undefined, whatever its name', async () => {
  const store = new MemoryStore();
  for (const id of ['a', '', '__proto__', 'constructor', undefined]) {
    assert.equal(await store.take(id), undefined);
  }
});

test('of many takers one wins', async () => {
  const store = new MemoryStore();
  await store.set('a', 'ANSWER', 1000);
  const taken = await Promise.all(Array.from({ length: 100 }, () => store.take('a')));
  assert.deepEqual(
    taken.filter((answer) => answer !== undefined),
    ['ANSWER'],
  );
});

test('an answer expires at the end of its lifetime, not before', async () => {
  const { clock, store } = storeWithClock();
  await store.set('a', 'A', 100);
  await store.set('b', 'B', 100);
  clock.time += 99;
  assert.equal(await store.take('a'), 'A');
  clock.time += 1;
  assert.equal(await store.take('b'), undefined);
  assert.equal(store.size, 0);
});

test('setting sweeps what has expired', async () => {
  const { clock, store } = storeWithClock();
  for (let i = 0; i < 50; i++) await store.set(`old ${i}`, 'A', 100);
  assert.equal(store.size, 50);
  clock.time += 100;
  await store.set('new', 'B', 100);
  assert.equal(store.size, 1);
  assert.equal(await store.take('new'), 'B');
});

test('each entry has its own lifetime', async () => {
  const { clock, store } = storeWithClock();
  await store.set('long', 'L', 1000);
  await store.set('short', 'S', 10);
  clock.time += 10;
  // The sweep stops at the live entry in front; the expired one must not be handed out.
  await store.set('later', 'X', 500);
  assert.equal(await store.take('short'), undefined);
  assert.equal(await store.take('later'), 'X');
  clock.time += 989;
  assert.equal(await store.take('long'), 'L');

  await store.set('short', 'S', 10);
  await store.set('long', 'L', 1000);
  clock.time += 10;
  await store.set('later', 'X', 500);
  assert.equal(store.size, 2);
  assert.equal(await store.take('long'), 'L');
});

test('when it is full the oldest goes, and no other', async () => {
  const { store } = storeWithClock({ max: 3 });
  for (const id of ['a', 'b', 'c', 'd', 'e']) {
    await store.set(id, id.toUpperCase(), 100);
    assert.ok(store.size <= 3);
  }
  const taken = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((id) => store.take(id)));
  assert.deepEqual(taken, [undefined, undefined, 'C', 'D', 'E']);
});

test('an id set anew gets the new answer, a new lifetime and the last place', async () => {
  const { clock, store } = storeWithClock({ max: 2 });
  await store.set('a', 'old', 100);
  await store.set('b', 'B', 100);
  clock.time += 60;
  await store.set('a', 'new', 100);
  assert.equal(store.size, 2);
  await store.set('c', 'C', 100);
  assert.equal(await store.take('b'), undefined);
  clock.time += 60;
  assert.equal(await store.take('a'), 'new');
});

test('it holds 10,000 answers unless told otherwise', async () => {
  const store = new MemoryStore();
  for (let i = 0; i < 10_001; i++) await store.set(String(i), `answer ${i}`, 60_000);
  assert.equal(store.size, 10_000);
  assert.equal(await store.take('0'), undefined);
  assert.equal(await store.take('1'), 'answer 1');
  assert.equal(await store.take('10000'), 'answer 10000');
});

test('closing forgets everything', async () => {
  const store = new MemoryStore();
  await store.set('a', 'A', 1000);
  await store.close();
  assert.equal(store.size, 0);
  assert.equal(await store.take('a'), undefined);
});

test('it does not keep the process alive', () => {
  const path = JSON.stringify(require.resolve('../stores/memory'));
  const script = `
    const { MemoryStore } = require(${path});
    new MemoryStore().set('a', 'A', 3_600_000).then(() => console.log('set'));
  `;
  // Without the timeout, a timer in the store would hold this test for the hour.
  const { status, signal, stdout } = spawnSync(process.execPath, ['-e', script], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  assert.deepEqual({ status, signal, stdout }, { status: 0, signal: null, stdout: 'set\n' });
});
