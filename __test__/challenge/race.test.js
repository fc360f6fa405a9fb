'use strict';

const assert = require('node:assert/strict');
const { fork } = require('node:child_process');
const { once } = require('node:events');
const path = require('node:path');
const { test } = require('node:test');
const ccap = require('ccap-rs');
const { createChallenges, redisStore } = require('ccap-rs/challenge');
const { CLIENTS, PATIENT, TIMEOUT, connect } = require('./helpers.js');
const { REDIS_PROGRAMS, RecordingStore, RedisServer, tie } = require('../servers.js');

const PROCESSES = 8;
const IDS = 10_000;

for (const program of REDIS_PROGRAMS) {
  test(`${PROCESSES} processes race for ${IDS} ids: each is right once (${program})`, {
    timeout: TIMEOUT,
  }, async (t) => {
    const server = await RedisServer.start(t, { program });
    const client = await connect(t, CLIENTS.at(-1), server);
    const store = new RecordingStore(redisStore(client, { timeout: PATIENT }));
    const { issue } = createChallenges({ captcha: ccap(), store, ttl: 3_600_000 });
    const tries = [];
    for (let i = 0; i < IDS; i++) {
      const { id } = await issue();
      // Every tenth answer is wrong in all of the processes.
      tries.push([id, i % 10 === 0 ? '------' : store.answers.get(id)]);
    }

    const racers = Array.from({ length: PROCESSES }, (_, i) => {
      // Clients of all kinds, against each other.
      const { name } = CLIENTS[i % CLIENTS.length];
      const args = [name, String(server.port)];
      return tie(fork(path.join(__dirname, 'children/racer.js'), args));
    });
    const hear = (racer) =>
      Promise.race([
        once(racer, 'message').then(([message]) => message),
        once(racer, 'close').then(([code]) => assert.fail(`a racer ended with ${code}`)),
      ]);
    const tell = async (message) => {
      const replies = Promise.all(racers.map(hear));
      for (const racer of racers) {
        racer.send(message);
      }
      return replies;
    };
    await Promise.all(racers.map(hear));
    // Nobody starts before all know what there is to win.
    await tell(tries);
    const wins = await tell('go');
    for (const racer of racers) {
      racer.disconnect();
    }

    const rights = new Array(IDS).fill(0);
    for (const won of wins) {
      for (const i of won) {
        rights[i] += 1;
      }
    }
    t.diagnostic(`wins of each: ${wins.map((won) => won.length).join(', ')}`);
    for (const [i, count] of rights.entries()) {
      assert.equal(count, i % 10 === 0 ? 0 : 1, `id ${i} was right ${count} times`);
    }
  });
}
