'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { createChallenges, redisMarks } = require('ccap-rs/challenge');
const { CLIENTS, PATIENT, TIMEOUT, connect, stubCaptcha } = require('./helpers.js');
const { REDIS_PROGRAMS, RedisServer } = require('../servers.js');

const PICTURES = 1_000_000;
const TRIED = 100_000;
const AT_ONCE = 100;

for (const program of REDIS_PROGRAMS) {
  test(`a million pictures, one of ten tried, take at most 1 MB of ${program}`, {
    timeout: TIMEOUT,
  }, async (t) => {
    const server = await RedisServer.start(t, { program });
    const kind = CLIENTS.find(({ name }) => name === 'redis5');
    const client = await connect(t, kind, server);
    const used = async () => Number(/^used_memory:(\d+)/m.exec(await client.info('memory'))[1]);
    const marks = redisMarks(client, { timeout: PATIENT });
    const options = { captcha: stubCaptcha(), marks, timeout: PATIENT, ttl: 3_600_000 };
    const { issue, verify } = createChallenges(options);
    const early = await issue();
    await verify((await issue()).id, 'abc12z');
    const before = await used();

    const ids = [];
    for (let i = 0; i < PICTURES; i++) {
      const { id } = await issue();
      if (i % (PICTURES / TRIED) === 0) {
        ids.push(id);
      }
    }
    for (let i = 0; i < TRIED; i += AT_ONCE) {
      const tries = ids.slice(i, i + AT_ONCE).map((id) => verify(id, 'abc12z'));
      assert.ok((await Promise.all(tries)).every(Boolean));
    }
    const after = await used();
    const keys = Number(await client.sendCommand(['DBSIZE']));
    t.diagnostic(`${after - before} bytes, ${keys} keys`);
    assert.ok(after - before < 1e6, `${after - before} bytes`);
    assert.ok(keys <= 125, `${keys} keys`);
    // Who came before the flood still gets in, once.
    assert.equal(await verify(early.id, 'abc12z'), true);
    assert.equal(await verify(early.id, 'abc12z'), false);
  });
}
