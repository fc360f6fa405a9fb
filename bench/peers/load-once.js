'use strict';

// Run by loading.js, a process a time: prints how long require() took and which addon it loaded.

const { performance } = require('node:perf_hooks');

const start = performance.now();
require('../..');
const millis = performance.now() - start;
const addon = Object.keys(require.cache).find((file) => file.endsWith('.node'));

console.log(JSON.stringify({ millis, addon }));
