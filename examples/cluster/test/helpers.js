'use strict';

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const { randomInt } = require('node:crypto');
const { once } = require('node:events');
const { mkdtempSync, rmSync } = require('node:fs');
const http = require('node:http');
const net = require('node:net');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { createInterface } = require('node:readline');
const { setTimeout: sleep } = require('node:timers/promises');

const children = new Set();
const folders = new Set();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
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

/** A redis-server of the test's own, which keeps its port when it is started anew. */
class RedisServer {
  #child;
  #ended;
  #dir = mkdtempSync(join(tmpdir(), 'ccap-redis-'));

  static async start(t) {
    const server = new RedisServer();
    folders.add(server.#dir);
    t.after(() => server.stop());
    await server.start();
    return server;
  }

  get url() {
    return `redis://127.0.0.1:${this.port}`;
  }

  async start() {
    this.port ??= await quietPort();
    const args = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.#dir];
    args.push('--save', '', '--appendonly', 'no', '--daemonize', 'no', '--logfile', '');
    this.#child = spawnTied('redis-server', args, { stdio: ['ignore', 'pipe', 'ignore'] });
    this.#ended = once(this.#child, 'close');
    const ready = new Promise((resolve) => {
      createInterface({ input: this.#child.stdout }).on('line', (line) => {
        if (line.includes('Ready to accept connections')) resolve(true);
      });
    });
    const started = await Promise.race([ready, this.#ended.then(() => false)]);
    assert.ok(started, 'redis-server does not start');
  }

  async stop() {
    this.#child?.kill('SIGKILL');
    await this.#ended;
  }
}

/** A port nothing listens on, below the range systems hand out by themselves. */
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

/** Runs server.js, whose pictures all say K7WPX2; it ends with the test at the latest. */
function startService(t, env) {
  const { PORT, HOST, WORKERS, REDIS_URL, CAPTCHA_SECRET, ...rest } = process.env;
  const args = ['--require', join(__dirname, 'known-text.js'), join(__dirname, '..', 'server.js')];
  const child = spawnTied(process.execPath, args, {
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
  // 'close' comes after 'exit', when all of the processes have let go of the output.
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, ...output }));
  t.after(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return {
    ended,
    output,
    stop: (signal) => child.kill(signal),
    async started() {
      const first = await Promise.race([line, ended]);
      assert.equal(typeof first, 'string', `ended early: ${first.stderr}`);
      return { line: first, url: /http:\/\/\S+:\d+/.exec(first)[0] };
    },
  };
}

/** One request over a connection of its own, so that the next one may be another process's. */
function request(url, { method = 'GET', headers = {}, body = '' } = {}) {
  return new Promise((resolve, reject) => {
    const sent = http.request(url, { method, headers, agent: false }, async (response) => {
      try {
        const chunks = [];
        for await (const chunk of response) chunks.push(chunk);
        const { statusCode: status, headers: received } = response;
        resolve({
          status,
          headers: received,
          worker: received.worker,
          body: Buffer.concat(chunks),
        });
      } catch (error) {
        reject(error);
      }
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function issue(url) {
  const response = await request(`${url}/captcha`);
  assert.equal(response.status, 200);
  const cookie = response.headers['set-cookie'][0].split(';')[0];
  return { ...response, cookie, id: cookie.split('=')[1] };
}

function comment(url, cookie, captcha) {
  return request(`${url}/comment`, {
    method: 'POST',
    headers: { Cookie: cookie, 'Content-Type': 'application/x-www-form-urlencoded' },
    body: String(new URLSearchParams({ captcha, text: 'Hello' })),
  });
}

/** Tries until the function returns something truthy; what it throws counts as not yet. */
async function eventually(what, attempt, tries = 1200) {
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

module.exports = { RedisServer, comment, eventually, issue, quietPort, request, startService };
