'use strict';

// Run by instances.js, a process a time: `make-instances.js KEEP POINTS`. Prints the memory and the time of each instance when
// so many have been made, which are kept or left to the garbage collector.

const { performance } = require('node:perf_hooks');

const ccap = require('../..');
const { collectGarbage } = require('../measure.js');
const freshStyle = require('../style.js');

const isKept = process.argv[2] === 'kept';
const points = JSON.parse(process.argv[3]);
const results = points.map((instances) => ({ instances, micros: 0, rss: 0 }));
// Room for the references, so that what grows is the instances.
const kept = new Array(isKept ? points.at(-1) : 1).fill(null);

collectGarbage();
const before = process.memoryUsage.rss();
let made = 0;
for (const result of results) {
  const start = performance.now();
  const first = made;
  for (; made < result.instances; made += 1) {
    kept[isKept ? made : 0] = ccap(freshStyle());
  }
  result.micros = ((performance.now() - start) * 1000) / (made - first);
  collectGarbage();
  result.rss = process.memoryUsage.rss() - before;
}
if (kept.at(-1).get()[0].length !== 6) {
  throw new Error('the last instance does not work');
}
console.log(JSON.stringify(results));
