'use strict';

// Captchas, stores and marks that take their time, and more visitors at once than there is room for.

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const { test } = require('node:test');
const { createChallenges, memoryMarks, memoryStore } = require('ccap-rs/challenge');
const { GivenUp, MAX } = require('../../challenge/given-up.js');
const { rejectionOf } = require('../helpers.js');
const { TIMEOUT, stubCaptcha } = require('./helpers.js');
const { tie } = require('../servers.js');

const never = () => new Promise(() => {});
const IMAGE = Buffer.from('GIF89a');

/** Draws when it is told to. */
class SlowCaptcha {
  drawing = 0;
  #waiting = [];

  getAsync() {
    this.drawing += 1;
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  finish(count = this.#waiting.length) {
    for (const { resolve } of this.#waiting.splice(0, count)) {
      resolve(['abc', IMAGE]);
    }
  }

  fail() {
    for (const { reject } of this.#waiting.splice(0)) {
      reject(new Error('no ink'));
    }
  }
}

test('a captcha that never settles is an error, and what is issued meanwhile is not', async () => {
  let isStuck = true;
  const captcha = { getAsync: () => (isStuck ? never() : ['abc', IMAGE]) };
  const { issue, verify } = createChallenges({ captcha, timeout: 30 });
  const stuck = Promise.all([0, 1, 2].map(() => rejectionOf(issue())));
  isStuck = false;
  assert.equal(await verify((await issue()).id, 'abc'), true);
  for (const error of await stuck) {
    assert.equal(error.constructor, Error);
    assert.equal(error.code, 'ERR_CHALLENGE_TIMEOUT');
    assert.equal(error.message, 'The captcha took longer than 30 ms');
  }
});

test('a store that never settles is an error, and the picture counts as tried', async () => {
  const kept = memoryStore();
  let isStuck = false;
  const store = {
    set: (...args) => (isStuck ? never() : kept.set(...args)),
    take: (...args) => (isStuck ? never() : kept.take(...args)),
  };
  const { issue, verify } = createChallenges({ captcha: stubCaptcha(), store, timeout: 20 });
  const { id } = await issue();
  const other = await issue();
  isStuck = true;
  assert.equal((await rejectionOf(issue())).message, 'The store took longer than 20 ms');
  const error = await rejectionOf(verify(id, 'abc12z'));
  assert.equal(error.code, 'ERR_CHALLENGE_TIMEOUT');
  isStuck = false;
  // The store has it still.
  assert.equal(kept.size, 2);
  assert.equal(await verify(id, 'abc12z'), false);
  assert.equal(await verify(other.id, 'abc12z'), true);
});

test('marks that never settle are an error, and the picture counts as tried', async () => {
  const good = memoryMarks();
  let isStuck = true;
  const marks = {
    open: (...args) => (isStuck ? never() : good.open(...args)),
    mark: (...args) => (isStuck ? never() : good.mark(...args)),
  };
  const { issue, verify } = createChallenges({ captcha: stubCaptcha(), marks, timeout: 20 });
  const errors = await Promise.all([issue(), issue(), issue()].map(rejectionOf));
  for (const error of errors) {
    assert.equal(error.message, 'The marks took longer than 20 ms');
  }
  isStuck = false;
  const { id } = await issue();
  isStuck = true;
  assert.equal((await rejectionOf(verify(id, 'abc12z'))).code, 'ERR_CHALLENGE_TIMEOUT');
  isStuck = false;
  assert.equal(await verify(id, 'abc12z'), false);
});

test('what settles too late counts for nothing', async () => {
  const captcha = new SlowCaptcha();
  const { issue } = createChallenges({ captcha, timeout: 10 });
  const late = issue();
  assert.equal((await rejectionOf(late)).code, 'ERR_CHALLENGE_TIMEOUT');
  captcha.finish();
  const failed = issue();
  assert.equal((await rejectionOf(failed)).code, 'ERR_CHALLENGE_TIMEOUT');
  // Nobody is left to hear of it.
  captcha.fail();
  await new Promise(setImmediate);
});

test('an event loop that was busy makes nothing late that has arrived', async () => {
  const captcha = {
    getAsync: () => new Promise((resolve) => setTimeout(resolve, 1, ['abc', IMAGE])),
  };
  const { issue } = createChallenges({ captcha, timeout: 20 });
  const issued = issue();
  const end = performance.now() + 60;
  while (performance.now() < end) {
    // Busy.
  }
  assert.ok((await issued).id);
});

test('what waits for a deadline keeps a process alive, and what does not wait does not', async () => {
  const script = `
    const { createChallenges } = require('ccap-rs/challenge');
    const image = Buffer.from('GIF89a');
    const quick = createChallenges({ captcha: { getAsync: async () => ['abc', image] }, timeout: 600_000 });
    const stuck = createChallenges({ captcha: { getAsync: () => new Promise(() => {}) }, timeout: 50 });
    (async () => {
      await quick.issue();
      await quick.issue();
      await stuck.issue().catch((error) => console.log(error.code));
    })();
  `;
  const child = tie(spawn(process.execPath, ['-e', script], { cwd: __dirname }));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT);
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  assert.deepEqual([code, output], [0, 'ERR_CHALLENGE_TIMEOUT\n']);
});

