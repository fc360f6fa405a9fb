'use strict';

const { execFileSync } = require('node:child_process');
const { readFileSync } = require('node:fs');
const path = require('node:path');
const { gzipSync } = require('node:zlib');

const { median, spread } = require('../measure.js');
const { atMost, megabytes, millis, percent } = require('../report.js');

const CHILDREN = 15;
const LOAD_ONCE = path.join(__dirname, 'load-once.js');

function run() {
  const loads = Array.from({ length: CHILDREN }, () =>
    JSON.parse(execFileSync(process.execPath, [LOAD_ONCE], { encoding: 'utf8' })),
  );
  const times = loads.map((load) => load.millis);
  const addon = readFileSync(loads[0].addon);
  const numbers = {
    millis: median(times),
    spread: spread(times),
    addonBytes: addon.length,
    packedBytes: gzipSync(addon, { level: 9 }).length,
  };
  return {
    title: `Loading: require() in ${CHILDREN} fresh processes, and the addon's size`,
    head: ['', 'median', 'spread'],
    rows: [
      {
        cells: ['require()', millis(numbers.millis), percent(numbers.spread)],
        targets: [atMost('require()', numbers.millis, 15, millis)],
      },
      { cells: ['addon', megabytes(numbers.addonBytes), ''] },
      {
        cells: ['addon, packed', megabytes(numbers.packedBytes), ''],
        targets: [atMost('addon, packed', numbers.packedBytes, 3 * 2 ** 20, megabytes)],
      },
    ],
    notes: [],
    numbers,
  };
}

module.exports = run;
