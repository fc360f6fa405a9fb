'use strict';

const { performance } = require('node:perf_hooks');
const { setTimeout: sleep } = require('node:timers/promises');

const ccap = require('../..');
const { cachesAtRest } = require('../full-caches.js');
const { median, quantile } = require('../measure.js');
const { count, micros, percent } = require('../report.js');

const CACHES = 64;
const STYLES = [32, 64, 65, 80, 100, 128, 256, 512, 1024];
const ONE_OFFS = [0, 100, 1000, 2000];
/** The hot style is asked for so often a second, in bursts. */
const HOT = { perSecond: 1000, burst: 10 };

/** Numbers for styles that nobody has asked for yet. */
let next = 0;

async function run({ quick }) {
  const scale = quick ? { asks: 3000, seconds: 1 } : { asks: 10_000, seconds: 5 };
  const orders = {
    'in turn': (styles) => (i) => i % styles,
    'at random': (styles) => () => Math.floor(Math.random() * styles),
    'by popularity (1/rank)': (styles) => byRank(styles),
  };
  const shares = [];
  for (const [order, of] of Object.entries(orders)) {
    for (const styles of STYLES) {
      shares.push({ order, styles, ...(await measureOrder(of(styles), styles, scale)) });
    }
  }
  const hot = [];
  for (const perSecond of ONE_OFFS) {
    hot.push({ perSecond, ...(await measureHot(perSecond, scale)) });
  }
  return {
    title: `Growth, sharing: who gets the ${CACHES} caches when there are more styles`,
    head: ['', 'styles', 'hits', 'at best', 'drawn ahead for each hit'],
    rows: [
      ...shares.map((one) => ({ cells: row(one) })),
      ...hot.map((one) => ({ cells: hotRow(one) })),
    ],
    notes: describe(shares, hot),
    numbers: { caches: CACHES, shares, hot },
    charts: [chart(shares, hot, Object.keys(orders))],
  };
}

function styleOf(i) {
  return { width: 64, height: 24, format: 'png', color: `#${i.toString(16).padStart(6, '0')}` };
}

function byRank(styles) {
  const sums = [];
  for (let rank = 1, sum = 0; rank <= styles; rank += 1) {
    sum += 1 / rank;
    sums.push(sum);
  }
  return () => {
    const at = Math.random() * sums.at(-1);
    return sums.findIndex((sum) => sum > at);
  };
}

/** The thread has all the time that it needs: what counts is which styles have a cache. */
async function measureOrder(order, styles, { asks }) {
  forget();
  const first = next;
  next += styles;
  const from = asks / 2;
  const asked = new Map();
  let before;
  for (let i = 0; i < asks; i += 1) {
    if (i === from) {
      before = ccap.stats();
    }
    const which = order(i);
    if (i >= from) {
      asked.set(which, (asked.get(which) ?? 0) + 1);
    }
    ccap(styleOf(first + which)).get();
    if (i % 32 === 31) {
      await cachesAtRest();
    }
  }
  const now = ccap.stats();
  const hits = now.hits - before.hits;
  const most = [...asked.values()].sort((a, b) => b - a).slice(0, CACHES);
  return {
    hitShare: hits / (asks - from),
    bestShare: most.reduce((sum, own) => sum + own, 0) / (asks - from),
    drawnPerHit: (now.refills - before.refills) / hits,
  };
}

/** Drops all caches but one, and what is known of who was asked for. */
function forget() {
  ccap.configure({ maxCaches: 1 });
  ccap.configure({ maxCaches: CACHES });
}

/** One style in bursts, and between them styles that never come again. */
async function measureHot(oneOffs, { seconds }) {
  forget();
  const hot = ccap(styleOf(next++));
  await ccap.warm(hot);
  await cachesAtRest();
  const between = (oneOffs * HOT.burst) / HOT.perSecond;
  const start = performance.now();
  const cpu = process.cpuUsage();
  const before = ccap.stats();
  const waits = [];
  let hits = 0;
  for (let burst = 0; performance.now() - start < seconds * 1000; burst += 1) {
    const wait = start + (burst * 1000 * HOT.burst) / HOT.perSecond - performance.now();
    await sleep(Math.max(0, wait));
    for (let i = 0; i < HOT.burst; i += 1) {
      const { hits: earlier } = ccap.stats();
      const asked = performance.now();
      hot.get();
      waits.push((performance.now() - asked) * 1000);
      hits += ccap.stats().hits - earlier;
    }
    for (let i = 0; i < between; i += 1) {
      ccap(styleOf(next++)).get();
    }
  }
  const took = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return {
    hitShare: hits / waits.length,
    p50: median(waits),
    p99: quantile(waits, 0.99),
    cpu: (user + system) / 1e6 / took,
    drawnAheadPerSecond: (ccap.stats().refills - before.refills) / took,
  };
}

function row({ order, styles, hitShare, bestShare, drawnPerHit }) {
  return [order, count(styles), percent(hitShare), percent(bestShare), drawnPerHit.toFixed(2)];
}

function hotRow({ perSecond, hitShare, drawnAheadPerSecond }) {
  const name = `one ${count(HOT.perSecond)} times a second, beside ${count(perSecond)} a second that never come again`;
  const drawn = (drawnAheadPerSecond / (hitShare * HOT.perSecond)).toFixed(2);
  return [name, '', percent(hitShare), '100%', drawn];
}

function describe(shares, hot) {
  const inTurn = shares.find((one) => one.order === 'in turn' && one.styles === CACHES + 1);
  const busy = hot.find((one) => one.perSecond === 1000);
  return [
    `${CACHES + 1} styles in turn: ${percent(inTurn.hitShare)} are hits. Were the least recently used dropped for each that comes, ` +
      'none would be, as each would be dropped just before it comes again.',
    `"At best" is what those ${CACHES} styles were asked for that were asked for most. "Drawn ahead": above 1, pictures were ` +
      'thrown away with caches that gave way, or are still there.',
    `Beside 1,000 styles a second that never come again, ${percent(busy.hitShare)} of the takes of one that does are hits, of ` +
      `${micros(busy.p50)} (p50) and ${micros(busy.p99)} (p99); the process takes ${percent(busy.cpu)} of a core, with none beside it ` +
      `${percent(hot[0].cpu)}. The first 63 of them get a cache, since there is room.`,
  ];
}

function chart(shares, hot, orders) {
  return {
    file: 'sharing.svg',
    title: 'Hits by the styles in use',
    description: describe(shares, hot)[0],
    x: { label: `distinct styles in use, ${CACHES} caches (log)`, scale: 'log' },
    y: { label: 'hits, % of the takes', scale: 'linear' },
    series: orders.flatMap((order) => {
      const own = shares.filter((one) => one.order === order);
      return [
        { name: order, points: own.map((one) => [one.styles, 100 * one.hitShare]) },
        {
          name: 'at best',
          isFit: true,
          points: own.map((one) => [one.styles, 100 * one.bestShare]),
        },
      ];
    }),
    marks: [{ x: CACHES, label: `${CACHES} caches` }],
  };
}

module.exports = run;
