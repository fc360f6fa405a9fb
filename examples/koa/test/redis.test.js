'use strict';

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const { redisStore } = require('ccap/challenge');
const { createClient } = require('redis');
const { createApp } = require('../app');
const { connectRedis } = require('../redis');
const {
  RecordingStore,
  RedisServer,
  eventually,
  skipWithoutRedis,
} = require('../../../__test__/servers.js');
const { decode, issue, jpegSize, listen, post, startServer, verify } = require('./helpers');

const skip = skipWithoutRedis();
// Ends a test that hangs, much later than any that works.
const timeout = 120_000;
const SECRET = 'a secret that several processes have';

let redis;

before(async () => {
  if (skip) return;
  redis = new RedisServer();
  await redis.start();
});

after(() => redis?.stop());

async function start(t, { server = redis, ttl, log, ...options } = {}) {
  const client = await connectRedis(server.url, { log });
  t.after(() => client.isOpen && client.destroy());
  const store = new RecordingStore(redisStore(client, options));
  const app = createApp({ store, ttl });
  app.silent = true;
  const { url } = await listen(t, app);
  return { url, store };
}

async function connect(t) {
  const client = createClient({ url: redis.url });
  client.on('error', () => {});
  await client.connect();
  t.after(() => client.destroy());
  return client;
}

test('the whole way, over Redis', { skip, timeout }, async (t) => {
  const { url, store } = await start(t);
  const { pid, img } = await issue(url);
  assert.deepEqual(jpegSize(decode(img).bytes), { width: 256, height: 60 });
  const code = store.answers.get(pid);
  assert.equal(await verify(url, { pid, code: code.toLowerCase() }), true);
  assert.equal(await verify(url, { pid, code }), false);

  const second = await issue(url);
  assert.equal(await verify(url, { pid: second.pid, code: '------' }), false);
  assert.equal(await verify(url, { pid: second.pid, code: store.answers.get(second.pid) }), false);
  assert.equal(await verify(url, { pid: 'A'.repeat(22) }), false);

  const stats = await (await fetch(`${url}/stats`)).json();
  assert.ok(!('answers' in stats));
});

test('the answer lies in Redis under its prefix, until it is taken', {
  skip,
  timeout,
}, async (t) => {
  const client = await connect(t);
  for (const prefix of ['captcha:', 'other:']) {
    const { url, store } = await start(t, prefix === 'captcha:' ? {} : { prefix });
    const { pid } = await issue(url);
    const key = prefix + pid;
    assert.equal(await client.get(key), store.answers.get(pid));
    await verify(url, { pid, code: '------' });
    assert.equal(await client.exists(key), 0);
  }
});

test('an answer expires in Redis', { skip, timeout }, async (t) => {
  const client = await connect(t);
  const lasting = await start(t, { ttl: 120_000 });
  const kept = await issue(lasting.url);
  const pttl = await client.pTTL(`captcha:${kept.pid}`);
  assert.ok(pttl > 0 && pttl <= 120_000, `PTTL ${pttl}`);

  const { url, store } = await start(t, { ttl: 100 });
  const { pid } = await issue(url);
  await eventually('it expires', async () => (await client.exists(`captcha:${pid}`)) === 0);
  assert.equal(await verify(url, { pid, code: store.answers.get(pid) }), false);
  const code = lasting.store.answers.get(kept.pid);
  assert.equal(await verify(lasting.url, { pid: kept.pid, code }), true);
});

test('issued by one process, verified by another', { skip, timeout }, async (t) => {
  const [one, other] = [await start(t), await start(t)];
  const { pid } = await issue(one.url);
  const code = one.store.answers.get(pid);
  assert.equal(await verify(other.url, { pid, code }), true);
  assert.equal(await verify(one.url, { pid, code }), false);
});

test('of 50 right answers to one pid at once one is accepted', { skip, timeout }, async (t) => {
  const [one, other] = [await start(t), await start(t)];
  const { pid } = await issue(one.url);
  const code = one.store.answers.get(pid);
  const all = await Promise.all(
    Array.from({ length: 50 }, (_, i) => verify((i % 2 ? one : other).url, { pid, code })),
  );
  assert.equal(all.filter(Boolean).length, 1);
});

