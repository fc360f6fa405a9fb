'use strict';

// Challenges in the sealed way, as a service meets them: lifetimes, clocks, what a picture is for, marks that fail.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const ccap = require('ccap-rs');
const { createChallenges, memoryMarks, memoryStore } = require('ccap-rs/challenge');
const { SIZE } = require('../../challenge/numbers.js');
const { decode, rejectionOf } = require('../helpers.js');
const { stubCaptcha } = require('./helpers.js');

const SECRET = 'a secret that several processes have';
const captcha = stubCaptcha();

/** The system's clock and the monotonic one, set to where the test wants them. */
function clocks(t) {
  const { now } = Date;
  const clock = { system: now(), monotonic: 1_000_000 };
  Date.now = () => clock.system;
  // One of its own, in front of its prototype's.
  const own = { configurable: true, value: () => clock.monotonic };
  Object.defineProperty(performance, 'now', own);
  t.after(() => {
    Date.now = now;
    delete performance.now;
  });
  clock.pass = (ms) => {
    clock.system += ms;
    clock.monotonic += ms;
  };
  return clock;
}

/** Marks around others that tell what they are asked. */
function recording(marks) {
  const calls = { open: [], mark: [] };
  return {
    calls,
    open(...args) {
      calls.open.push(args);
      return marks.open(...args);
    },
    mark(...args) {
      calls.mark.push(args);
      return marks.mark(...args);
    },
  };
}

test('a picture of ccap goes out with its answer sealed, and its text lets in, once', async () => {
  const texts = [];
  const real = ccap({ width: 200, format: 'png' });
  const observed = {
    async getAsync() {
      const picture = await real.getAsync();
      texts.push(picture[0]);
      return picture;
    },
  };
  const { issue, verify } = createChallenges({ captcha: observed, ttl: 60_000 });
  const before = Date.now();
  const { id, image, type, expiresAt } = await issue();
  const [text] = texts;
  assert.match(id, /^[\w-]{92}$/);
  assert.ok(!Buffer.from(id, 'base64url').includes(text.toLowerCase()));
  const { format, width } = await decode(image);
  assert.deepEqual({ format, width, type }, { format: 'png', width: 200, type: 'image/png' });
  assert.ok(expiresAt >= before + 60_000 && expiresAt <= Date.now() + 60_000);
  assert.equal(await verify(id, text.toLowerCase()), true);
  assert.equal(await verify(id, text), false);
});

test('a wrong answer uses the picture up, and so does what is no answer', async () => {
  const { issue, verify } = createChallenges({ captcha });
  const answers = [
    '------',
    '',
    ' ',
    '\u200b',
    'x'.repeat(257),
    undefined,
    null,
    5,
    {},
    ['abc12z'],
  ];
  for (const answer of [...answers, new String('abc12z'), Buffer.from('abc12z'), Symbol('a')]) {
    const { id } = await issue();
    assert.equal(await verify(id, answer), false);
    assert.equal(await verify(id, 'abc12z'), false);
  }
});

test('of 100 right answers at once one is right', async () => {
  const { issue, verify } = createChallenges({ captcha });
  const { id } = await issue();
  const all = await Promise.all(Array.from({ length: 100 }, () => verify(id, 'abc12z')));
  assert.equal(all.filter(Boolean).length, 1);
});

test('a process knows its own pictures to the millisecond, and no expired one costs a mark', async (t) => {
  const clock = clocks(t);
  for (const [ttl, lifetime] of [
    [undefined, 120_000],
    ['5000', 5000],
    [1.9, 1],
    [86_400_000, 86_400_000],
  ]) {
    const marks = recording(memoryMarks());
    const { issue, verify } = createChallenges({ captcha, ttl, marks });
    const [early, late] = [await issue(), await issue()];
    clock.pass(lifetime - 1);
    assert.equal(await verify(early.id, 'abc12z'), true);
    clock.pass(1);
    assert.equal(await verify(late.id, 'abc12z'), false);
    assert.equal(marks.calls.mark.length, 1);
  }
});

