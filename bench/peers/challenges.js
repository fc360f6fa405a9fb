'use strict';

const ccap = require('../..');
const { REDIS_PROGRAMS, RedisServer } = require('../../__test__/servers.js');
const {
  createChallenges,
  memoryMarks,
  memoryStore,
  redisMarks,
  redisStore,
} = require('../../challenge');
const { fullCaches } = require('../full-caches.js');
const { interleave, median, spread } = require('../measure.js');
const { atLeast, atMost, count, micros, percent, perSecond, times } = require('../report.js');
const freshStyle = require('../style.js');

const CACHE_SIZE = 1024;
const PAIRS = 1000;
const AT_ONCE = 50;
/** In a round through Redis, which is long enough then that rounds differ by little. */
const REDIS_PAIRS = 5000;
const WARM_UP_PAIRS = 30_000;
const SUSTAINED_PAIRS = 20_000;
const SUSTAINED_ROUNDS = 5;
const TTL = 120_000;
const SECRET = 'a secret of thirty-two bytes, 32';
const WHAT = 'issue() + verify()';
const DRAWING = ', while drawing';
const MEMORY = `${WHAT}, memory`;
const SEALED = `${WHAT}, memory, sealed`;

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
    'A pair: a picture issued and its right answer verified. Stored: the answers are in memoryStore() or redisStore(). Sealed: the ids',
    'carry them, and memoryMarks() or redisMarks() know which have been tried. Bare: SET PX and GETDEL by the client alone.',
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
    head: ['', 'pairs/s', 'each', 'spread', 'of bare', 'of stored', 'commands'],
    rows: Object.entries(numbers).map(([name, own]) => row(name, own)),
    notes,
    numbers,
  };
}

async function inMemory() {
  const store = memoryStore();
  const marks = memoryMarks();
  const contenders = [
    { name: 'getAsync() alone', call: () => shared.getAsync() },
    { name: MEMORY, call: pair({ captcha: shared, store }) },
    { name: `${MEMORY}, secret`, call: pair({ captcha: shared, store, secret: SECRET }) },
    { name: SEALED, call: pair({ captcha: shared, marks }) },
    { name: `${MEMORY}, no drawing`, call: pair({ captcha: undrawn, store }) },
    { name: `${SEALED}, no drawing`, call: pair({ captcha: undrawn, marks }) },
  ];
  const { misses } = ccap.stats();
  await warmUp(contenders.at(-1), 1);
  await warmUp(contenders.at(-2), 1);
  const options = { rounds: 30, calls: PAIRS, pairs: 1, prepare: () => fullCaches(shared) };
  const numbers = await time(contenders, options);
  if (ccap.stats().misses !== misses) {
    throw new Error('the cache ran empty: drawing was timed too');
  }
  ofStored(numbers, SEALED, MEMORY);
  ofStored(numbers, `${SEALED}, no drawing`, `${MEMORY}, no drawing`);
  return numbers;
}

/** For as long as the cache could not help: the pictures have to be drawn meanwhile. In turn, and the middle of some. */
async function sustained() {
  const names = [`${MEMORY}, sustained`, `${SEALED}, sustained`];
  const calls = [{ store: memoryStore() }, { marks: memoryMarks() }].map((options) =>
    batch(pair({ captcha: shared, ...options })),
  );
  const times = names.map(() => []);
  for (let round = 0; round < SUSTAINED_ROUNDS; round++) {
    for (const [i, call] of calls.entries()) {
      const start = performance.now();
      for (let made = 0; made < SUSTAINED_PAIRS; made += AT_ONCE) {
        await call();
      }
      times[i].push(((performance.now() - start) * 1000) / SUSTAINED_PAIRS);
    }
  }
  const numbers = {};
  for (const [i, name] of names.entries()) {
    const time = median(times[i]);
    numbers[name] = { perSecond: 1e6 / time, micros: time, spread: spread(times[i]) };
  }
  ofStored(numbers, names[1], names[0]);
  return numbers;
}

