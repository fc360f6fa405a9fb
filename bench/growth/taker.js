'use strict';

// A worker thread of threads.js: takes pictures from when it is told until the flag that all share is raised.

const { performance } = require('node:perf_hooks');
const { parentPort, workerData } = require('node:worker_threads');

const ccap = require('../..');

const stop = new Int32Array(workerData.stop);
const calls = {
  take: (style) => ccap(style).get()[1],
  draw: (style) => ccap.render('K7WPX2', style),
  copy: () => Buffer.from(bytes),
};
/** As many as a picture has. */
const bytes = Buffer.alloc(1900, 1);

parentPort.on('message', ({ call, style }) => {
  let pictures = 0;
  const start = performance.now();
  while (Atomics.load(stop, 0) === 0) {
    if (calls[call](style).length === 0) {
      throw new Error('an empty picture');
    }
    pictures += 1;
  }
  parentPort.postMessage({ pictures, perSecond: (pictures * 1000) / (performance.now() - start) });
});
