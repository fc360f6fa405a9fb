'use strict';

const { performance } = require('node:perf_hooks');

const ccap = require('../..');
const { collectGarbage, median, spread } = require('../measure.js');
const { atMost, count, micros, percent } = require('../report.js');
const freshStyle = require('../style.js');

const BEFORE = [1_000, 100_000, 1_000_000];
const CHUNKS = 50;
const CHUNK = 1_000;

let last;

function run() {
  const numbers = [];
  let made = 0;
  for (const before of BEFORE) {
    construct(before - made);
    collectGarbage();
    const chunks = Array.from({ length: CHUNKS }, timeChunk);
    made = before + CHUNKS * CHUNK;
    numbers.push({ before, micros: median(chunks), spread: spread(chunks) });
  }
  if (last.get()[0].length !== 6) {
    throw new Error('the last instance does not work');
  }
  return {
    title: 'Construction: ccap(style) with an object of its own, after so many other instances',
    head: ['instances before', 'each', 'spread'],
    rows: numbers.map(row),
    notes: [],
    numbers,
  };
}

function timeChunk() {
  const start = performance.now();
  construct(CHUNK);
  return ((performance.now() - start) * 1000) / CHUNK;
}

function construct(times) {
  for (let i = 0; i < times; i += 1) {
    last = ccap(freshStyle());
  }
}

function row({ before, micros: time, spread: apart }) {
  return {
    cells: [count(before), micros(time), percent(apart)],
    targets: [atMost(`ccap(style) after ${count(before)} others`, time, 3, micros)],
  };
}

module.exports = run;
