'use strict';

const { count, micros, percent, signedPercent, times } = require('../report.js');
const { fitPower, fitStraightPart, nameOfLine } = require('./fit.js');
const timePictures = require('./turns.js');

const SIZES = [
  [32, 16],
  [48, 24],
  [64, 32],
  [96, 48],
  [128, 64],
  [192, 96],
  [256, 128],
  [384, 192],
  [512, 256],
  [768, 384],
  [1024, 512],
];
const LETTERS = 6;
const TOLERANCE = 0.25;
/** Pictures of one letter, so that drawing meets the same few glyphs again: what size costs when they are all at hand. */
const ONE_LETTER = 'png, one letter repeated';
const PROCESSES = [
  [
    { name: 'png', format: 'png' },
    { name: 'jpeg', format: 'jpeg' },
  ],
  [{ name: ONE_LETTER, format: 'png', charset: 'A' }],
];
const KINDS = PROCESSES.flat();

async function run({ quick }) {
  const places = PROCESSES.flatMap((kinds) =>
    SIZES.map(([width, height]) =>
      kinds.map(({ format, charset }) => ({
        options: { width, height, format },
        letters: LETTERS,
        charset,
      })),
    ),
  );
  const scale = quick
    ? { warmup: 300, rounds: 5, calls: 20 }
    : { warmup: 1000, rounds: 15, calls: 50 };
  const measured = await timePictures(places, scale);
  const bySize = SIZES.map((_, i) => measured.filter((_, j) => j % SIZES.length === i).flat());
  const numbers = {
    sizes: SIZES.map(([width, height], i) => ({
      width,
      height,
      pixels: width * height,
      ...Object.fromEntries(KINDS.map(({ name }, kind) => [name, bySize[i][kind]])),
    })),
    fits: {},
  };
  for (const { name } of KINDS) {
    numbers.fits[name] = fitsOf(numbers.sizes, name);
  }
  return {
    title: `Growth, picture size: a fresh picture of ${LETTERS} letters, by width x height`,
    head: ['size', 'pixels', ...KINDS.flatMap(({ name }) => [name, 'spread', 'bytes'])],
    rows: numbers.sizes.map((size) => ({ cells: row(size) })),
    notes: [
      ...KINDS.map(({ name }) => describeTime(numbers, name)),
      ...explainBend(numbers),
      ...['png', 'jpeg'].map((name) => describeBytes(numbers, name)),
    ],
    numbers,
    charts: charts(numbers),
  };
}

function fitsOf(sizes, name) {
  const pixels = sizes.map((size) => size.pixels);
  const times = sizes.map((size) => size[name].micros);
  const bytes = sizes.map((size) => size[name].bytes);
  const line = fitStraightPart(pixels, times, TOLERANCE);
  const power = fitPower(pixels, bytes);
  const bend = line.points < sizes.length && {
    size: nameOf(sizes[line.points]),
    timesTheLine: times[line.points] / line.at(pixels[line.points]),
    atTheLargest: times.at(-1) / line.at(pixels.at(-1)),
  };
  return {
    time: {
      micros: line.a,
      nanosPerPixel: line.b * 1000,
      r2: line.r2,
      worst: { size: nameOf(sizes[line.worst.index]), share: line.worst.share },
      straightUntil: nameOf(sizes[line.points - 1]),
      bend: bend || null,
    },
    bytes: {
      factor: power.factor,
      exponent: power.exponent,
      r2: power.r2,
      worst: { size: nameOf(sizes[power.worst.index]), share: power.worst.share },
    },
  };
}

function nameOf({ width, height }) {
  return `${width}x${height}`;
}

function row(size) {
  const kinds = KINDS.flatMap(({ name }) => {
    const { micros: time, spread, bytes } = size[name];
    return [micros(time), percent(spread), count(bytes)];
  });
  return [nameOf(size), count(size.pixels), ...kinds];
}

function describeTime({ fits }, name) {
  const { micros: fixed, nanosPerPixel, r2, worst, straightUntil, bend } = fits[name].time;
  const line =
    `${name}, time: ${micros(fixed)} + ${nanosPerPixel.toFixed(2)} ns a pixel, ` +
    `${nameOfLine({ r2, worst })} up to ${straightUntil} (r2 ${r2.toFixed(3)}, the largest deviation ` +
    `${signedPercent(worst.share)} at ${worst.size}).`;
  return bend
    ? `${line} It bends at ${bend.size}, which takes ${times(bend.timesTheLine)} what the line says; ` +
        `the largest takes ${times(bend.atTheLargest)}.`
    : line;
}

/** What is drawn with one letter alone needs few glyphs: where only the others leave the line, it is for the glyphs. */
function explainBend({ sizes, fits }) {
  const { bend } = fits.png.time;
  const place = bend ? sizes.find((size) => nameOf(size) === bend.size) : undefined;
  if (!place || place.png.micros < 1.5 * place[ONE_LETTER].micros) {
    return [];
  }
  const control = fits[ONE_LETTER].time.bend;
  return [
    `At ${bend.size} the same picture of one letter repeated takes ${micros(place[ONE_LETTER].micros)} instead of ` +
      `${micros(place.png.micros)}: the glyphs of all letters at that size no longer fit into the atlas, which is bounded ` +
      'at 16 MB, and are made anew.',
    ...(control
      ? [
          `One letter leaves its line at ${control.size}, where its own sizes and widths are too much for the atlas as well.`,
        ]
      : []),
  ];
}

function describeBytes({ fits }, name) {
  const { exponent, r2, worst } = fits[name].bytes;
  return (
    `${name}, bytes: they grow as the pixels to the power of ${exponent.toFixed(2)}, less than linearly ` +
    `(r2 ${r2.toFixed(3)}, the largest deviation ${signedPercent(worst.share)} at ${worst.size}).`
  );
}

function charts({ sizes, fits }) {
  const x = {
    label: 'width × height in px (log)',
    scale: 'log',
    ticks: sizes.filter((_, i) => i % 2 === 0).map((size) => [size.pixels, nameOf(size)]),
  };
  const points = (name, property) => sizes.map((size) => [size.pixels, size[name][property]]);
  const line = ({ time }) =>
    sizes.map(({ pixels }) => [pixels, time.micros + (time.nanosPerPixel * pixels) / 1000]);
  return [
    {
      file: 'picture-size-time.svg',
      title: 'Time of a fresh picture by its size',
      description: describeTime({ fits }, 'png'),
      x,
      y: { label: 'µs a picture (log)', scale: 'log' },
      series: [
        ...KINDS.map(({ name }) => ({ name, points: points(name, 'micros') })),
        { name: 'linear fit of it', isFit: true, points: line(fits[ONE_LETTER]) },
      ],
    },
    {
      file: 'picture-size-bytes.svg',
      title: 'Bytes of a picture by its size',
      description: ['png', 'jpeg'].map((name) => describeBytes({ fits }, name)).join(' '),
      x,
      y: { label: 'bytes a picture (log)', scale: 'log' },
      series: ['png', 'jpeg'].map((name) => ({ name, points: points(name, 'bytes') })),
    },
  ];
}

module.exports = run;
