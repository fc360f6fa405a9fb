'use strict';

const { performance } = require('node:perf_hooks');
const ccap = require('../..');
const { cachesAtRest } = require('../full-caches.js');
const { median, spread } = require('../measure.js');
const { count, micros, percent, signedPercent, times } = require('../report.js');
const { fitLine, nameOfLine, nameOfRatio, ratioOfExtremes } = require('./fit.js');

const STYLES = [1, 3, 10, 32, 64, 100, 200, 300, 1000, 3000, 10_000];
const CACHE_SIZE = 20;
/** About what a picture has. */
const PICTURE_BYTES = 1850;
/** The default bound of the number of caches, and the highest that may be set. */
const BOUNDS = [64, 1024];
/** Half a cache in a row: less than would empty it, were it the only one. */
const TAKES = 10;

async function run({ quick }) {
  const styles = quick ? STYLES.filter((many) => many <= 300 || many === 10_000) : STYLES;
  const scale = quick ? { passes: 2, rounds: 10 } : { passes: 5, rounds: 20 };
  const bounds = [];
  for (const maxCaches of quick ? BOUNDS.slice(0, 1) : BOUNDS) {
    ccap.configure({ cacheSize: CACHE_SIZE, maxCaches, maxBytes: 2 ** 30 });
    const measured = await measure(styles, maxCaches, scale);
    bounds.push({ maxCaches, styles: measured, fits: fitsOf(measured, maxCaches) });
  }
  return {
    title: `Growth, styles: ${TAKES} ccap(style).get() in a row, each with a random one of so many styles`,
    head: [
      'caches at most',
      'styles',
      'a take',
      'spread',
      'hits',
      'a hit',
      'a miss',
      'a copy from a Map of Buffers',
    ],
    rows: bounds.flatMap(({ maxCaches, styles: all }) =>
      all.map((one) => ({ cells: row(maxCaches, one) })),
    ),
    notes: bounds.flatMap(describe),
    numbers: { cacheSize: CACHE_SIZE, takes: TAKES, bounds },
    charts: [chart(bounds)],
  };
}

/** Each pass goes through all numbers of styles, so that whatever slows the machine down for a while slows down all of them. */
async function measure(styles, maxCaches, { passes, rounds }) {
  const results = styles.map((many) => ({ many, means: [], hits: [], misses: [], copies: [] }));
  for (let pass = 0; pass < passes; pass += 1) {
    for (const { many, ...times } of results) {
      // Makes the caches, as many as may be.
      for (let i = 0; i < Math.min(many, maxCaches); i += 1) {
        ccap(styleOf(i)).get();
      }
      for (let round = 0; round < rounds; round += 1) {
        await cachesAtRest();
        takeInARow(many, times);
      }
      if (many <= maxCaches) {
        await copyAfterPauses(many, rounds, times);
      }
    }
  }
  return results.map(({ many, means, hits, misses, copies }) => ({
    styles: many,
    micros: median(means),
    spread: spread(means),
    hitShare: hits.length / (hits.length + misses.length),
    hitMicros: hits.length > 0 ? median(hits) : null,
    missMicros: misses.length > 0 ? median(misses) : null,
    copyMicros: copies.length > 0 ? median(copies) : null,
  }));
}

/**
 * What the processor's own caches make of so many styles: the same takes from a Map of keys to Buffers of as many bytes, in which
 * nothing is drawn, locked or checked.
 */
async function copyAfterPauses(many, rounds, { copies }) {
  const pictures = new Map();
  for (let i = 0; i < many; i += 1) {
    const ring = Array.from({ length: CACHE_SIZE }, () => Buffer.alloc(PICTURE_BYTES, 1));
    pictures.set(keyOf(styleOf(i)), { ring, next: 0 });
  }
  for (let round = 0; round < rounds; round += 1) {
    await cachesAtRest();
    for (let i = 0; i < TAKES; i += 1) {
      const style = styleOf(Math.floor(Math.random() * many));
      ccap.stats();
      const start = performance.now();
      const own = pictures.get(keyOf(style));
      const copy = [style.color, Buffer.from(own.ring[own.next % CACHE_SIZE])];
      const time = (performance.now() - start) * 1000;
      own.next += 1;
      if (copy[1].length !== PICTURE_BYTES) {
        throw new Error('a copy is no copy');
      }
      ccap.stats();
      copies.push(time);
    }
  }
}

/** As long as the key that a style has. */
function keyOf({ format, color }) {
  return `256\n60\n40\n50\n57\n6\n\n${format}\nnormal\n${color}\n\ntext\n+-\n1\n20\n2\nlight\n1\n200\n0\n`;
}