test('clocks of two processes may differ by the skew, and not by more', async (t) => {
  const clock = clocks(t);
  const start = clock.system;
  for (const skew of [0, 5000, 60_000]) {
    for (const [differ, isRight] of [
      // The other's clock is late, and it takes the picture for one of the future.
      [-skew, true],
      [-skew - 1, false],
      // The other's clock is early, and it takes the picture for an expired one.
      [119_999 + skew, true],
      [120_000 + skew, false],
    ]) {
      const marks = recording(memoryMarks());
      const options = { captcha, marks, secret: SECRET, skew };
      const [issuer, other] = [createChallenges(options), createChallenges(options)];
      clock.system = start;
      const { id } = await issuer.issue();
      clock.system = start + differ;
      assert.equal(await other.verify(id, 'abc12z'), isRight, `${skew} ${differ}`);
      assert.equal(marks.calls.mark.length, isRight ? 1 : 0);
      clock.system = start;
    }
  }
});

test('a clock that is set back revives nothing', async (t) => {
  const clock = clocks(t);
  const { issue, verify } = createChallenges({ captcha });
  const { id } = await issue();
  const other = await issue();
  assert.equal(await verify(id, 'abc12z'), true);
  clock.pass(300_000);
  clock.system -= 300_000;
  // By the system's clock both are good again. The marks are gone by now, and their chunk with them.
  assert.equal(await verify(id, 'abc12z'), false);
  assert.equal(await verify(other.id, 'abc12z'), false);
});

test('what a picture is for is sealed with it', async () => {
  for (const options of [{}, { store: memoryStore() }, { store: memoryStore(), secret: SECRET }]) {
    const { issue, verify } = createChallenges({ captcha, ...options });
    const { id } = await issue({ for: 'login:5' });
    const wrong = [undefined, {}, { for: 'login:6' }, { for: 'login:5 ' }, { for: 'Login:5' }];
    for (const about of wrong) {
      assert.equal(await verify(id, 'abc12z', about), false);
    }
    // Whom it is not for cannot use it up either.
    assert.equal(await verify(id, 'abc12z', { for: 'login:5' }), true);
    assert.equal(await verify(id, 'abc12z', { for: 'login:5' }), false);
    const plain = await issue();
    assert.equal(await verify(plain.id, 'abc12z', { for: 'login:5' }), false);
    assert.equal(await verify(plain.id, 'abc12z'), true);
    const long = await issue({ for: '\ud800'.repeat(1024) });
    assert.equal(await verify(long.id, 'abc12z', { for: '\ud801'.repeat(1024) }), false);
    assert.equal(await verify(long.id, 'abc12z', { for: '\ud800'.repeat(1024) }), true);
  }
});

test('a purpose that is named and missing is an error, and nothing is drawn', async () => {
  const { issue, verify } = createChallenges({ captcha: { get: () => assert.fail('it drew') } });
  for (const [about, code, message] of [
    [
      { for: undefined },
      'ERR_INVALID_ARG_TYPE',
      'The "for" option must be of type string. Received undefined',
    ],
    [
      { for: 5 },
      'ERR_INVALID_ARG_TYPE',
      'The "for" option must be of type string. Received type number (5)',
    ],
    [
      { for: '' },
      'ERR_OUT_OF_RANGE',
      'The value of "for" is out of range. It must be 1 to 1024 letters. Received ""',
    ],
    [{ for: 'x'.repeat(1025) }, 'ERR_OUT_OF_RANGE', /1 to 1024 letters/],
    ['login', 'ERR_INVALID_ARG_TYPE', /The "options" argument must be of type Object/],
    [null, 'ERR_INVALID_ARG_TYPE', /The "options" argument must be of type Object/],
    [
      { fro: 'login' },
      'ERR_INVALID_ARG_VALUE',
      /^The option "fro" is unknown\. It must be one of "for"/,
    ],
  ]) {
    await assert.rejects(issue(about), { code, message });
    await assert.rejects(verify('A'.repeat(92), 'a', about), { code, message });
  }
});

