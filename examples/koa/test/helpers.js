'use strict';

const assert = require('node:assert/strict');
const http = require('node:http');
const { join } = require('node:path');
const { monitorEventLoopDelay } = require('node:perf_hooks');
const servers = require('../../../__test__/servers.js');

/** Starts a Koa application of any version on a free port; it ends with the test. */
async function listen(t, app) {
  const server = http.createServer(app.callback());
  return { server, url: await servers.listen(t, server) };
}

async function issue(url) {
  const response = await fetch(`${url}/verification`);
  assert.equal(response.status, 200);
  return response.json();
}

async function post(url, body, type = 'application/json') {
  const response = await fetch(`${url}/verification`, {
    method: 'POST',
    headers: { 'Content-Type': type },
    body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

/** Whether the service lets the sender in; that it answers properly is asserted. */
async function verify(url, body, type) {
  const answer = await post(url, body, type);
  assert.equal(answer.status, 200);
  assert.deepEqual(Object.keys(answer.body), ['ok']);
  assert.equal(typeof answer.body.ok, 'boolean');
  return answer.body.ok;
}

function decode(img) {
  const [, type, data] = /^data:(image\/[a-z]+);base64,([A-Za-z0-9+/]+={0,2})$/.exec(img) ?? [];
  assert.ok(data, `not a data URI of a picture: ${String(img).slice(0, 60)}`);
  return { type, bytes: Buffer.from(data, 'base64') };
}

/** Width and height of a JPEG, from its frame header; asserts that it starts and ends as one. */
function jpegSize(bytes) {
  assert.equal(bytes.readUInt16BE(0), 0xffd8, 'start of image');
  assert.equal(bytes.readUInt16BE(bytes.length - 2), 0xffd9, 'end of image');
  for (let at = 2; at < bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes.readUInt16BE(at);
    assert.ok(marker > 0xff00 && marker !== 0xffda, `no frame header before byte ${at}`);
    // C4, C8 and CC lie among the frame headers without being ones.
    if (marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker)) {
      return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
    }
  }
  return assert.fail('no frame header');
}

function get(url, agent) {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent }, async (response) => {
      try {
        const chunks = [];
        for await (const chunk of response) chunks.push(chunk);
        resolve({ status: response.statusCode, body: Buffer.concat(chunks).toString() });
      } catch (error) {
        reject(error);
      }
    });
    request.on('error', reject);
  });
}

/**
 * Sends that many requests at once over kept connections and reports how late the event loop
 * was meanwhile. Client and service share it here: the number is an upper bound.
 */
async function burst(t, url, count) {
  // Few enough connections for a system that allows a process 256 open files.
  const agent = new http.Agent({ keepAlive: true, maxSockets: 50 });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  try {
    delay.enable();
    const start = performance.now();
    const answers = await Promise.all(Array.from({ length: count }, () => get(url, agent)));
    const took = performance.now() - start;
    delay.disable();
    const ms = (ns) => `${(ns / 1e6).toFixed(1)} ms`;
    t.diagnostic(
      `${count} requests at once in ${took.toFixed(0)} ms; delay of the event loop: ` +
        `mean ${ms(delay.mean)}, 99 % ${ms(delay.percentile(99))}, longest ${ms(delay.max)}`,
    );
    for (const { status } of answers) assert.equal(status, 200);
    return answers.map(({ body }) => JSON.parse(body));
  } finally {
    delay.disable();
    agent.destroy();
  }
}

/** Runs server.js, whose pictures all say K7WPX2; it ends with the test at the latest. */
function startServer(t, env) {
  const args = ['--require', join(__dirname, 'known-text.js'), join(__dirname, '..', 'server.js')];
  return servers.startService(t, args, { env, hidden: ['HOST', 'REDIS_URL', 'CAPTCHA_SECRET'] });
}

module.exports = { burst, decode, issue, jpegSize, listen, post, startServer, verify };