/** Pictures that cost the same and share their glyphs: what differs is the cache that they come from. */
function styleOf(i) {
  return { format: 'png', color: `#${i.toString(16).padStart(6, '0')}` };
}

function takeInARow(many, { means, hits, misses }) {
  let sum = 0;
  for (let i = 0; i < TAKES; i += 1) {
    const style = styleOf(Math.floor(Math.random() * many));
    const before = ccap.stats().hits;
    const start = performance.now();
    ccap(style).get();
    const time = (performance.now() - start) * 1000;
    sum += time;
    (ccap.stats().hits > before ? hits : misses).push(time);
  }
  means.push(sum / TAKES);
}

function fitsOf(measured, maxCaches) {
  const within = measured.filter((one) => one.styles <= maxCaches);
  const shares = measured.map((one) => 1 - one.hitShare);
  const { a, b, r2, worst } = fitLine(
    shares,
    measured.map((one) => one.micros),
  );
  return {
    /** The dearest hit where all styles have their cache, as a multiple of the cheapest. */
    within: ratioOfExtremes(within.map((one) => one.hitMicros)),
    /** How much dearer than with one style a hit is with as many as have a cache, and a copy from a Map. */
    hit: growthOf(within.map((one) => one.hitMicros)),
    copy: growthOf(within.map((one) => one.copyMicros)),
    most: measured.at(-1).micros / measured[0].micros,
    byMisses: {
      hitMicros: a,
      missMicros: a + b,
      r2,
      worst: { styles: measured[worst.index].styles, share: worst.share },
    },
  };
}

function growthOf(all) {
  return { times: all.at(-1) / all[0], micros: all.at(-1) - all[0] };
}

function row(maxCaches, { styles, micros: time, spread: apart, hitShare, ...medians }) {
  const cells = [count(maxCaches), count(styles), micros(time), percent(apart), percent(hitShare)];
  const { hitMicros, missMicros, copyMicros } = medians;
  const own = [hitMicros, missMicros, copyMicros];
  return [...cells, ...own.map((one) => (one === null ? '' : micros(one)))];
}

function describe({ maxCaches, styles, fits: { within, most, hit, copy, byMisses } }) {
  const { hitMicros, missMicros, r2, worst } = byMisses;
  const last = styles.at(-1);
  const withCache = styles.filter((one) => one.styles <= maxCaches);
  const cached = withCache.map((one) => one.hitMicros);
  const bound = `With at most ${count(maxCaches)} caches`;
  return [
    `${bound}, up to ${count(maxCaches)} styles: ${nameOfRatio(within)}, all takes are hits of ${micros(Math.min(...cached))} to ` +
      `${micros(Math.max(...cached))}, the dearest ${times(within)} of the cheapest. It bends there: of more styles only ` +
      `${count(maxCaches)} have a cache, and a take of another is a miss, which draws in the call. With ${count(last.styles)} ` +
      `${((1 - last.hitShare) * 100).toFixed(1)}% are misses and a take costs ${micros(last.micros)}, ${times(most)} of that with one.`,
    `${bound}, ${count(withCache.at(-1).styles)} styles beside one: a hit takes ${micros(hit.micros)} longer (${times(hit.times)}), and a copy from a Map of Buffers, ` +
      `which shares nothing with anybody, ${micros(copy.micros)} (${times(copy.times)}): after a pause each style that comes is cold.`,
    `${bound}, by misses: ${micros(hitMicros)} with none to ${micros(missMicros)} with nothing else, ` +
      `${nameOfLine(byMisses)} (r2 ${r2.toFixed(3)}, the largest deviation ${signedPercent(worst.share)} at ` +
      `${count(worst.styles)} styles).`,
  ];
}

function chart(bounds) {
  return {
    file: 'styles.svg',
    title: 'Time of a take by the styles in use',
    description: bounds.map((bound) => describe(bound)[0]).join(' '),
    x: { label: 'distinct styles in use, each take of a random one (log)', scale: 'log' },
    y: { label: 'µs a take, ccap(style).get()', scale: 'linear' },
    series: bounds.map(({ maxCaches, styles }) => ({
      name: `at most ${count(maxCaches)} caches${maxCaches === BOUNDS[0] ? ' (default)' : ''}`,
      points: styles.map((one) => [one.styles, one.micros]),
    })),
    marks: bounds.map(({ maxCaches }) => ({ x: maxCaches, label: `${count(maxCaches)} styles` })),
  };
}

module.exports = run;
