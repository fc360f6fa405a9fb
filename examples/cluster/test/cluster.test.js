'use strict';

const assert = require('node:assert/strict');
const { randomInt } = require('node:crypto');
const { test } = require('node:test');
const { Redis } = require('ioredis');
const {
  RedisServer,
  eventually,
  quietPort,
  skipWithoutRedis,
} = require('../../../__test__/servers.js');
const { comment, issue, request, startService } = require('./helpers');

const skip =
  skipWithoutRedis() ||
  (process.platform === 'win32' && 'Windows has no signals to close a service by');
// Ends a test that hangs, much later than any that works.
const options = { skip, timeout: 300_000 };

const RIGHT = 'k7wpx2';
const WORKERS = 3;

async function start(t) {
  const redis = await RedisServer.start(t);
  const service = startService(t, { REDIS_URL: redis.url, WORKERS: String(WORKERS) });
  return { redis, service, ...(await service.started()) };
}

test('issued by one process, verified by another', options, async (t) => {
  const { url, line } = await start(t);
  assert.match(line, /^Listening on http:\/\/127\.0\.0\.1:\d+ with 3 processes$/);
  const pairs = new Set();
  await eventually('every process has verified for every other one', async () => {
    const issued = await issue(url);
    // The processes take turns: some requests in between mix who comes next.
    for (let i = randomInt(WORKERS); i > 0; i--) await request(url);
    const verified = await comment(url, issued.cookie, RIGHT);
    assert.equal(verified.status, 200);
    assert.equal(String(verified.body), 'Thank you for your comment.\n');
    assert.equal((await comment(url, issued.cookie, RIGHT)).status, 403);
    if (issued.worker !== verified.worker) pairs.add(`${issued.worker} ${verified.worker}`);
    return pairs.size === WORKERS * (WORKERS - 1);
  });
});

test('the picture goes out with a cookie, and Redis has no answer', options, async (t) => {
  const { url, redis } = await start(t);
  const client = new Redis(redis.url);
  t.after(() => client.disconnect());
  for (let i = 0; i < 20; i++) {
    const { headers, body, id } = await issue(url);
    assert.equal(headers['content-type'], 'image/jpeg');
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(body.toString('hex', 0, 3), 'ffd8ff');
    assert.match(headers['set-cookie'][0], /; HttpOnly; SameSite=Strict$/);
    assert.match(id, /^[\w-]{92}$/);
  }
  // A key for each of the processes, and none for a picture.
  const keys = await client.keys('*');
  assert.ok(keys.length >= 1 && keys.length <= WORKERS, keys.join());
  for (const key of keys) {
    assert.equal(await client.strlen(key), 40);
    assert.ok((await client.pttl(key)) <= 155_000);
  }
  const page = await request(url);
  assert.match(String(page.body), /<img id="picture" src="captcha"/);
  assert.match(String(page.body), /<p role="alert"><\/p>/);
});

test('one address gets so many pictures a minute, and is told so', options, async (t) => {
  const redis = await RedisServer.start(t);
  const env = { REDIS_URL: redis.url, WORKERS: '1', PICTURES_PER_MINUTE: '3' };
  const { url } = await startService(t, env).started();
  const issued = [await issue(url), await issue(url), await issue(url)];
  const refused = await request(`${url}/captcha`);
  assert.equal(refused.status, 429);
  assert.equal(String(refused.body), 'Too many pictures. Please wait a minute.\n');
  assert.equal(refused.headers['set-cookie'], undefined);
  assert.equal((await comment(url, issued[0].cookie, RIGHT)).status, 200);
});

test('of 60 right answers at once to all of the processes one counts', options, async (t) => {
  const { url } = await start(t);
  for (let round = 0; round < 5; round++) {
    const { cookie } = await issue(url);
    const tries = await Promise.all(Array.from({ length: 60 }, () => comment(url, cookie, RIGHT)));
    assert.ok(new Set(tries.map(({ worker }) => worker)).size > 1);
    const statuses = tries.map(({ status }) => status).sort();
    assert.deepEqual(statuses, [200, ...new Array(59).fill(403)]);
  }
});

