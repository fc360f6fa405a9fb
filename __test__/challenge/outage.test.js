'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { createChallenges, redisStore } = require('ccap-rs/challenge');
const { rejectionOf } = require('../helpers.js');
const { CLIENTS, TIMEOUT, connect, stubCaptcha } = require('./helpers.js');
const {
  REDIS_PROGRAMS,
  RecordingStore,
  RedisServer,
  eventually,
  skipWithoutRedis,
} = require('../servers.js');

const skip = skipWithoutRedis();

const WORKERS = 20;
/** As short as an outage makes sensible: a busy machine may make commands late, which then are errors and no more. */
const DEADLINE = 500;

test('there is a server to stop', { skip }, () => assert.ok(REDIS_PROGRAMS.length > 0));

for (const program of REDIS_PROGRAMS) {
  for (const kind of CLIENTS) {
    test(`${program} is stopped and started under load: ${kind.name}`, {
      timeout: TIMEOUT,
    }, async (t) => {
      const server = await RedisServer.start(t, { program });
      const client = await connect(t, kind, server);
      const load = startLoad(client);
      t.after(load.stop);

      await eventually('the load gets through', () => load.counts.right > 100);
      for (let outage = 0; outage < 2; outage++) {
        await server.stop();
        // What was sent before may still be under way.
        await eventually('everything fails', () => load.failedInARow() > 3 * WORKERS);
        const { right } = load.counts;
        const { errors } = load.counts;
        await eventually('errors go on', () => load.counts.errors > errors + 3 * WORKERS);
        assert.equal(load.counts.right, right, 'somebody got in while there was no server');
        await server.start();
        await eventually('it recovers', () => load.counts.right > right + 100);
      }
      // Whatever the client had queued meanwhile: nothing is left over that counts for anything.
      await load.stop();
      t.diagnostic(JSON.stringify(load.counts));
      assert.deepEqual(load.wrongs, []);
      const { verify } = load.challenges;
      const results = await Promise.all(
        [...load.store.answers]
          .slice(-2000)
          .map(async ([id, answer]) => [id, await verify(id, answer)]),
      );
      for (const [id, isRight] of results) {
        assert.ok(!(isRight && load.accepted.has(id)), 'an answer counted twice');
      }
    });

    test(`${program} hangs under load: ${kind.name}`, { timeout: TIMEOUT }, async (t) => {
      const server = await RedisServer.start(t, { program });
      const client = await connect(t, kind, server);
      const load = startLoad(client);
      t.after(load.stop);
      await eventually('the load gets through', () => load.counts.right > 100);
      server.signal('SIGSTOP');
      await eventually('everything fails', () => load.failedInARow() > 3 * WORKERS);
      assert.ok(load.causes.has('ETIMEDOUT'), [...load.causes].join());
      const { right } = load.counts;
      server.signal('SIGCONT');
      await eventually('it goes on', () => load.counts.right > right + 100);
      await load.stop();
      t.diagnostic(JSON.stringify(load.counts));
      assert.deepEqual(load.wrongs, []);
    });
  }
}

test('a take that was given up uses the answer up, and lets nobody in', {
  skip,
  timeout: TIMEOUT,
}, async (t) => {
  const server = await RedisServer.start(t);
  const client = await connect(t, CLIENTS[0], server);
  const patient = createChallenges({
    captcha: stubCaptcha(),
    store: redisStore(client, { timeout: 120_000 }),
  });
  const hasty = createChallenges({
    captcha: stubCaptcha(),
    store: redisStore(client, { timeout: 5 }),
  });
  const { id } = await patient.issue();
  server.signal('SIGSTOP');
  const error = await rejectionOf(hasty.verify(id, 'abc12z'));
  assert.equal(error.code, 'ERR_CHALLENGE_STORE');
  assert.equal(error.cause.code, 'ETIMEDOUT');
  server.signal('SIGCONT');
  assert.equal(await patient.verify(id, 'abc12z'), false);
});

/** Visitors who issue and answer without end, every third one wrongly, and a record of what came of it. */
function startLoad(client) {
  const store = new RecordingStore(redisStore(client, { timeout: DEADLINE }));
  const challenges = createChallenges({ captcha: stubCaptcha(), store });
  const counts = { right: 0, refused: 0, errors: 0 };
  const load = {
    challenges,
    store,
    counts,
    accepted: new Set(),
    causes: new Set(),
    /** What must never come about. */
    wrongs: [],
    failedInARow: () => inARow,
    async stop() {
      isOver = true;
      await Promise.all(workers);
    },
  };
  let inARow = 0;
  let isOver = false;

  async function visit(number) {
    const isWrong = number % 3 === 0;
    try {
      const { id } = await challenges.issue();
      const isRight = await challenges.verify(id, isWrong ? 'abc12y' : 'abc12z');
      inARow = 0;
      if (isRight) {
        counts.right += 1;
        if (isWrong || load.accepted.has(id)) {
          load.wrongs.push(id);
        }
        load.accepted.add(id);
      } else {
        counts.refused += 1;
      }
    } catch (error) {
      inARow += 1;
      counts.errors += 1;
      load.causes.add(error.cause?.code);
      if (error.code !== 'ERR_CHALLENGE_STORE' || !(error.cause instanceof Error)) {
        load.wrongs.push(error);
      }
      // As visitors do, who try again after a moment.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async function work(start) {
    for (let number = start; !isOver; number += 1) {
      await visit(number);
    }
  }
  const workers = Array.from({ length: WORKERS }, (_, i) => work(i));
  return load;
}
