'use strict';

const ccap = require('..');
const { REDIS_PROGRAMS, RedisServer } = require('../__test__/servers.js');
const { createChallenges, memoryStore, redisStore } = require('../challenge');
const { fullCaches } = require('./full-caches.js');
const { interleave, median, spread } = require('./measure.js');
const { atLeast, count, micros, percent, perSecond, times } = require('./report.js');
const freshStyle = require('./style.js');

const CACHE_SIZE = 1024;
const PAIRS = 1000;
const AT_ONCE = 50;
const WARM_UP_PAIRS = 30_000;
const SUSTAINED_PAIRS = 20_000;
const TTL = 120_000;
const SECRET = 'a secret of thirty-two bytes, 32';
const WHAT = 'issue() + verify()';
const DRAWING = ', while drawing';

// One letter alone, so that the right answer is known without anything around the captcha that would be timed too.
const TEXT = 'AAAAAA';
const shared = ccap({ ...freshStyle(), charset: 'A' });
const drawn = shared.get();
// What the work of the challenges themselves is.
const undrawn = { getAsync: async () => drawn };

async function run() {
  ccap.configure({ cacheSize: CACHE_SIZE });
  const sections = [await inMemory(), await sustained()];
  const notes = [
    'A pair: a picture issued and its right answer verified; bare: SET PX and GETDEL by the client alone.',
    `One pair after the other in memory, ${AT_ONCE} under way together through Redis and when sustained.`,
    'In memory and "while drawing" the thread draws new pictures meanwhile, on another core if there is one to spare. The other',
    'pairs through Redis are timed while it is stopped. "No drawing" is always the same picture. "Sustained" is 20,000 in a row,',
    'so that each picture has to be drawn meanwhile: that is the rate of drawing, on all cores.',
  ];
  const server = await startRedis();
  if (server) {
    try {
      sections.push(...(await throughRedis(server.port)));
    } finally {
      server.stop();
    }
  } else {
    notes.push('Nothing through Redis: there is no redis-server on the PATH.');
  }
  const numbers = Object.assign({}, ...sections);
  return {
    title: 'Challenges: pictures from a full cache, unless said otherwise',
    head: ['', 'pairs/s', 'each', 'spread', 'of bare'],
    rows: Object.entries(numbers).map(([name, own]) => row(name, own)),
    notes,
    numbers,
  };
}

async function inMemory() {
  const store = memoryStore();
  const contenders = [
    { name: 'getAsync() alone', call: () => shared.getAsync() },
    { name: `${WHAT}, memory`, call: pair({ captcha: shared, store }) },
    { name: `${WHAT}, memory, secret`, call: pair({ captcha: shared, store, secret: SECRET }) },
    { name: `${WHAT}, memory, no drawing`, call: pair({ captcha: undrawn, store }) },
  ];
  const { misses } = ccap.stats();
  await warmUp(contenders.at(-1), 1);
  const options = { rounds: 30, calls: PAIRS, pairs: 1, prepare: () => fullCaches(shared) };
  const numbers = await time(contenders, options);
  if (ccap.stats().misses !== misses) {
    throw new Error('the cache ran empty: drawing was timed too');
  }
  return numbers;
}

/** For as long as the cache could not help: the pictures have to be drawn meanwhile. */
async function sustained() {
  const call = batch(pair({ captcha: shared, store: memoryStore() }));
  const start = performance.now();
  for (let made = 0; made < SUSTAINED_PAIRS; made += AT_ONCE) {
    await call();
  }
  const time = ((performance.now() - start) * 1000) / SUSTAINED_PAIRS;
  return { [`${WHAT}, memory, sustained`]: { perSecond: 1e6 / time, micros: time } };
}