test('Redis goes: 503, and nobody gets in; it comes back: all is well', {
  skip,
  timeout,
}, async (t) => {
  const server = new RedisServer();
  t.after(() => server.stop());
  await server.start();
  const lines = [];
  const { url, store } = await start(t, { server, log: (line) => lines.push(line) });
  const { pid } = await issue(url);
  const code = store.answers.get(pid);

  await server.stop();
  for (let i = 0; i < 20; i++) {
    const tried = await post(url, { pid, code });
    assert.equal(tried.status, 503);
    assert.deepEqual(Object.keys(tried.body), ['error']);
    const issued = await fetch(`${url}/verification`);
    assert.equal(issued.status, 503);
    assert.deepEqual(Object.keys(await issued.json()), ['error']);
  }
  assert.equal((await fetch(url)).status, 200);

  await server.start();
  const fresh = await eventually('it reconnects', () => issue(url));
  const freshCode = store.answers.get(fresh.pid);
  assert.equal(await verify(url, { pid: fresh.pid, code: freshCode }), true);
  // Redis was started empty: the old answer is gone, and not known means not let in. Nor may
  // anything refused while it was away have been stored when it came back.
  store.answers.delete(fresh.pid);
  assert.ok(store.answers.size > 20);
  for (const [old, answer] of store.answers) {
    assert.equal(await verify(url, { pid: old, code: answer }), false);
  }
  assert.equal(lines.length, 2, lines.join('\n'));
  assert.match(lines[0], /^Redis at redis:\/\/127\.0\.0\.1:\d+ is lost: .+$/);
  assert.match(lines[1], /^Redis at redis:\/\/127\.0\.0\.1:\d+ is back$/);
});

test('Redis hangs: 503 after the deadline; it goes on: all is well', {
  skip,
  timeout,
}, async (t) => {
  const server = new RedisServer();
  t.after(() => server.stop());
  await server.start();
  const { url, store } = await start(t, { server, timeout: 500 });
  const { pid } = await issue(url);
  server.signal('SIGSTOP');
  const tried = await post(url, { pid, code: store.answers.get(pid) });
  assert.equal(tried.status, 503);
  assert.equal((await fetch(`${url}/verification`)).status, 503);
  server.signal('SIGCONT');
  const fresh = await eventually('it answers', () => issue(url));
  const code = store.answers.get(fresh.pid);
  assert.equal(await verify(url, { pid: fresh.pid, code }), true);
  // The try that was answered with 503 did reach Redis: it used the answer up, to be safe.
  assert.equal(await verify(url, { pid, code: store.answers.get(pid) }), false);
});

test('server.js with Redis: serves, survives its loss, ends at SIGTERM', {
  skip,
  timeout,
}, async (t) => {
  const server = new RedisServer({ password: 'hush' });
  t.after(() => server.stop());
  await server.start();
  const client = createClient({ url: server.url });
  client.on('error', () => {});
  t.after(() => client.isOpen && client.destroy());
  await client.connect();

  const service = startServer(t, { REDIS_URL: server.url, CAPTCHA_SECRET: SECRET });
  const { line, url } = await service.started();
  assert.match(line, /^Listening on http:\/\/127\.0\.0\.1:\d+, marks in redis:\/\/\*\*\*@127/);
  const { pid } = await issue(url);
  assert.equal(await verify(url, { pid, code: 'K7WPX2' }), true);
  // No answer is there: one key for thousands of pictures.
  assert.equal(await client.dbSize(), 1);
  client.destroy();

  const before = await issue(url);
  await server.stop();
  assert.equal((await post(url, { pid: before.pid, code: 'K7WPX2' })).status, 503);
  await server.start();
  await eventually('it reconnects', async () => {
    return (await post(url, { pid: before.pid, code: 'K7WPX2' })).status === 200;
  });
  assert.equal(await verify(url, { pid: before.pid, code: 'K7WPX2' }), false);
  await eventually('new pictures are good again', async () => {
    return verify(url, { pid: (await issue(url)).pid, code: 'K7WPX2' });
  });
  const late = await issue(url);
  await server.stop();
  assert.equal((await post(url, { pid: late.pid, code: 'K7WPX2' })).status, 503);

  service.stop('SIGTERM');
  const { code, signal, stderr } = await service.ended;
  assert.deepEqual({ code, signal }, { code: 0, signal: null });
  assert.match(stderr, /^Redis at redis:\/\/\*\*\*@127\.0\.0\.1:\d+ is lost: /m);
  // One line for each event, no stack traces, and no password.
  assert.doesNotMatch(stderr, /^\s|hush/m);
});

test('server.js with a wrong password for Redis is one clear line', {
  skip,
  timeout,
}, async (t) => {
  const server = new RedisServer({ password: 'hush' });
  t.after(() => server.stop());
  await server.start();
  const REDIS_URL = server.url.replace('hush', 'wrong-secret');
  const { code, stdout, stderr } = await startServer(t, { REDIS_URL, CAPTCHA_SECRET: SECRET })
    .ended;
  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /^Redis at redis:\/\/\*\*\*@127\.0\.0\.1:\d+ cannot be used: [^\n]+\n$/);
  assert.doesNotMatch(stderr, /hush|wrong-secret/);
});
