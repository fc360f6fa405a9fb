'use strict';

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

/** Ends a test that hangs, much later than any that works. */
const TIMEOUT = 300_000;
/** For a store in a test that is not about deadlines: a busy machine is no reason to fail. */
const PATIENT = 120_000;

const [NODE_MAJOR] = process.versions.node.split('.').map(Number);

/** The clients that people use, each with how to make one for a port. What needs a newer Node is left out. */
const CLIENTS = [
  { name: 'redis4', connect: connectRedis },
  { name: 'redis5', connect: connectRedis },
  { name: 'redis', connect: connectRedis },
  { name: 'ioredis5', connect: connectIoredis },
  { name: 'ioredis', connect: connectIoredis },
].filter(({ name }) => {
  const { engines } = require(`./node_modules/${name}/package.json`);
  return NODE_MAJOR >= Number(/\d+/.exec(engines?.node ?? '0')[0]);
});

async function connectRedis(name, port, options) {
  const client = require(name).createClient({ socket: { host: '127.0.0.1', port }, ...options });
  // Without a listener a lost connection would end the process.
  client.on('error', () => {});
  await client.connect();
  return { client, close: () => (client.destroy ? client.destroy() : client.disconnect()) };
}

async function connectIoredis(name, port, options) {
  const { Redis } = require(name);
  const client = new Redis({ host: '127.0.0.1', port, lazyConnect: true, ...options });
  client.on('error', () => {});
  await client.connect();
  return { client, close: () => client.disconnect() };
}

/** A client that is closed with the test. */
async function connect(t, { name, connect: open }, server, options) {
  const { client, close } = await open(name, server.port, options);
  t.after(close);
  return client;
}

const folders = new Set();
const children = new Set();
process.once('exit', () => {
  for (const folder of folders) {
    rmSync(folder, { recursive: true, force: true });
  }
  for (const child of children) {
    child.kill('SIGKILL');
  }
});
// A signal alone would end this process without that event.
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => process.exit(1));
}

const SERVERS = ['redis-server', 'valkey-server'].filter(
  (program) => spawnSync(program, ['--version']).status === 0,
);
// Skipped where somebody just has no Redis, but never where a green run is relied upon.
assert.ok(SERVERS.length > 0 || !process.env.CI, 'redis-server is not on the PATH, and CI is set');
const skip =
  SERVERS.length === 0 &&
  'redis-server is not on the PATH: apt-get install redis-server, or brew install redis';

/** A server of the test's own, which keeps its port when it is started anew. */
class Server {
  #program;
  #more;
  #child;
  #ended;
  #dir = mkdtempSync(path.join(tmpdir(), 'ccap-redis-'));

  constructor(program, more = []) {
    this.#program = program;
    this.#more = more;
    folders.add(this.#dir);
  }

  static async start(t, program = SERVERS[0], more = []) {
    const server = new Server(program, more);
    t.after(() => server.stop());
    await server.start();
    return server;
  }

  async start() {
    this.port ??= await quietPort();
    const args = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.#dir];
    args.push('--save', '', '--appendonly', 'no', '--daemonize', 'no', '--logfile', '');
    args.push(...this.#more);
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
 * A port nothing listens on, below the range systems hand out by themselves: so nothing else takes it by chance between
 * two uses.
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

/** Draws nothing: for what is not about pictures. */
function stubCaptcha(text = 'AbC12z') {
  const image = Buffer.from('ffd8ffe000104a464946', 'hex');
  return { getAsync: async () => [text, image] };
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
  CLIENTS,
  PATIENT,
  RecordingStore,
  SERVERS,
  Server,
  TIMEOUT,
  connect,
  eventually,
  listen,
  skip,
  spawnTied,
  stubCaptcha,
  tie,
};
