'use strict';

// Eight processes try each of thousands of sealed ids at once, while nothing happens, and while all that can happen to a Redis
// does: no id is ever right twice.

const assert = require('node:assert/strict');
const { fork } = require('node:child_process');
const { randomBytes } = require('node:crypto');
const path = require('node:path');
const { test } = require('node:test');
const { createChallenges, redisMarks } = require('ccap-rs/challenge');
const { CLIENTS, PATIENT, TIMEOUT, connect, stubCaptcha } = require('./helpers.js');
const { REDIS_PROGRAMS, RedisServer, eventually, tie } = require('../servers.js');

const PROCESSES = 8;
const IDS = 10_000;
const FEWER = 3000;
const POLICIES = [
  'noeviction',
  'allkeys-lru',
  'allkeys-lfu',
  'allkeys-random',
  'volatile-lru',
  'volatile-lfu',
  'volatile-random',
  'volatile-ttl',
];

for (const program of REDIS_PROGRAMS) {
  test(`${PROCESSES} processes race for each of ${IDS} ids, whatever becomes of ${program}`, {
    timeout: TIMEOUT,
  }, async (t) => {
    const server = await RedisServer.start(t, { program });
    const kind = CLIENTS.find(({ name }) => name === 'redis5');
    const client = await connect(t, kind, server);
    const send = (...args) => client.sendCommand(args);
    const secret = randomBytes(32).toString('hex');
    const racers = Array.from({ length: PROCESSES }, (_, i) => {
      // Clients of all kinds, against each other.
      const { name } = CLIENTS[i % CLIENTS.length];
      return new Racer({ name, port: server.port, secret });
    });
    // However it ends: their channels would keep this process alive.
    t.after(() => {
      for (const racer of racers) {
        racer.disconnect();
      }
    });
    await Promise.all(racers.map((racer) => racer.hear('connected')));

    /** How often each id was right, when `disturb` comes in between. */
    async function race(name, count, disturb = async () => {}) {
      // One of its own: the last one's chunk may be gone.
      const issuer = createChallenges({
        captcha: stubCaptcha(),
        marks: redisMarks(client, { timeout: PATIENT }),
        secret,
        ttl: 3_600_000,
        timeout: PATIENT,
      });
      const tries = [];
      for (let i = 0; i < count; i++) {
        // Every tenth answer is wrong in all of the processes.
        tries.push([(await issuer.issue()).id, i % 10 === 0 ? '------' : 'abc12z']);
      }
      await Promise.all(racers.map((racer) => racer.tell(tries, 'loaded')));
      const amid = Promise.race(racers.map((racer) => racer.hear('amid')));
      const results = Promise.all(racers.map((racer) => racer.tell('go')));
      await amid;
      await disturb(issuer);
      const rights = new Array(count).fill(0);
      let errors = 0;
      for (const result of await results) {
        errors += result.errors;
        for (const i of result.won) {
          rights[i] += 1;
        }
      }
      const won = rights.filter((right) => right > 0).length;
      t.diagnostic(`${name}: ${won} of ${count} won, ${errors} errors`);
      for (const [i, right] of rights.entries()) {
        assert.ok(right <= (i % 10 === 0 ? 0 : 1), `${name}: id ${i} was right ${right} times`);
      }
      return won;
    }

    assert.equal(await race('undisturbed', IDS), IDS * 0.9);

    const flushed = await race('flushed', IDS, () => send('FLUSHALL'));
    assert.ok(flushed > 0 && flushed < IDS * 0.9, `${flushed}`);

    for (const policy of POLICIES) {
      const won = await race(`filled under ${policy}`, FEWER, async () => {
        const [, used] = /^used_memory:(\d+)/m.exec(await send('INFO', 'memory'));
        await send('CONFIG', 'SET', 'maxmemory-policy', policy);
        await send('CONFIG', 'SET', 'maxmemory', String(Number(used) + 50_000));
        const filler = 'x'.repeat(10_000);
        const fill = Array.from({ length: 100 }, (_, i) =>
          send('SET', `filler:${i}`, filler, 'EX', '36000').catch(() => {}),
        );
        await Promise.all(fill);
        await send('CONFIG', 'SET', 'maxmemory', '0');
      });
      assert.ok(won > 0, policy);
      await send('FLUSHALL');
    }

    const restart = async () => {
      await server.stop();
      await server.start();
    };
    const killed = await race('killed, and started from nothing', IDS, restart);
    assert.ok(killed > 0 && killed < IDS * 0.9, `${killed}`);

    await eventually('the client is back', () => send('PING'));
    let again;
    const old = async ({ issue, verify }) => {
      // Of now: with the chunks, and without what is tried from here on.
      const { id } = await issue();
      await send('SAVE');
      assert.equal(await verify(id, 'abc12z'), true);
      again = () => verify(id, 'abc12z');
      await restart();
    };
    const fromOld = await race('killed, and started from an old file', IDS, old);
    assert.ok(fromOld > 0 && fromOld < IDS * 0.9, `${fromOld}`);
    await eventually('the client is back', () => send('PING'));
    assert.ok(Number(await send('DBSIZE')) > 0, 'the file was not loaded');
    assert.equal(await again(), false);
  });
}

/** A process that races. */
class Racer {
  #child;
  #heard = [];
  #waiting = [];

  constructor(options) {
    const file = path.join(__dirname, 'children/sealed-racer.js');
    this.#child = tie(fork(file, [JSON.stringify(options)]));
    this.#child.on('message', (message) => {
      this.#heard.push(message);
      this.#look();
    });
    this.#child.once('close', (code) => {
      for (const { reject } of this.#waiting) {
        reject(new Error(`a racer ended with ${code}`));
      }
    });
  }

  /** Waits for a message: one that is just this, or else an object. */
  hear(wanted) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ wanted, resolve, reject });
      this.#look();
    });
  }

  tell(message, reply) {
    const heard = this.hear(reply);
    this.#child.send(message);
    return heard;
  }

  disconnect() {
    this.#waiting = [];
    if (this.#child.connected) {
      this.#child.disconnect();
    }
  }

  #look() {
    this.#heard = this.#heard.filter((message) => {
      const at = this.#waiting.findIndex(({ wanted }) =>
        wanted === undefined ? typeof message === 'object' : wanted === message,
      );
      if (at === -1) {
        // Of the first that is amid the race everybody hears; the others are late.
        return message !== 'amid';
      }
      this.#waiting.splice(at, 1)[0].resolve(message);
      return false;
    });
  }
}
