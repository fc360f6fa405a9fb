'use strict';

// Servers and processes of a test's own: none outlives the process that started it, and none is met by chance. For the tests of
// the package and of the examples, and for the benchmark.

const assert = require('node:assert/strict');
const { spawn, spawnSync } = require('node:child_process');
const { randomInt } = require('node:crypto');
const { once } = require('node:events');
const { mkdtempSync, rmSync } = require('node:fs');
const net = require('node:net');
const { tmpdir } = require('node:os');
const path = require('node:path');
const { createInterface } = require('node:readline');
const { setTimeout: sleep } = require('node:timers/promises');

/** The programs that are here of those that speak Redis's protocol. */
const REDIS_PROGRAMS = ['redis-server', 'valkey-server'].filter(
  (program) => spawnSync(program, ['--version']).status === 0,
);

/** Why tests on Redis are skipped, if they are: where somebody just has none, but never where a green run is relied upon. */
function skipWithoutRedis() {
  if (REDIS_PROGRAMS.length > 0) {
    return false;
  }
  assert.ok(!process.env.CI, 'redis-server is not on the PATH, and CI is set');
  return 'redis-server is not on the PATH: apt-get install redis-server, or brew install redis';
}

/** A Redis that keeps nothing on disk, and its port when it is started anew. */
class RedisServer {
  #program;
  #args;
  #password;
  #child;
  #ended;
  #folder = mkdtempSync(path.join(tmpdir(), 'ccap-redis-'));

  constructor({ program = REDIS_PROGRAMS[0], args = [], password } = {}) {
    this.#program = program;
    this.#args = password === undefined ? args : [...args, '--requirepass', password];
    this.#password = password;
    folders.add(this.#folder);
  }

  /** One that is stopped with the test. */
  static async start(t, options) {
    const server = new RedisServer(options);
    t.after(() => server.stop());
    await server.start();
    return server;
  }

  get url() {
    const login = this.#password === undefined ? '' : `:${this.#password}@`;
    return `redis://${login}127.0.0.1:${this.port}`;
  }

  async start() {
    this.port ??= await quietPort();
    const args = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.#folder];
    args.push('--save', '', '--appendonly', 'no', '--daemonize', 'no', '--logfile', '');
    args.push(...this.#args);
    this.#child = spawnTied(this.#program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    this.#ended = once(this.#child, 'close');
    const ready = new Promise((resolve) => {
      createInterface({ input: this.#child.stdout }).on('line', (line) => {
        if (line.includes('Ready to accept connections')) {
          resolve(true);
        }
      });
    });
    const started = await Promise.race([ready, this.#ended.then(() => false)]);
    assert.ok(started, `${this.#program} does not start`);
  }

  signal(name) {
    this.#child.kill(name);
  }

  /** SIGKILL, which works on a paused process too: nothing here is worth saving. */
  async stop() {
    this.#child?.kill('SIGKILL');
    await this.#ended;
  }
}

/**
 * Runs a service that prints its address first; it ends with the test at the latest.
 *
 * @param args Those of node: its own, then the service's file.
 * @param env What is set for it besides this process's own, without which `hidden` is left out.
 */
function startService(t, args, { env, hidden }) {
  const inherited = Object.entries(process.env).filter(([name]) => !hidden.includes(name));
  const child = spawnTied(process.execPath, args, {
    env: { ...Object.fromEntries(inherited), PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (chunk) => {
      output[name] += chunk;
    });
  }
  const line = once(createInterface({ input: child.stdout }), 'line').then(([text]) => text);
  // 'close' comes after 'exit', when all of its processes have let go of the output.
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, ...output }));
  t.after(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return {
    ended,
    output,
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

/** Listens on a free port until the end of the test. */
async function listen(t, server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  });
  return `http://127.0.0.1:${server.address().port}`;
}

/**
 * A port nothing listens on, below the range systems hand out by themselves: so nothing else takes it by chance between
 * two uses, and a connection to it cannot end up at itself.
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

const folders = new Set();
const children = new Set();
process.once('exit', () => {
  for (const child of children) {
    child.kill('SIGKILL');
  }
  for (const folder of folders) {
    rmSync(folder, { recursive: true, force: true });
  }
});
// A signal alone would end this process without that event.
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => process.exit(1));
}

/** Starts a process that does not outlive this one, even if a test runner or a timeout ends it. */
function spawnTied(command, args, options) {
  return tie(spawn(command, args, options));
}

function tie(child) {
  children.add(child);
  child.once('close', () => children.delete(child));
  return child;
}

/** A store around another one that keeps the answers for the test, which cannot read pictures. */
class RecordingStore {
  answers = new Map();
  takes = [];
  ttls = [];
  #store;

  constructor(store) {
    this.#store = store;
  }

  get size() {
    return this.#store.size;
  }

  set(id, answer, ttl) {
    this.answers.set(id, answer);
    this.ttls.push(ttl);
    return this.#store.set(id, answer, ttl);
  }

  take(id) {
    this.takes.push(id);
    return this.#store.take(id);
  }
}

/** Tries until the function returns something truthy; what it throws counts as not yet. */
async function eventually(what, attempt, tries = 1200) {
  let last;
  for (let i = 0; i < tries; i++) {
    try {
      const result = await attempt();
      if (result) {
        return result;
      }
    } catch (error) {
      last = error;
    }
    await sleep(50);
  }
  throw new Error(`never came about: ${what}`, { cause: last });
}

module.exports = {
  REDIS_PROGRAMS,
  RecordingStore,
  RedisServer,
  eventually,
  listen,
  quietPort,
  skipWithoutRedis,
  spawnTied,
  startService,
  tie,
};
