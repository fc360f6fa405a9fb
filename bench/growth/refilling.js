'use strict';

const { readdirSync, readFileSync } = require('node:fs');
const { performance } = require('node:perf_hooks');
const { setTimeout: sleep } = require('node:timers/promises');

const ccap = require('../..');
const { cachesAtRest, fullCaches } = require('../full-caches.js');
const { median, quantile } = require('../measure.js');
const { count, micros, millis, times } = require('../report.js');

const SIZES = [20, 100, 1000];
const BURST = 1000;
/** Longer than any picture takes here, in ms: the thread has nothing to do any more. */
const QUIET = 20;
const STYLES = [
  { name: 'png, 256x60', style: { format: 'png' } },
  { name: 'jpeg, 256x60', style: { format: 'jpeg' } },
  { name: 'png, 512x256', style: { format: 'png', width: 512, height: 256 } },
];

async function run({ quick }) {
  const rounds = quick ? 2 : 7;
  const bursts = [];
  for (const { name, style } of STYLES.slice(0, quick ? 1 : 2)) {
    for (const cacheSize of SIZES) {
      bursts.push({ name, cacheSize, ...(await measureBurst(style, cacheSize, rounds)) });
    }
  }
  ccap.configure({ cacheSize: SIZES[0] });
  const first = [];
  for (const { name, style } of STYLES) {
    first.push({ name, ...(await measureFirst(style, rounds)) });
  }
  const idle = await measureIdle(quick ? 1 : 5);
  return {
    title: `Growth, refilling: a burst of ${count(BURST)}, how soon the cache is full again, and the first takes of all`,
    head: ['', 'cacheSize', 'a take, p50', 'p99', 'all of them', 'full again after'],
    rows: [
      ...bursts.map((one) => ({ cells: burstRow(one) })),
      ...first.flatMap((one) => firstRows(one).map((cells) => ({ cells }))),
    ],
    notes: describe(first, idle),
    numbers: { burst: BURST, bursts, first, idle },
    charts: [],
  };
}

async function measureBurst(style, cacheSize, rounds) {
  // Drops the others.
  ccap.configure({ maxCaches: 1 });
  ccap.configure({ cacheSize, maxCaches: 64 });
  const captcha = ccap(style);
  const own = { waits: [], all: [], full: [] };
  for (let round = -1; round < rounds; round += 1) {
    await fullCaches(style);
    await cachesAtRest();
    const waits = [];
    const start = performance.now();
    for (let i = 0; i < BURST; i += 1) {
      const asked = performance.now();
      captcha.get();
      waits.push((performance.now() - asked) * 1000);
    }
    const end = performance.now();
    const full = await lastRefill(cacheSize);
    if (round >= 0) {
      own.waits.push(...waits);
      own.all.push((end - start) * 1000);
      own.full.push(Math.max(0, full - end) * 1000);
    }
  }
  return {
    p50: median(own.waits),
    p99: quantile(own.waits, 0.99),
    all: median(own.all),
    full: median(own.full),
  };
}

/** When the thread put its last picture into the only cache, with which that was full or no longer low. */
async function lastRefill(cacheSize) {
  let { refills } = ccap.stats();
  for (let last = performance.now(); ; ) {
    await sleep(0);
    const now = ccap.stats();
    if (now.refills !== refills) {
      last = performance.now();
      refills = now.refills;
    } else if (now.pictures > 0.75 * cacheSize && performance.now() - last > QUIET) {
      return last;
    }
  }
}

/** What the first visitors after the start wait for: twenty takes of a style that nobody has asked for. */
async function measureFirst(style, rounds) {
  const own = { cold: [], warm: [], warming: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const kind of ['cold', 'warm']) {
      const fresh = {
        ...style,
        color: `#00${(2 * round + Number(kind === 'warm')).toString(16).padStart(2, '0')}00`,
      };
      if (kind === 'warm') {
        const start = performance.now();
        await ccap.warm(fresh);
        own.warming.push((performance.now() - start) * 1000);
      }
      const captcha = ccap(fresh);
      const start = performance.now();
      for (let i = 0; i < SIZES[0]; i += 1) {
        captcha.get();
      }
      own[kind].push((performance.now() - start) * 1000);
      await cachesAtRest();
    }
  }
  return { cold: median(own.cold), warm: median(own.warm), warming: median(own.warming) };
}

/** How often the thread runs while nothing is asked for, and for how long: what Linux tells of it. */
async function measureIdle(seconds) {
  for (let before = -1; before !== ccap.stats().refills; await sleep(500)) {
    before = ccap.stats().refills;
  }
  const before = ofThread();
  await sleep(seconds * 1000);
  const after = ofThread();
  return (
    before && {
      seconds,
      wakeUps: after.turns - before.turns,
      micros: (after.nanos - before.nanos) / 1000,
    }
  );
}

function ofThread() {
  try {
    for (const id of readdirSync('/proc/self/task')) {
      const folder = `/proc/self/task/${id}`;
      if (readFileSync(`${folder}/comm`, 'utf8').trim() === 'ccap-refill') {
        const [nanos, , turns] = readFileSync(`${folder}/schedstat`, 'utf8').split(' ').map(Number);
        return { nanos, turns };
      }
    }
  } catch {
    // Elsewhere nobody tells.
  }
  return null;
}

function burstRow({ name, cacheSize, p50, p99, all, full }) {
  const cells = [name, count(cacheSize), micros(p50), micros(p99), millis(all / 1000)];
  return [...cells, millis(full / 1000)];
}

function firstRows({ name, cold, warm, warming }) {
  const size = count(SIZES[0]);
  return [
    [`the first ${size} of a style, ${name}`, size, '', '', millis(cold / 1000), ''],
    [`the same after warm()`, size, '', '', millis(warm / 1000), millis(warming / 1000)],
  ];
}

function describe(first, idle) {
  const best = first.map(({ name, cold, warm }) => `${times(cold / warm)} (${name})`).join(', ');
  const notes = [
    `After ccap.warm() the first ${SIZES[0]} takes of a style block the event loop for less time by ${best}. "Full again" is there ` +
      'how long warm() took, on other threads.',
  ];
  if (idle) {
    notes.push(
      `Asleep for ${idle.seconds} s with full caches, the thread was woken ${count(idle.wakeUps)} times and ran for ${micros(idle.micros)}.`,
    );
  }
  return notes;
}

module.exports = run;
