'use strict';

const assert = require('node:assert/strict');
const { once } = require('node:events');
const http = require('node:http');
const net = require('node:net');
const { test } = require('node:test');
const { maskUrl } = require('../redis');
const { eventually, quietPort } = require('../../../__test__/servers.js');
const { decode, issue, jpegSize, startServer, verify } = require('./helpers');

// There a signal ends a process without asking it.
const skip = process.platform === 'win32' && 'Windows has no signals to close a service by';
// Ends a test that hangs, much later than any that works.
const timeout = 120_000;

function oneLine(text) {
  assert.match(text, /^[^\n]+\n$/);
  return text;
}

for (const signal of ['SIGTERM', 'SIGINT']) {
  test(`server.js serves, and ${signal} ends it`, { skip, timeout }, async (t) => {
    const server = startServer(t, {});
    const { line, url } = await server.started();
    assert.match(line, /^Listening on http:\/\/127\.0\.0\.1:\d+, marks in memory$/);
    const { pid, img } = await issue(url);
    assert.deepEqual(jpegSize(decode(img).bytes), { width: 256, height: 60 });
    assert.equal(await verify(url, { pid, code: 'k7wpx2' }), true);
    assert.equal(await verify(url, { pid, code: 'k7wpx2' }), false);
    server.stop(signal);
    const { stdout, ...end } = await server.ended;
    assert.deepEqual(end, { code: 0, signal: null, stderr: '' });
    assert.equal(stdout, `${line}\n`);
  });
}

test('a request under way is answered before the end', { skip, timeout }, async (t) => {
  const server = startServer(t, {});
  const { url } = await server.started();
  const agent = new http.Agent({ keepAlive: true });
  t.after(() => agent.destroy());
  const request = http.request(`${url}/verification`, {
    agent,
    method: 'POST',
    // "Continue" is the sign that the service has the request, whose body is not sent yet.
    headers: { 'Content-Type': 'application/json', 'Content-Length': 2, Expect: '100-continue' },
  });
  request.flushHeaders();
  await once(request, 'continue');
  server.stop('SIGTERM');
  const { hostname, port } = new URL(url);
  await eventually('it listens no longer', async () => {
    const socket = net.connect(Number(port), hostname);
    try {
      await once(socket, 'connect');
      return false;
    } catch (error) {
      return error.code === 'ECONNREFUSED';
    } finally {
      socket.destroy();
    }
  });
  request.end('{}');
  const [response] = await once(request, 'response');
  assert.equal(response.statusCode, 200);
  response.resume();
  await once(response, 'end');
  const { code, stderr } = await server.ended;
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
});

test('Redis without a secret is one clear line', { timeout }, async (t) => {
  const { code, stdout, stderr } = await startServer(t, { REDIS_URL: 'redis://127.0.0.1' }).ended;
  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.match(oneLine(stderr), /^REDIS_URL is set, and CAPTCHA_SECRET is not: at least 16 bytes/);
});

test('a port in use is one clear line', { timeout }, async (t) => {
  const other = net.createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => other.close());
  const { port } = other.address();
  const { code, stdout, stderr } = await startServer(t, { PORT: String(port) }).ended;
  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.equal(oneLine(stderr), `Port ${port} of 127.0.0.1 is already in use\n`);
});

test('a port that is none is one clear line', { timeout }, async (t) => {
  for (const PORT of ['http', '-1', '65536', '80.5']) {
    const { code, stdout, stderr } = await startServer(t, { PORT }).ended;
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.equal(oneLine(stderr), `PORT is not the number of a port: ${PORT}\n`);
  }
});

test('a Redis that cannot be reached is one clear line without the password', {
  timeout,
}, async (t) => {
  const port = await quietPort();
  // Listens, and never says anything.
  const silent = net.createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  t.after(() => silent.close());
  for (const [address, reason] of [
    [`127.0.0.1:${port}`, 'connect ECONNREFUSED'],
    [`127.0.0.1:${silent.address().port}/0`, 'no answer within'],
    ['127.0.0.1:nonsense', 'Invalid URL'],
  ]) {
    const REDIS_URL = `redis://user:pass:w@rd@${address}`;
    const { code, stdout, stderr } = await startServer(t, {
      REDIS_URL,
      CAPTCHA_SECRET: 'x'.repeat(16),
    }).ended;
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.ok(
      oneLine(stderr).startsWith(`Redis at redis://***@${address} cannot be used: ${reason}`),
      stderr,
    );
    assert.doesNotMatch(stderr, /pass|w@rd|user/);
  }
});

test('masking a Redis URL', () => {
  for (const [url, masked] of [
    ['redis://127.0.0.1:6379', 'redis://127.0.0.1:6379'],
    ['redis://:secret@host:6379/1', 'redis://***@host:6379/1'],
    ['rediss://user:secret@host', 'rediss://***@host'],
    ['redis://user:se@c/r:et@host', 'redis://***@host'],
    ['user:secret@host', 'user:***@host'],
    ['secret@host', '***@host'],
    ['REDIS:secret@host', 'REDIS:***@host'],
  ]) {
    assert.equal(maskUrl(url), masked);
  }
});