/** Each client bare, with the same two commands, and then under the challenges. */
async function throughRedis(port) {
  const sections = [];
  for (const connect of [connectRedis, connectIoredis]) {
    const { name, client, set, take, close } = await connect(port);
    const store = redisStore(client, { timeout: 60_000 });
    let made = 0;
    const bare = async () => {
      const key = `bare:${made}`;
      made += 1;
      await set(key, TEXT);
      if ((await take(key)) !== TEXT) {
        throw new Error(`${name} lost a value`);
      }
    };
    const plain = { name: `bare ${name}`, call: batch(bare) };
    const whole = { name: `${WHAT}, ${name}`, call: batch(pair({ captcha: shared, store })) };
    const options = { rounds: 30, calls: PAIRS / AT_ONCE, pairs: AT_ONCE };
    await fullCaches(shared);
    // Cached pictures are then handed out again and again, and no thread takes a core from the client and the server.
    shared.clearTimeout();
    await warmUp(plain, AT_ONCE);
    await warmUp(whole, AT_ONCE);
    sections.push(compare(await time([plain, whole], options)));
    shared.setTimeout();
    const drawing = { ...whole, name: whole.name + DRAWING };
    const { [plain.name]: _, ...own } = compare(
      await time([plain, drawing], { ...options, prepare: () => fullCaches(shared) }),
    );
    sections.push(own);
    await close();
  }
  return sections;
}

/** Each against the first one. */
function compare(numbers) {
  const [plain, ...others] = Object.values(numbers);
  for (const other of others) {
    other.ofBare = other.perSecond / plain.perSecond;
  }
  return numbers;
}

/** Makes a function that issues a picture and verifies its answer, and sees to it that this is right. */
function pair(options) {
  const { issue, verify } = createChallenges({ ttl: TTL, ...options });
  return async () => {
    const { id } = await issue();
    if (!(await verify(id, TEXT))) {
      throw new Error('the right answer was refused');
    }
  };
}

function batch(call) {
  return () => Promise.all(Array.from({ length: AT_ONCE }, call));
}

/** A service runs for longer than the compiler takes, so that time is none of its speed. */
async function warmUp({ call }, pairs) {
  for (let made = 0; made < WARM_UP_PAIRS; made += pairs) {
    await call();
  }
}

async function time(contenders, { rounds, calls, pairs, prepare }) {
  const asked = contenders.map((contender) => ({ ...contender, bytes: () => 0, isAsync: true }));
  const results = await interleave(asked, { warmups: 3, rounds, calls, prepare });
  const numbers = {};
  for (const [index, result] of results.entries()) {
    const time = median(result.micros) / pairs;
    numbers[contenders[index].name] = {
      perSecond: 1e6 / time,
      micros: time,
      spread: spread(result.micros),
    };
  }
  return numbers;
}

async function connectRedis(port) {
  const client = require('redis').createClient({ socket: { host: '127.0.0.1', port } });
  client.on('error', () => {});
  await client.connect();
  return {
    name: 'redis',
    client,
    set: (key, value) => client.set(key, value, { expiration: { type: 'PX', value: TTL } }),
    take: (key) => client.getDel(key),
    close: () => client.destroy(),
  };
}

async function connectIoredis(port) {
  const { Redis } = require('ioredis');
  const client = new Redis({ host: '127.0.0.1', port, lazyConnect: true });
  client.on('error', () => {});
  await client.connect();
  return {
    name: 'ioredis',
    client,
    set: (key, value) => client.set(key, value, 'PX', TTL),
    take: (key) => client.getdel(key),
    close: () => client.disconnect(),
  };
}

/** Null where there is none to start. */
async function startRedis() {
  if (REDIS_PROGRAMS.length === 0) {
    return null;
  }
  const server = new RedisServer();
  await server.start();
  return server;
}

function row(name, own) {
  const cells = [name, count(own.perSecond), micros(own.micros)];
  cells.push(own.spread === undefined ? '' : percent(own.spread));
  cells.push(own.ofBare === undefined ? '' : times(own.ofBare));
  return { cells, targets: targetsOf(name, own) };
}

/** Drawing competes with the client and the server for the cores, and is no part of what the challenges cost. */
function targetsOf(name, own) {
  if (name === `${WHAT}, memory`) {
    return [atLeast(name, own.perSecond, 50_000, perSecond)];
  }
  if (own.ofBare === undefined || name.endsWith(DRAWING)) {
    return [];
  }
  return [atLeast(`${name}, of bare`, own.ofBare, 0.6, times)];
}

module.exports = run;