/** Each client bare, with the same two commands, and then under the challenges in both ways. */
async function throughRedis(port) {
  const sections = [];
  for (const connect of [connectRedis, connectIoredis]) {
    const { name, client, set, take, close } = await connect(port);
    let made = 0;
    const bare = async () => {
      // As long as a challenge's.
      const key = `bare-of:${String(made).padStart(22, '0')}`;
      made += 1;
      await set(key, TEXT);
      if ((await take(key)) !== TEXT) {
        throw new Error(`${name} lost a value`);
      }
    };
    // As patient as the machine may be busy, and as by default the store not more than the challenges.
    const timeout = 60_000;
    const store = redisStore(client, { timeout });
    const marks = redisMarks(client, { timeout });
    const plain = { name: `bare ${name}`, call: batch(bare) };
    const stored = {
      name: `${WHAT}, ${name}`,
      call: batch(pair({ captcha: shared, store, timeout })),
    };
    const sealed = {
      name: `${WHAT}, ${name}, sealed`,
      call: batch(pair({ captcha: shared, marks, timeout })),
    };
    const options = { rounds: 30, pairs: AT_ONCE };
    await fullCaches(shared);
    // Cached pictures are then handed out again and again, and no thread takes a core from the client and the server.
    shared.clearTimeout();
    const commands = {};
    for (const one of [plain, stored, sealed]) {
      const before = await commandsOf(client);
      await warmUp(one, AT_ONCE);
      commands[one.name] = ((await commandsOf(client)) - before) / WARM_UP_PAIRS;
    }
    const numbers = compare(
      await time([plain, stored, sealed], { ...options, calls: REDIS_PAIRS / AT_ONCE }),
    );
    ofStored(numbers, sealed.name, stored.name);
    for (const [one, own] of Object.entries(numbers)) {
      own.commands = commands[one];
    }
    sections.push(numbers);
    shared.setTimeout();
    const drawing = [stored, sealed].map((one) => ({ ...one, name: one.name + DRAWING }));
    const { [plain.name]: _, ...own } = compare(
      await time([plain, ...drawing], {
        ...options,
        calls: PAIRS / AT_ONCE,
        prepare: () => fullCaches(shared),
      }),
    );
    ofStored(own, drawing[1].name, drawing[0].name);
    sections.push(own);
    await close();
  }
  return sections;
}

/** What clients have sent: scripts count as one, without what they call inside. */
async function commandsOf(client) {
  const info = await client.info('commandstats');
  let calls = 0;
  for (const [, count] of info.matchAll(/^cmdstat_(?:set|getdel|eval|evalsha):calls=(\d+)/gm)) {
    calls += Number(count);
  }
  return calls;
}

function ofStored(numbers, sealed, stored) {
  numbers[sealed].ofStored = numbers[sealed].perSecond / numbers[stored].perSecond;
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
  cells.push(own.ofStored === undefined ? '' : times(own.ofStored));
  cells.push(own.commands === undefined ? '' : own.commands.toFixed(4));
  return { cells, targets: targetsOf(name, own) };
}

/** Drawing competes with the client and the server for the cores, and is no part of what the challenges cost. */
function targetsOf(name, own) {
  if (name === MEMORY) {
    return [atLeast(name, own.perSecond, 50_000, perSecond)];
  }
  // In process what counts is a picture that is drawn for it, as it is in the long run.
  if (name === `${SEALED}, sustained`) {
    return [atLeast(`${name}, of stored`, own.ofStored, 0.7, times)];
  }
  if (own.ofBare === undefined || name.endsWith(DRAWING)) {
    return [];
  }
  if (own.ofStored === undefined) {
    return name.startsWith('bare') ? [] : [atLeast(`${name}, of bare`, own.ofBare, 0.75, times)];
  }
  return [
    atLeast(`${name}, of stored`, own.ofStored, 1.5, times),
    atMost(`${name}, commands`, own.commands, 1.001, (value) => value.toFixed(4)),
  ];
}

module.exports = run;
