'use strict';

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const { test } = require('node:test');
const { memoryStore } = require('ccap-rs/challenge');
const { assertRangeError, assertTypeError, thrownBy } = require('../helpers.js');

function storeWithClock(options) {
  const clock = { time: 1000 };
  return { clock, store: memoryStore({ ...options, now: () => clock.time }) };
}

test('an answer can be taken once', async () => {
  const store = memoryStore();
  await store.set('a', 'ANSWER', 1000);
  assert.equal(store.size, 1);
  assert.equal(await store.take('a'), 'ANSWER');
  assert.equal(await store.take('a'), undefined);
  assert.equal(store.size, 0);
});

test('what was never set is undefined, whatever its name', async () => {
  const store = memoryStore();
  for (const id of ['a', '', '__proto__', 'constructor', undefined]) {
    assert.equal(await store.take(id), undefined);
  }
});

test('of many takers one wins', async () => {
  const store = memoryStore();
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

test('setting frees what has expired, a few entries at a time', async () => {
  const { clock, store } = storeWithClock();
  for (let i = 0; i < 1000; i++) {
    await store.set(`old ${i}`, 'A', 100);
  }
  clock.time += 100;
  let size = store.size;
  for (let i = 0; i < 1000; i++) {
    await store.set(`new ${i}`, 'B', 100);
    const freed = size + 1 - store.size;
    assert.ok(freed >= 0 && freed <= 4, `${freed} freed at once`);
    size = store.size;
  }
  assert.equal(size, 1000);
  assert.equal(await store.take('new 0'), 'B');
});

test('as many are held as live, however many went before', async () => {
  const { clock, store } = storeWithClock();
  for (let i = 0; i < 50_000; i++) {
    clock.time += 1;
    await store.set(`id ${i}`, 'A', 1000);
    assert.ok(store.size <= 1001, `${store.size}`);
  }
});

test('what expires behind a long-lived answer is freed too', async () => {
  const { clock, store } = storeWithClock();
  await store.set('long', 'L', 1_000_000);
  for (let i = 0; i < 50_000; i++) {
    clock.time += 1;
    await store.set(`id ${i}`, 'A', 500);
    await store.set(`other ${i}`, 'A', 1000);
    assert.ok(store.size <= 4000, `${store.size}`);
  }
  assert.equal(await store.take('long'), 'L');
});

test('each entry has its own lifetime', async () => {
  const { clock, store } = storeWithClock();
  await store.set('long', 'L', 1000);
  await store.set('short', 'S', 10);
  clock.time += 10;
  await store.set('later', 'X', 500);
  assert.equal(await store.take('short'), undefined);
  assert.equal(await store.take('later'), 'X');
  clock.time += 989;
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

test('it does what a plain model of it does', async () => {
  const { clock, store } = storeWithClock({ max: 20 });
  let model = [];
  let seed = 1;
  // The same numbers in each run: a failure can be run again.
  const random = (below) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  for (let i = 0; i < 20_000; i++) {
    clock.time += random(3);
    const id = `id ${random(60)}`;
    if (random(3) > 0) {
      const ttl = 1 + random(40);
      model = model.filter((entry) => entry.id !== id);
      model.push({ id, answer: `${i}`, expires: clock.time + ttl });
      await store.set(id, `${i}`, ttl);
      // A model that forgets nothing but the expired ones holds at least what a bounded store does.
      model = model.filter(({ expires }) => clock.time < expires).slice(-20);
    } else {
      const found = model.find((entry) => entry.id === id);
      const taken = await store.take(id);
      if (taken !== undefined) {
        assert.equal(taken, found?.answer);
        assert.ok(clock.time < found.expires);
      } else if (found && clock.time < found.expires) {
        // Evicted, though it lives: only while others that have expired took up room.
        assert.ok(model.indexOf(found) < model.length - 1);
      }
      model = model.filter((entry) => entry.id !== id);
    }
    assert.ok(store.size <= 20);
  }
});

test('it holds 10,000 answers unless told otherwise', async () => {
  const store = memoryStore();
  for (let i = 0; i < 10_001; i++) {
    await store.set(String(i), `answer ${i}`, 60_000);
  }
  assert.equal(store.size, 10_000);
  assert.equal(await store.take('0'), undefined);
  assert.equal(await store.take('1'), 'answer 1');
  assert.equal(await store.take('10000'), 'answer 10000');
});

test('bad options are refused', () => {
  for (const max of [0, -1, 10_000_001, Number.NaN, Number.POSITIVE_INFINITY]) {
    assertRangeError(
      thrownBy(() => memoryStore({ max })),
      `The value of "max" is out of range. It must be >= 1 && <= 10000000. Received ${max}`,
    );
  }
  for (const [max, received] of [
    [null, 'null'],
    [{}, 'an object'],
    ['many', 'type string ("many")'],
    [true, 'type boolean (true)'],
  ]) {
    assertTypeError(
      thrownBy(() => memoryStore({ max })),
      `The "max" option must be of type number. Received ${received}`,
    );
  }
  assertTypeError(
    thrownBy(() => memoryStore({ now: 5 })),
    'The "now" option must be of type function. Received type number (5)',
  );
  for (const options of [null, 5, [], 'max']) {
    assert.throws(() => memoryStore(options), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
  }
  assert.throws(() => memoryStore({ maximum: 5 }), {
    name: 'TypeError',
    code: 'ERR_INVALID_ARG_VALUE',
    message: 'The option "maximum" is unknown. It must be one of "max", "now"',
  });
});

test('it does not keep the process alive', () => {
  const script = `
    const { memoryStore } = require('ccap-rs/challenge');
    memoryStore().set('a', 'A', 3_600_000).then(() => console.log('set'));
  `;
  // Without the timeout, a timer in the store would hold this test for the hour.
  const { status, signal, stdout } = spawnSync(process.execPath, ['-e', script], {
    cwd: __dirname,
    encoding: 'utf8',
    timeout: 60_000,
  });
  assert.deepEqual({ status, signal, stdout }, { status: 0, signal: null, stdout: 'set\n' });
});