test('no more are drawn at once than maxPending, and none is drawn for those beyond', async () => {
  for (const [maxPending, most] of [
    [undefined, 1000],
    [1, 1],
    ['7', 7],
  ]) {
    const captcha = new SlowCaptcha();
    const { issue } = createChallenges({ captcha, maxPending });
    const issued = Array.from({ length: most }, () => issue());
    for (let i = 0; i < 100; i++) {
      const error = await rejectionOf(issue());
      assert.equal(error.code, 'ERR_CHALLENGE_BUSY');
      assert.equal(error.message, `${most} pictures are being issued. Try again in a moment`);
      assert.equal(error.stack, `Error: ${error.message}`);
    }
    assert.equal(captcha.drawing, most);
    // One is done: there is room for one.
    captcha.finish(1);
    await issued[0];
    const next = issue();
    assert.equal((await rejectionOf(issue())).code, 'ERR_CHALLENGE_BUSY');
    captcha.finish();
    await Promise.all([...issued, next]);
    assert.equal(captcha.drawing, most + 1);
  }
});

test('a captcha that fails or hangs gives its room back', async () => {
  const captcha = new SlowCaptcha();
  const { issue } = createChallenges({ captcha, maxPending: 2, timeout: 30 });
  for (let round = 0; round < 3; round++) {
    const failing = [issue(), issue()].map(rejectionOf);
    captcha.fail();
    assert.ok((await Promise.all(failing)).every(({ message }) => message === 'no ink'));
    const hanging = [issue(), issue()].map(rejectionOf);
    const codes = (await Promise.all(hanging)).map(({ code }) => code);
    assert.deepEqual(codes, ['ERR_CHALLENGE_TIMEOUT', 'ERR_CHALLENGE_TIMEOUT']);
  }
  const broken = createChallenges({
    captcha: {
      get() {
        throw new Error('no ink');
      },
    },
    maxPending: 1,
  });
  for (let i = 0; i < 3; i++) {
    assert.equal((await rejectionOf(broken.issue())).message, 'no ink');
  }
});

test('tries that were given up are remembered for as long as they matter, up to a bound', (t) => {
  let time = 0;
  // One of its own, in front of its prototype's.
  Object.defineProperty(performance, 'now', { configurable: true, value: () => time });
  t.after(() => {
    delete performance.now;
  });
  const givenUp = new GivenUp(1000);
  for (let i = 0; i < MAX + 10; i++) {
    givenUp.add(`id ${i}`);
    assert.ok(givenUp.size <= MAX);
  }
  assert.equal(givenUp.has('id 9'), false);
  assert.equal(givenUp.has('id 10'), true);
  time = 1000;
  givenUp.add('late');
  assert.equal(givenUp.size, 1);
  assert.equal(givenUp.has('late'), true);
});
