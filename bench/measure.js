'use strict';

const { performance } = require('node:perf_hooks');

/** Without `--expose-gc` the rounds are just a little noisier. */
const collectGarbage = globalThis.gc ?? (() => {});

/** The value below which `share` of the values lie. */
function quantile(values, share) {
  const sorted = Float64Array.from(values).sort();
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  return below + (above - below) * (place - Math.floor(place));
}

function median(values) {
  return quantile(values, 0.5);
}

/** How far the middle half of the values lies apart, as a share of their median. */
function spread(values) {
  return (quantile(values, 0.75) - quantile(values, 0.25)) / median(values);
}

/**
 * Times contenders against each other. Each round runs all of them, one after the other, so that
 * whatever slows the machine down for a while slows down all of them. In which order is left to chance: what one leaves behind, in
 * the processor's caches or on libuv's threads, is not to cost always the same one.
 *
 * @param contenders What to time: `call` makes one picture, `bytes` tells the size of what it
 *   returned, and `isAsync` says that it must be awaited.
 * @param prepare Awaited before each contender's turn, untimed.
 * @returns For each contender its microseconds a call, one number a round, and the bytes of all
 *   its pictures.
 */
async function interleave(contenders, { warmups, rounds, calls, prepare }) {
  const results = contenders.map(() => ({ micros: [], bytes: [] }));
  for (let round = -warmups; round < rounds; round += 1) {
    for (const index of shuffled(contenders.length)) {
      await prepare?.();
      // One contender's garbage is not to be swept in another one's time.
      collectGarbage();
      const { micros, bytes } = await timeRound(contenders[index], calls);
      if (round >= 0) {
        results[index].micros.push(micros);
        results[index].bytes.push(...bytes);
      }
    }
  }
  return results;
}

/** The numbers below `count` in a random order. */
function shuffled(count) {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let left = count; left > 1; left -= 1) {
    const chosen = Math.floor(Math.random() * left);
    [order[left - 1], order[chosen]] = [order[chosen], order[left - 1]];
  }
  return order;
}

async function timeRound(contender, calls) {
  const bytes = new Array(calls).fill(0);
  const start = performance.now();
  // What is synchronous is not awaited: that would cost it a turn of the microtask queue.
  if (contender.isAsync) {
    await callAsync(contender, bytes);
  } else {
    callSync(contender, bytes);
  }
  return { micros: ((performance.now() - start) * 1000) / calls, bytes };
}

function callSync({ call, bytes }, sizes) {
  for (let i = 0; i < sizes.length; i += 1) {
    sizes[i] = bytes(call());
  }
}

async function callAsync({ call, bytes }, sizes) {
  for (let i = 0; i < sizes.length; i += 1) {
    sizes[i] = bytes(await call());
  }
}

module.exports = { collectGarbage, interleave, median, quantile, spread, timeRound };