test('a wrong answer to one process uses the picture up for all', options, async (t) => {
  const { url } = await start(t);
  const { cookie } = await issue(url);
  const wrong = await comment(url, cookie, 'ABCDEF');
  assert.equal(wrong.status, 403);
  // The page is there again, with the reason and what was written.
  assert.match(String(wrong.body), /<p role="alert">That was not what the picture shows/);
  assert.match(String(wrong.body), /<textarea id="text" name="text">Hello<\/textarea>/);
  const harmful = await comment(url, cookie, 'ABCDEF', '</textarea><script>"&\'');
  assert.ok(String(harmful.body).includes('>&#60;/textarea&#62;&#60;script&#62;&#34;&#38;&#39;<'));
  assert.equal((await comment(url, cookie, RIGHT)).status, 403);
  assert.equal((await comment(url, '', RIGHT)).status, 403);
  assert.equal((await comment(url, `captcha=${'A'.repeat(22)}`, RIGHT)).status, 403);
});

test('a process that is killed is replaced, and what it issued is not lost', options, async (t) => {
  const { url, service } = await start(t);
  const issued = await issue(url);
  process.kill(Number(issued.worker), 'SIGKILL');
  await eventually('it is noticed', () => service.output.stderr.includes('starting another'));
  assert.match(service.output.stderr, /^Worker \d+ ended with SIGKILL: starting another\n$/);
  const verified = await eventually('another one answers', () =>
    comment(url, issued.cookie, RIGHT),
  );
  assert.equal(verified.status, 200);
  assert.notEqual(verified.worker, issued.worker);
  const seen = new Set();
  await eventually('there are as many as before', async () => {
    seen.add((await issue(url)).worker);
    return seen.size === WORKERS;
  });
});

test(
  'Redis goes: nobody gets in; it comes back empty: nobody gets in twice',
  options,
  async (t) => {
    const { url, redis, service } = await start(t);
    const seen = new Set();
    await eventually('all have answered', async () => {
      seen.add((await issue(url)).worker);
      return seen.size === WORKERS;
    });
    const [used, before] = [await issue(url), await issue(url)];
    assert.equal((await comment(url, used.cookie, RIGHT)).status, 200);
    await redis.stop();
    for (let i = 0; i < 10; i++) {
      const verified = await comment(url, before.cookie, RIGHT);
      assert.equal(verified.status, 503);
      assert.equal(String(verified.body), 'Please try again in a moment.\n');
    }
    await redis.start();
    const recovered = new Set();
    await eventually('all of the same processes recover', async () => {
      const issued = await issue(url);
      const { status, worker } = await comment(url, issued.cookie, RIGHT);
      if (status === 200) recovered.add(worker);
      return recovered.size === WORKERS;
    });
    assert.deepEqual([...recovered].sort(), [...seen].sort());
    // Redis was started empty: what was tried, and what was not.
    for (const { cookie } of [used, before]) {
      assert.equal((await comment(url, cookie, RIGHT)).status, 403);
    }
    assert.doesNotMatch(service.output.stderr, /starting another/);
  },
);

for (const signal of ['SIGTERM', 'SIGINT']) {
  test(`${signal} ends all of the processes`, options, async (t) => {
    const { url, service, line } = await start(t);
    const { worker } = await issue(url);
    service.stop(signal);
    const { code, stdout, stderr } = await service.ended;
    assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: `${line}\n`, stderr: '' });
    assert.throws(() => process.kill(Number(worker), 0), { code: 'ESRCH' });
  });
}

test('without Redis it ends and says why', options, async (t) => {
  const REDIS_URL = `redis://127.0.0.1:${await quietPort()}`;
  const { code, stdout, stderr } = await startService(t, { REDIS_URL, WORKERS: '2' }).ended;
  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /^(?:Redis is lost: connect ECONNREFUSED 127\.0\.0\.1:\d+\n){1,2}$/);
});

test('a number of processes that is none is one clear line', options, async (t) => {
  for (const WORKERS of ['0', '-1', 'all', '257', '1.5']) {
    const { code, stdout, stderr } = await startService(t, { WORKERS }).ended;
    assert.deepEqual({ code, stdout }, { code: 1, stdout: '' });
    assert.equal(stderr, `WORKERS is no number from 1 to 256: ${WORKERS}\n`);
  }
});
