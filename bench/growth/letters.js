'use strict';

const { count, micros, percent, signedPercent, times } = require('../report.js');
const { fitLine, nameOfLine } = require('./fit.js');
const timePictures = require('./turns.js');

const MOST = 16;
const FORMATS = ['png', 'jpeg'];

async function run({ quick }) {
  const letters = Array.from({ length: MOST }, (_, i) => i + 1);
  const places = letters.map((many) =>
    FORMATS.map((format) => ({ options: { format }, letters: many })),
  );
  const scale = quick
    ? { warmup: 300, rounds: 5, calls: 20 }
    : { warmup: 2000, rounds: 15, calls: 100 };
  const measured = await timePictures(places, scale);
  const numbers = {
    letters: letters.map((many, i) => ({
      letters: many,
      ...Object.fromEntries(FORMATS.map((format, kind) => [format, measured[i][kind]])),
    })),
    fits: {},
  };
  for (const format of FORMATS) {
    numbers.fits[format] = fitsOf(numbers.letters, format);
  }
  return {
    title: 'Growth, letters: a fresh picture of 256x60, by the letters in it',
    head: ['letters', ...FORMATS.flatMap((format) => [format, 'spread', 'bytes'])],
    rows: numbers.letters.map((one) => ({ cells: row(one) })),
    notes: FORMATS.flatMap((format) => [
      describeTime(numbers, format),
      describeBytes(numbers, format),
    ]),
    numbers,
    charts: charts(numbers),
  };
}

function fitsOf(all, format) {
  const letters = all.map((one) => one.letters);
  const fit = (property) => {
    const { a, b, r2, worst } = fitLine(
      letters,
      all.map((one) => one[format][property]),
    );
    return {
      fixed: a,
      perLetter: b,
      r2,
      worst: { letters: letters[worst.index], share: worst.share },
    };
  };
  const [one] = all;
  return {
    time: {
      ...fit('micros'),
      mostTimesOne: all.at(-1)[format].micros / one[format].micros,
    },
    bytes: { ...fit('bytes'), mostTimesOne: all.at(-1)[format].bytes / one[format].bytes },
  };
}

function row(one) {
  const cells = FORMATS.flatMap((format) => {
    const { micros: time, spread, bytes } = one[format];
    return [micros(time), percent(spread), count(bytes)];
  });
  return [String(one.letters), ...cells];
}

function describeTime({ fits }, format) {
  const { fixed, perLetter, mostTimesOne } = fits[format].time;
  return (
    `${format}, time: ${MOST} letters take ${times(mostTimesOne)} of one: ${micros(fixed)} + ${micros(perLetter)} a letter, ` +
    `${describeFit(fits[format].time)}.`
  );
}

function describeBytes({ fits }, format) {
  const { fixed, perLetter, mostTimesOne } = fits[format].bytes;
  return (
    `${format}, bytes: ${MOST} letters take ${times(mostTimesOne)} of one: ${count(fixed)} + ${count(perLetter)} a letter, ` +
    `${describeFit(fits[format].bytes)}.`
  );
}

function describeFit({ r2, worst }) {
  const deviation = `the largest deviation ${signedPercent(worst.share)} at ${worst.letters}`;
  return `${nameOfLine({ r2, worst })} (r2 ${r2.toFixed(3)}, ${deviation})`;
}

function charts({ letters, fits }) {
  const x = {
    label: 'letters in the picture',
    scale: 'linear',
    ticks: [1, 2, 4, 6, 8, 10, 12, 14, 16].map((many) => [many, String(many)]),
    least: 0,
  };
  const series = (property, fit) =>
    FORMATS.flatMap((format) => {
      const { fixed, perLetter } = fits[format][fit];
      return [
        { name: format, points: letters.map((one) => [one.letters, one[format][property]]) },
        {
          name: `${format}, linear fit`,
          isFit: true,
          points: [1, MOST].map((many) => [many, fixed + perLetter * many]),
        },
      ];
    });
  return [
    {
      file: 'letters-time.svg',
      title: 'Time of a fresh picture by its letters',
      description: FORMATS.map((format) => describeTime({ fits }, format)).join(' '),
      x,
      y: { label: 'µs a picture', scale: 'linear' },
      series: series('micros', 'time'),
    },
    {
      file: 'letters-bytes.svg',
      title: 'Bytes of a picture by its letters',
      description: FORMATS.map((format) => describeBytes({ fits }, format)).join(' '),
      x,
      y: { label: 'bytes a picture', scale: 'linear' },
      series: series('bytes', 'bytes'),
    },
  ];
}

module.exports = run;
