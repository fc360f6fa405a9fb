'use strict';

// Does one thing very often and watches the memory of the process: `node --expose-gc flat.js stub`.

const assert = require('node:assert/strict');
const { randomBytes } = require('node:crypto');
const ccap = require('ccap-rs');
const { createChallenges, memoryMarks, memoryStore } = require('ccap-rs/challenge');
const { done, say, turn } = require('../../helpers.js');

/** What the memory may grow by between warm-up and end, allocators being what they are. */
const SLACK = 24 * 2 ** 20;

// A picture of its own for each, as from ccap.
const stub = { getAsync: async () => ['AbC12z', Buffer.alloc(3500)] };

const checks = {
  async stub() {
    const store = memoryStore();
    const { issue } = createChallenges({ captcha: stub, store });
    await flat(1_000_000, 200_000, () => issue());
    assert.equal(store.size, 10_000);
  },

  async ccap() {
    const store = memoryStore();
    const { issue } = createChallenges({ captcha: ccap(), store, secret: randomBytes(32) });
    await flat(60_000, 20_000, () => issue());
    assert.equal(store.size, 10_000);
  },

  /** Drawing alone, and then issuing what is drawn, sealed: nothing is kept but for the tries. */
  async sealed() {
    const marks = memoryMarks();
    const { issue, verify } = createChallenges({ captcha: stub, marks, ttl: 600_000 });
    const early = await issue();
    const later = [];
    const drawn = await used(1_000_000, () => stub.getAsync());
    const issued = await used(1_000_000, async (i) => {
      const { id } = await issue();
      if (i % 10_000 === 0) {
        later.push(id);
      }
    });
    say(`${toMiB(drawn)} MiB after drawing, ${toMiB(issued)} MiB after issuing`);
    assert.ok(issued - drawn < 4 * 2 ** 20);
    assert.equal(marks.bytes, 0);
    // Who came before the flood still gets in, and so does who came amid it; each of them once.
    for (const id of [early.id, ...later]) {
      assert.equal(await verify(id, 'abc12z'), true);
      assert.equal(await verify(id, 'abc12z'), false);
    }
    assert.ok(marks.size <= 124 && marks.bytes <= 124 * 1024);
  },

  async verified() {
    const store = memoryStore();
    const { issue, verify } = createChallenges({ captcha: stub, store });
    await flat(300_000, 60_000, async (i) => {
      const { id } = await issue();
      assert.equal(await verify(id, i % 2 === 0 ? 'abc12z' : 'wrong'), i % 2 === 0);
    });
    assert.equal(store.size, 0);
  },

  async unknown() {
    const store = memoryStore();
    const { verify } = createChallenges({ captcha: stub, store });
    await flat(300_000, 60_000, async () => {
      assert.equal(await verify(randomBytes(16).toString('base64url'), 'abc12z'), false);
    });
    assert.equal(store.size, 0);
  },

  async failing() {
    const fail = async () => {
      throw new Error('gone');
    };
    const { issue } = createChallenges({ captcha: stub, store: { set: fail, take: fail } });
    await flat(100_000, 20_000, () => assert.rejects(issue(), { code: 'ERR_CHALLENGE_STORE' }));
  },
};

/** Calls `act` so many times, the first ones as a warm-up, and compares the memory after both. */
async function flat(count, warmUp, act) {
  let before = 0;
  for (let i = 0; i < count; i++) {
    if (i === warmUp) {
      before = await memory();
    }
    await act(i);
    // Let the event loop turn at times, as a service does.
    if (i % 100 === 0) {
      await turn();
    }
  }
  const after = await memory();
  say(`${count} times, ${toMiB(before)} MiB after ${warmUp}, ${toMiB(after)} MiB at the end`);
  assert.ok(after - before < SLACK, `${toMiB(before)} MiB grew to ${toMiB(after)} MiB`);
}

/** What is held after so many calls: by the heap and by buffers, which is more exact than what the system has given. */
async function used(count, act) {
  for (let i = 0; i < count; i++) {
    await act(i);
    if (i % 100 === 0) {
      await turn();
    }
  }
  await collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function memory() {
  await collect();
  return process.memoryUsage.rss();
}

async function collect() {
  for (let i = 0; i < 5; i++) {
    await turn();
    global.gc();
  }
}

function toMiB(bytes) {
  return (bytes / 2 ** 20).toFixed(1);
}

checks[process.argv[2]]().then(done);
