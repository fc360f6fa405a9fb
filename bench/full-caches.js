'use strict';

const { setTimeout: sleep } = require('node:timers/promises');

const ccap = require('..');

const SECONDS = 120;

/** Fills the caches of these styles to the last picture. */
async function fullCaches(...styles) {
  await Promise.all(styles.map((style) => ccap.warm(style)));
}

/** Waits until the thread has nothing to do: each cache is full, or as good as full. */
async function cachesAtRest() {
  const deadline = Date.now() + SECONDS * 1000;
  const { cacheSize } = ccap.configure({});
  for (let before = -1; ; ) {
    const { caches, pictures, refills } = ccap.stats();
    if (pictures > 0.75 * caches * cacheSize && refills === before) {
      return;
    }
    if (Date.now() > deadline) {
      throw new Error(`the thread was not through after ${SECONDS} s`);
    }
    before = refills;
    await sleep(5);
  }
}

module.exports = { cachesAtRest, fullCaches };
