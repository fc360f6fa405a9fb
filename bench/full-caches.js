'use strict';

const { setTimeout: sleep } = require('node:timers/promises');

const ccap = require('..');

const SECONDS = 120;

/** Waits until all caches hold so many pictures, and the thread has nothing to do any more. */
async function fullCaches(size) {
  const deadline = Date.now() + SECONDS * 1000;
  for (;;) {
    const { caches, pictures } = ccap.stats();
    if (pictures === caches * size) {
      return;
    }
    if (Date.now() > deadline) {
      throw new Error(`the caches were not full after ${SECONDS} s`);
    }
    await sleep(5);
  }
}

module.exports = fullCaches;
