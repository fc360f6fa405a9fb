'use strict';

const { execFileSync } = require('node:child_process');
const path = require('node:path');

const { median, spread } = require('../measure.js');
const { count, megabytes, micros, percent, signedPercent, times } = require('../report.js');
const { fitLine, nameOfLine, nameOfRatio, ratioOfExtremes } = require('./fit.js');

const POINTS = [1, 10, 100, 1_000, 10_000, 30_000, 100_000, 300_000, 1_000_000];
/** By then V8 has compiled what constructs. */
const COMPILED = 30_000;
/** By then the heap has found its size. */
const WARM = 10_000;
/** Less memory than this is the heap finding its size. */
const SOME_MEMORY = 100_000;
const MAKE_INSTANCES = path.join(__dirname, 'make-instances.js');
const KINDS = ['dropped', 'kept'];

function run({ quick }) {
  const rounds = quick ? 2 : 7;
  const results = KINDS.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [kind, name] of KINDS.entries()) {
      const args = ['--expose-gc', MAKE_INSTANCES, name, JSON.stringify(POINTS)];
      results[kind].push(JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })));
    }
  }
  const numbers = {
    points: POINTS.map((instances, i) => ({ instances, ...valuesAt(results, i) })),
  };
  numbers.fits = fitsOf(numbers.points);
  return {
    title: 'Growth, instances: ccap(style) with an object of its own, dropped at once or all kept',
    head: ['instances', ...KINDS.flatMap((name) => [`${name}, each`, 'spread', 'RSS grown by'])],
    rows: numbers.points.map((point) => ({ cells: row(point) })),
    notes: describe(numbers),
    numbers,
    charts: charts(numbers),
  };
}

function valuesAt(results, i) {
  const entries = KINDS.map((name, kind) => {
    const own = results[kind].map((round) => round[i]);
    const values = own.map((one) => one.micros);
    return [
      name,
      { micros: median(values), spread: spread(values), rss: median(own.map((one) => one.rss)) },
    ];
  });
  return Object.fromEntries(entries);
}

function fitsOf(points) {
  const compiled = points.filter((point) => point.instances > COMPILED);
  const warm = points.filter((point) => point.instances > WARM);
  const many = points.filter((point) => point.instances >= SOME_MEMORY);
  const time = (name) => ratioOfExtremes(compiled.map((point) => point[name].micros));
  const { a, b, r2, worst } = fitLine(
    many.map((point) => point.instances),
    many.map((point) => point.kept.rss),
  );
  const grown = (point) =>
    point.dropped.rss - points.find((one) => one.instances === WARM).dropped.rss;
  return {
    /** The dearest instance after the first so many, as a multiple of the cheapest. */
    compiled: { instances: COMPILED, dropped: time('dropped'), kept: time('kept') },
    dropped: { bytesAfterWarm: Math.max(...warm.map(grown)) },
    kept: {
      bytes: a,
      bytesPerInstance: b,
      r2,
      worst: { instances: many[worst.index].instances, share: worst.share },
    },
  };
}

function row(point) {
  const cells = KINDS.flatMap((name) => {
    const { micros: time, spread: apart, rss } = point[name];
    return [micros(time), percent(apart), megabytes(rss)];
  });
  return [count(point.instances), ...cells];
}

function describe({ points, fits }) {
  const [first] = points;
  const last = points.at(-1);
  const { compiled, dropped, kept } = fits;
  return [
    `Time: the first instance of a process takes ${micros(first.dropped.micros)}, each of the last of ${count(last.instances)} ` +
      `${micros(last.dropped.micros)}. It bends at about ${count(COMPILED)}, until when V8 has compiled what makes them. Beyond, ` +
      `${nameOfRatio(compiled.dropped)} when they are dropped (the dearest ${times(compiled.dropped)} of the cheapest) and ` +
      `${nameOfRatio(compiled.kept)} when all are kept (${times(compiled.kept)}), where the garbage collector copies them.`,
    `Memory, dropped: from ${count(WARM)} to ${count(last.instances)} instances RSS was at most ` +
      `${megabytes(Math.max(0, dropped.bytesAfterWarm))} above where it was at ${count(WARM)}.`,
    `Memory, kept: ${count(kept.bytesPerInstance)} bytes an instance from ${count(SOME_MEMORY)} on, ${nameOfLine(kept)} (r2 ` +
      `${kept.r2.toFixed(3)}, the largest deviation ${signedPercent(kept.worst.share)} at ${count(kept.worst.instances)}). They ` +
      'are plain JavaScript objects of whoever keeps them.',
  ];
}

function charts(numbers) {
  const { points } = numbers;
  const [time, ...memory] = describe(numbers);
  const series = (value) =>
    KINDS.map((name) => ({
      name: name === 'kept' ? 'all kept' : 'dropped at once',
      points: points.map((point) => [point.instances, value(point[name])]),
    }));
  return [
    {
      file: 'instances-time.svg',
      title: 'Time of ccap(style) by the instances made',
      description: time,
      x: { label: 'instances made so far (log)', scale: 'log' },
      y: { label: 'µs an instance (log)', scale: 'log' },
      series: series((own) => own.micros),
    },
    {
      file: 'instances-memory.svg',
      title: 'Memory by the instances made',
      description: memory.join(' '),
      x: { label: 'instances made so far, thousands', scale: 'linear' },
      y: { label: 'RSS grown by, MB', scale: 'linear' },
      series: series((own) => own.rss / 2 ** 20).map(({ name, points: all }) => ({
        name,
        points: all.map(([instances, megas]) => [instances / 1000, megas]),
      })),
    },
  ];
}

module.exports = run;
