'use strict';

const { monitorEventLoopDelay, performance } = require('node:perf_hooks');
const { setImmediate: nextTurn } = require('node:timers/promises');

const ccap = require('../..');
const { atMost, count, megabytes, millis, percent } = require('../report.js');
const freshStyle = require('../style.js');

const SLICE = 50;
const WARM = 10_000;
const SAMPLE = 1_000;
const ROW = 100_000;
const TICK_MS = 1;

async function run({ calls }) {
  const delay = monitorEventLoopDelay({ resolution: TICK_MS });
  const samples = [];
  const before = ccap.stats();
  const start = performance.now();
  delay.enable();
  for (let made = SLICE; made <= calls; made += SLICE) {
    callSlice();
    await nextTurn();
    if (made % SAMPLE === 0) {
      samples.push({ calls: made, rss: process.memoryUsage.rss() });
      showProgress(made, calls);
    }
  }
  delay.disable();
  const seconds = (performance.now() - start) / 1000;
  return report({ calls, seconds, samples, delay, before, after: ccap.stats() });
}

function callSlice() {
  for (let i = 0; i < SLICE; i += 1) {
    const [text, image] = ccap(freshStyle()).get();
    if (text.length !== 6 || image.length === 0) {
      throw new Error(`no captcha: ${text}, ${image.length} bytes`);
    }
  }
}

function showProgress(made, calls) {
  if (process.stderr.isTTY && made % WARM === 0) {
    const end = made + WARM > calls ? '\r\x1b[K' : '';
    process.stderr.write(`\r  ${count(made)} of ${count(calls)} calls${end}`);
  }
}

function report({ calls, seconds, samples, delay, before, after }) {
  const warm = samples.find((sample) => sample.calls === WARM).rss;
  const later = samples.filter((sample) => sample.calls > WARM);
  const most = Math.max(...later.map((sample) => sample.rss));
  const hits = (after.hits - before.hits) / calls;
  const lateness = {
    p50: late(delay.percentile(50)),
    p99: late(delay.percentile(99)),
    max: late(delay.max),
  };
  const shown = samples.filter((sample) => sample.calls === WARM || sample.calls % ROW === 0);
  const growth = atMost(
    'sustained, RSS above that after 10,000 calls',
    most - warm,
    10 * 2 ** 20,
    megabytes,
  );
  return {
    title: `Sustained: ccap(style).get() ${count(calls)} times, ${SLICE} a turn of the event loop`,
    head: ['calls', 'RSS', 'growth'],
    rows: [
      ...shown.map((s) => ({ cells: [count(s.calls), megabytes(s.rss), signed(s.rss - warm)] })),
      { cells: ['maximum', megabytes(most), signed(most - warm)], targets: [growth] },
    ],
    notes: [
      `Took ${seconds.toFixed(0)} s, ${count(calls / seconds)} calls/s; ` +
        `${percent(hits)} came from the cache of 20, the rest was drawn in the call.`,
      `Event loop: a ${TICK_MS} ms timer was late by ${millis(lateness.p50)} (p50), ` +
        `${millis(lateness.p99)} (p99), ${millis(lateness.max)} (max).`,
      `That includes a turn's own calls: ${millis((seconds * 1000 * SLICE) / calls)} on average.`,
    ],
    numbers: { calls, seconds, hits, samples, rssWarm: warm, rssMax: most, latenessMs: lateness },
  };
}

/** The monitor records the time from one tick to the next, in ns. */
function late(nanoseconds) {
  return Math.max(0, nanoseconds / 1e6 - TICK_MS);
}

function signed(bytes) {
  return `${bytes < 0 ? '' : '+'}${megabytes(bytes)}`;
}

module.exports = run;
