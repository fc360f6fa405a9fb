'use strict';

const { execFileSync } = require('node:child_process');

const ccap = require('../..');
const { interleave, median, spread } = require('../measure.js');
const { atMost, count, kilobytes, micros, millis, percent } = require('../report.js');

const TEXT = 'K3WRX2';
const PROCESSES = 9;
const FIRST = `
  const ccap = require(${JSON.stringify(require.resolve('../..'))});
  const start = performance.now();
  ccap.speak('${TEXT}');
  console.log(performance.now() - start);
`;

const bytes = (file) => file.length;
const contenders = [
  { name: 'speak()', call: () => ccap.speak(TEXT), bytes },
  {
    name: 'speak(), background: false',
    call: () => ccap.speak(TEXT, { background: false }),
    bytes,
  },
  { name: 'await speakAsync()', call: () => ccap.speakAsync(TEXT), bytes, isAsync: true },
];

async function run() {
  const results = await interleave(contenders, { warmups: 3, rounds: 15, calls: 50 });
  const numbers = {};
  for (const [index, { micros: rounds, bytes: sizes }] of results.entries()) {
    numbers[contenders[index].name] = {
      micros: median(rounds),
      spread: spread(rounds),
      bytes: median(sizes),
    };
  }
  const firsts = Array.from({ length: PROCESSES }, () =>
    Number(execFileSync(process.execPath, ['-e', FIRST], { encoding: 'utf8' })),
  );
  numbers.first = { micros: 1000 * median(firsts), spread: spread(firsts) };
  return {
    title: `Sound: six letters said; the first time in ${count(PROCESSES)} fresh processes`,
    head: ['', 'time', 'spread', 'size'],
    rows: [
      ...contenders.map(({ name }) => row(name, numbers[name])),
      {
        cells: ['the first speak()', millis(median(firsts)), percent(numbers.first.spread), ''],
      },
    ],
    notes: [],
    numbers,
  };
}

function row(name, { micros: time, spread: apart, bytes: size }) {
  return {
    cells: [name, micros(time), percent(apart), kilobytes(size)],
    targets: [atMost(`${name} of six letters`, time, 3000, micros)],
  };
}

module.exports = run;
