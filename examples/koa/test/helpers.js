'use strict';

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const { randomInt } = require('node:crypto');
const { once } = require('node:events');
const http = require('node:http');
const net = require('node:net');
const { join } = require('node:path');
const { monitorEventLoopDelay } = require('node:perf_hooks');
const { createInterface } = require('node:readline');
const { setTimeout: sleep } = require('node:timers/promises');

/** A store around another one that keeps the answers for the test, which cannot read pictures. */
class RecordingStore {
  answers = new Map();
  #store;

  constructor(store) {
    this.#store = store;
  }

  get size() {
    return this.#store.size;
  }

  async set(id, answer, ttl) {
    this.answers.set(id, answer);
    await this.#store.set(id, answer, ttl);
  }

  take(id) {
    return this.#store.take(id);
  }
}

/** Starts a Koa application of any version on a free port; it ends with the test. */
async function listen(t, app) {
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  });
  return { server, url: `http://127.0.0.1:${server.address().port}` };
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

/** Tries until the function returns something truthy; what it throws counts as not yet. */
async function eventually(what, attempt, tries = 200) {
  let last;
  for (let i = 0; i < tries; i++) {
    try {
      const result = await attempt();
      if (result) return result;
    } catch (error) {
      last = error;
    }
    await sleep(50);
  }
  throw new Error(`never came about: ${what}`, { cause: last });
}

/**
 * A port nothing listens on, below the range systems hand out by themselves: so nothing else
 * takes it by chance between two uses, and a connection to it cannot end up at itself.
 */
async function quietPort() {
  for (let tries = 0; tries < 20; tries++) {
    const port = randomInt(10_000, 30_000);
    const server = net.createServer().listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch {
      continue;
    }
    server.close();
    await once(server, 'close');
    return port;
  }
  throw new Error('no port is free');
}

const children = new Set();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
// A signal alone would end this process without that event.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

/** Starts a process that does not outlive this one, even if a test runner or a timeout ends it. */
function spawnTied(command, args, options) {
  const child = spawn(command, args, options);
  children.add(child);
  child.once('close', () => children.delete(child));
  return child;
}

/** Runs server.js; it ends with the test at the latest. */
function startServer(t, env) {
  const { PORT, HOST, REDIS_URL, ...rest } = process.env;
  const child = spawnTied(process.execPath, [join(__dirname, '..', 'server.js')], {
    env: { ...rest, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (chunk) => {
      output[name] += chunk;
    });
  }
  const line = once(createInterface({ input: child.stdout }), 'line').then(([text]) => text);
  // 'close' comes after 'exit', when the output is complete.
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, ...output }));
  t.after(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return {
    ended,
    stop: (signal) => child.kill(signal),
    /** Resolves with the first line of output and the address in it. */
    async started() {
      const first = await Promise.race([line, ended]);
      assert.equal(typeof first, 'string', `ended early: ${first.stderr}`);
      const [url] = /http:\/\/\S+:\d+/.exec(first) ?? [];
      assert.ok(url, first);
      return { line: first, url };
    },
  };
}

module.exports = {
  RecordingStore,
  burst,
  decode,
  eventually,
  issue,
  jpegSize,
  listen,
  post,
  quietPort,
  spawnTied,
  startServer,
  verify,
};
