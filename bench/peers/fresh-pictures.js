'use strict';

const { randomInt } = require('node:crypto');
const svgCaptcha = require('svg-captcha');
const trekCaptcha = require('trek-captcha');

const ccap = require('../..');
const { interleave, median, spread } = require('../measure.js');
const { atLeast, atMost, count, kilobytes, micros, percent, times } = require('../report.js');
const SVG_OPTIONS = require('../svg-options.js');

const CHARSET = '23CDFHJKLMTVX';
const FORMATS = ['png', 'jpeg', 'webp', 'gif', 'bmp'];

const contenders = [
  ...FORMATS.map((format) => ({
    name: `ccap-rs ${format}`,
    call: () => ccap.render(randomText(), { format }),
    bytes: (image) => image.length,
  })),
  {
    name: 'svg-captcha',
    call: () => svgCaptcha.create({ ...SVG_OPTIONS }),
    // Plain ASCII: a letter is a byte.
    bytes: ({ data }) => data.length,
  },
  {
    // 4 grey letters on 150x50 with one line of noise.
    name: 'svg-captcha, its defaults',
    call: () => svgCaptcha.create(),
    bytes: ({ data }) => data.length,
  },
  {
    name: 'trek-captcha',
    call: () => trekCaptcha(),
    bytes: ({ buffer }) => buffer.length,
    isAsync: true,
  },
];

/** The others make up their texts in the time that is measured, so ours do too. */
function randomText() {
  let text = '';
  for (let i = 0; i < 6; i += 1) {
    text += CHARSET[randomInt(CHARSET.length)];
  }
  return text;
}

async function run() {
  const results = await interleave(contenders, { warmups: 3, rounds: 15, calls: 200 });
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
  return {
    title: 'Fresh pictures: each drawn when it is asked for, on one core',
    head: ['', 'pictures/s', 'each', 'spread', 'size', 'vs trek', 'vs svg'],
    rows: Object.entries(numbers).map(([name, own]) => row(name, own, targetsOf(name, own))),
    notes: [
      'vs: how many times as fast. trek-captcha draws 5 letters on 200x70, its defaults; svg-captcha 6 in colour on 256x60 with ' +
        'three lines of noise, as much as ours, and beside that its own defaults; ours 6 on 256x60.',
    ],
    numbers,
  };
}

function row(name, own, targets) {
  const cells = [name, count(own.perSecond), micros(own.micros), percent(own.spread)];
  cells.push(kilobytes(own.bytes), times(own.speedOfTrek), times(own.speedOfSvg));
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
