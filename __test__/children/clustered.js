// A cluster whose processes are forked at once and draw at once.

const cluster = require('node:cluster');
const assert = require('node:assert/strict');

const ccap = require('../..');
const { done } = require('../helpers.js');

const PROCESSES = 4;
const TEXTS = 300;

if (cluster.isPrimary) {
  const all = [];
  let ended = 0;
  // Its own cache is full when they start.
  ccap({ length: 16 }).get();
  for (let i = 0; i < PROCESSES; i += 1) {
    cluster
      .fork()
      .on('message', (texts) => all.push(...texts))
      .on('exit', (code) => {
        assert.equal(code, 0);
        ended += 1;
        if (ended === PROCESSES) {
          assert.equal(all.length, PROCESSES * TEXTS);
          assert.equal(new Set(all).size, all.length);
          done();
        }
      });
  }
} else {
  const texts = Array.from({ length: TEXTS }, () => ccap({ length: 16 }).get()[0]);
  process.send(texts, () => process.exit(0));
}
