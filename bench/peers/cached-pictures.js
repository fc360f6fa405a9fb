'use strict';

const ccap = require('../..');
const { fullCaches } = require('../full-caches.js');
const { interleave, median, spread } = require('../measure.js');
const { atLeast, atMost, count, micros, percent, perSecond, times } = require('../report.js');
const freshStyle = require('../style.js');

const CACHE_SIZE = 1024;

const shared = ccap(freshStyle());
const bytes = ([, image]) => image.length;
const contenders = [
  { name: 'get()', call: () => shared.get(), bytes },
  { name: 'ccap(style).get()', call: () => ccap(freshStyle()).get(), bytes },
  { name: 'await getAsync()', call: () => shared.getAsync(), bytes, isAsync: true },
];

async function run() {
  ccap.configure({ cacheSize: CACHE_SIZE });
  const { misses } = ccap.stats();
  const options = { warmups: 3, rounds: 30, calls: 1000, prepare: () => fullCaches(shared) };
  const results = await interleave(contenders, options);
  if (ccap.stats().misses !== misses) {
    throw new Error('the cache ran empty: drawing was timed too');
  }
  const plain = median(results[0].micros);
  const numbers = {};
  for (const [index, { micros: rounds }] of results.entries()) {
    const time = median(rounds);
    numbers[contenders[index].name] = {
      perSecond: 1e6 / time,
      micros: time,
      spread: spread(rounds),
      timeOfGet: time / plain,
    };
  }
  return {
    title:
      'Cached pictures: 1,000 in a row from a full cache of 1,024, which the thread refills from 768 on',
    head: ['', 'pictures/s', 'each', 'spread', 'time of get()'],
    rows: Object.entries(numbers).map(([name, own]) => row(name, own, targetsOf(name, own))),
    notes: [],
    numbers,
  };
}

function row(name, own, targets) {
  const cells = [name, count(own.perSecond), micros(own.micros), percent(own.spread)];
  cells.push(times(own.timeOfGet));
  return { cells, targets };
}

function targetsOf(name, own) {
  if (name === 'get()') {
    return [atLeast('cached get()', own.perSecond, 200_000, perSecond)];
  }
  if (name === 'await getAsync()') {
    return [atLeast('cached getAsync()', own.perSecond, 100_000, perSecond)];
  }
  if (name === 'ccap(style).get()') {
    return [atMost('cached ccap(style).get(), time of get()', own.timeOfGet, 1.5, times)];
  }
  return [];
}

module.exports = run;
