'use strict';

const { execFileSync } = require('node:child_process');
const path = require('node:path');

const { interleave, median, spread } = require('../measure.js');
const { atLeast, atMost, count, kilobytes, micros, percent, times } = require('../report.js');
const contenders = require('./contenders.js');

/** Each contender's turn is long enough that the garbage collection before it, and what others left in the caches, count for little. */
const CALLS = 1000;
/** Pictures that a process draws first, and how many processes. */
const FIRST = 200;
const CHILDREN = 9;
const FIRST_PICTURES = path.join(__dirname, 'first-pictures.js');
/** Whose first pictures are timed. */
const AT_FIRST = ['ccap-rs png', 'ccap-rs jpeg', 'svg-captcha', 'trek-captcha'];

async function run() {
  const results = await interleave(contenders, { warmups: 5, rounds: 15, calls: CALLS });
  const numbers = {};
  for (const [index, { micros: rounds, bytes }] of results.entries()) {
    const time = median(rounds);
    numbers[contenders[index].name] = {
      perSecond: 1e6 / time,
      micros: time,
      spread: spread(rounds),
      bytes: median(bytes),
    };
  }
  const trek = numbers['trek-captcha'].micros;
  const svg = numbers['svg-captcha'].micros;
  for (const own of Object.values(numbers)) {
    own.speedOfTrek = trek / own.micros;
    own.speedOfSvg = svg / own.micros;
  }
  const first = firstPictures();
  return {
    title: 'Fresh pictures: each drawn when it is asked for, on one core',
    head: ['', 'pictures/s', 'each', 'spread', 'size', 'vs trek', 'vs svg'],
    rows: [
      ...Object.entries(numbers).map(([name, own]) => row(name, own, targetsOf(name, own))),
      ...Object.entries(first).map(([name, own]) => row(`${name}, the first ${FIRST}`, own, [])),
    ],
    notes: [
      'vs: how many times as fast. trek-captcha draws 5 letters on 200x70, its defaults; svg-captcha 6 in colour on 256x60 with ' +
        'three lines of noise, as much as ours, and beside that its own defaults; ours 6 on 256x60.',
      `The first ${FIRST}: those that a fresh process draws first, in ${CHILDREN} processes; against the first ${FIRST} of the others.`,
    ],
    numbers: { ...numbers, first },
  };
}

/** What the first pictures of a process take, one contender's process after the other's. */
function firstPictures() {
  const rounds = AT_FIRST.map(() => []);
  for (let child = 0; child < CHILDREN; child += 1) {
    for (const [index, name] of AT_FIRST.entries()) {
      const args = [FIRST_PICTURES, name, String(FIRST)];
      rounds[index].push(JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })));
    }
  }
  const first = {};
  for (const [index, name] of AT_FIRST.entries()) {
    const time = median(rounds[index]);
    first[name] = { perSecond: 1e6 / time, micros: time, spread: spread(rounds[index]) };
  }
  for (const own of Object.values(first)) {
    own.speedOfTrek = first['trek-captcha'].micros / own.micros;
    own.speedOfSvg = first['svg-captcha'].micros / own.micros;
  }
  return first;
}

function row(name, own, targets) {
  const cells = [name, count(own.perSecond), micros(own.micros), percent(own.spread)];
  cells.push(own.bytes ? kilobytes(own.bytes) : '', times(own.speedOfTrek), times(own.speedOfSvg));
  return { cells, targets };
}

function targetsOf(name, own) {
  if (name === 'ccap-rs png') {
    return [
      { ...atLeast('fresh png, speed of trek-captcha', own.speedOfTrek, 2, times), label: 'trek' },
      { ...atLeast('fresh png, speed of svg-captcha', own.speedOfSvg, 8, times), label: 'svg' },
      { ...atMost('fresh png, size', own.bytes, 4.5 * 1024, kilobytes), label: 'size' },
    ];
  }
  if (name === 'ccap-rs jpeg') {
    return [
      {
        ...atLeast('fresh jpeg, speed of trek-captcha', own.speedOfTrek, 0.8, times),
        label: 'trek',
      },
      { ...atLeast('fresh jpeg, speed of svg-captcha', own.speedOfSvg, 4, times), label: 'svg' },
      { ...atMost('fresh jpeg, size', own.bytes, 5 * 1024, kilobytes), label: 'size' },
    ];
  }
  return [];
}

module.exports = run;