test('an id of other marks opens and counts for nothing', async () => {
  // As two processes with one secret that share no marks: else each would let it in.
  const options = { captcha, secret: SECRET };
  const [one, other] = [createChallenges(options), createChallenges(options)];
  const { id } = await one.issue();
  assert.equal(await other.verify(id, 'abc12z'), false);
  assert.equal(await one.verify(id, 'abc12z'), true);
});

test('marks that fail are an error with its cause, and let nobody in', async () => {
  const cause = new Error('secret of the marks');
  for (const fail of [
    () => {
      throw cause;
    },
    async () => {
      throw cause;
    },
  ]) {
    const good = memoryMarks();
    const options = { captcha, secret: SECRET };
    const { issue } = createChallenges({ ...options, marks: { open: fail, mark: fail } });
    const issuer = createChallenges({ ...options, marks: good });
    const { verify } = createChallenges({ ...options, marks: { open: fail, mark: fail } });
    const { id } = await issuer.issue();
    for (const [error, message] of [
      [await rejectionOf(issue()), 'The marks failed to open a chunk'],
      [await rejectionOf(verify(id, 'abc12z')), 'The marks failed to mark a picture'],
    ]) {
      assert.equal(error.code, 'ERR_CHALLENGE_STORE');
      assert.equal(error.cause, cause);
      assert.equal(error.message, message);
    }
  }
});

test('marks that reply with rubbish let nobody in', async () => {
  for (const rubbish of [undefined, null, 0, 1, 'true', 'OK', {}, [], [true], Number.NaN]) {
    const marks = { open: () => true, mark: async () => rubbish };
    const { issue, verify } = createChallenges({ captcha, marks });
    assert.equal(await verify((await issue()).id, 'abc12z'), false);
    // A chunk that nobody says is open gets no picture.
    const closed = createChallenges({ captcha, marks: { open: () => rubbish, mark: () => true } });
    const { message, code } = await rejectionOf(closed.issue());
    assert.equal(message, 'Every chunk that was to be opened is there already');
    assert.equal(code, 'ERR_CHALLENGE_STORE');
  }
});

test('a chunk is opened before its first picture, ahead of need, and no chunk twice', async () => {
  let isSlow = false;
  let opened = 0;
  const marks = recording({
    open: async () => {
      opened += 1;
      await new Promise((resolve) => setTimeout(resolve, isSlow ? 20 : 0));
      return true;
    },
    mark: () => true,
  });
  const { issue, verify } = createChallenges({ captcha, marks, maxPending: 100_000 });
  // All wait for one.
  const first = await Promise.all(Array.from({ length: 1000 }, () => issue()));
  assert.equal(opened, 1);
  isSlow = true;
  const issued = 3 * SIZE;
  for (let i = first.length; i < issued; i++) {
    await issue();
  }
  const names = marks.calls.open.map(([name]) => name);
  assert.equal(names.length, 4);
  assert.equal(new Set(names).size, names.length);
  for (const [, size, lifetime] of marks.calls.open) {
    // A mark for the answer of each, and one for each time that it may be said.
    assert.deepEqual([size, lifetime], [4 * SIZE, 155_000]);
  }
  for (const { id } of first.slice(0, 100)) {
    await verify(id, 'abc12z');
  }
  assert.deepEqual(
    marks.calls.mark,
    Array.from({ length: 100 }, (_, i) => [names[0], i]),
  );
});

test('a chunk that is there already is of somebody else: another epoch', async () => {
  const names = [];
  const marks = {
    open(name) {
      names.push(name);
      return names.length > 2;
    },
    mark: () => true,
  };
  const { issue, verify } = createChallenges({ captcha, marks });
  assert.equal(await verify((await issue()).id, 'abc12z'), true);
  assert.equal(new Set(names.map((name) => name.split('.')[0])).size, 3);
  assert.ok(names.every((name) => /^[\w-]{14}\.0$/.test(name)));
});

test('a chunk takes pictures for a while, and ends with its last picture', async (t) => {
  const clock = clocks(t);
  const marks = recording(memoryMarks());
  const { issue, verify } = createChallenges({ captcha, marks, ttl: 90_000, skew: 0 });
  const first = await issue();
  clock.pass(29_999);
  const last = await issue();
  await new Promise(setImmediate);
  assert.equal(await verify(first.id, 'abc12z'), true);
  clock.pass(1);
  const next = await issue();
  clock.pass(89_998);
  assert.equal(await verify(last.id, 'abc12z'), true);
  assert.equal(await verify(last.id, 'abc12z'), false);
  assert.equal(await verify(next.id, 'abc12z'), true);
  const [[one, , lifetime], [other]] = marks.calls.open;
  assert.equal(lifetime, 120_000);
  assert.deepEqual(
    marks.calls.mark.map(([chunk]) => chunk),
    [one, one, one, other],
  );
});

test('where nobody answers no more pictures go out, but for those of a second', async (t) => {
  const clock = clocks(t);
  let isAway = false;
  const good = memoryMarks();
  const marks = recording({
    open: async (...args) => (isAway ? Promise.reject(new Error('away')) : good.open(...args)),
    mark: async (...args) => (isAway ? Promise.reject(new Error('away')) : good.mark(...args)),
  });
  const { issue, verify } = createChallenges({ captcha, marks });
  const { id } = await issue();
  isAway = true;
  clock.pass(999);
  assert.equal((await rejectionOf(verify(id, 'abc12z'))).code, 'ERR_CHALLENGE_STORE');
  await issue();
  clock.pass(1);
  assert.equal((await rejectionOf(verify(id, 'abc12z'))).code, 'ERR_CHALLENGE_STORE');
  assert.equal((await rejectionOf(issue())).code, 'ERR_CHALLENGE_STORE');
  isAway = false;
  assert.equal(await verify((await issue()).id, 'abc12z'), true);
});

test('where a chunk is gone another is opened, once a second at most', async (t) => {
  const clock = clocks(t);
  let isGone = true;
  const good = memoryMarks();
  const marks = recording({
    open: (...args) => good.open(...args),
    mark: (...args) => (isGone ? undefined : good.mark(...args)),
  });
  const { issue, verify } = createChallenges({ captcha, marks });
  for (let i = 0; i < 100; i++) {
    assert.equal(await verify((await issue()).id, 'abc12z'), false);
    clock.pass(100);
  }
  assert.ok(marks.calls.open.length >= 9 && marks.calls.open.length <= 11);
  isGone = false;
  assert.equal(await verify((await issue()).id, 'abc12z'), true);
});

test("opening ahead that fails is nobody's error, and is not tried without end", async (t) => {
  const clock = clocks(t);
  let isAway = false;
  const good = memoryMarks();
  const marks = recording({
    open: async (...args) => {
      if (isAway) {
        throw new Error('away');
      }
      return good.open(...args);
    },
    mark: (...args) => good.mark(...args),
  });
  const { issue, verify } = createChallenges({ captcha, marks });
  await issue();
  clock.pass(25_000);
  isAway = true;
  for (let i = 0; i < 45; i++) {
    assert.equal(await verify((await issue()).id, 'abc12z'), true);
    await new Promise(setImmediate);
    clock.pass(100);
  }
  assert.ok(marks.calls.open.length <= 7, `${marks.calls.open.length}`);
  clock.pass(20_000);
  assert.equal((await rejectionOf(issue())).code, 'ERR_CHALLENGE_STORE');
  isAway = false;
  assert.equal(await verify((await issue()).id, 'abc12z'), true);
});
