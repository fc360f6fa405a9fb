'use strict';

const { once } = require('node:events');
const os = require('node:os');
const path = require('node:path');
const { performance } = require('node:perf_hooks');
const { setTimeout: sleep } = require('node:timers/promises');
const { Worker } = require('node:worker_threads');

const ccap = require('../..');
const { cachesAtRest, fullCaches } = require('../full-caches.js');
const { median, quantile } = require('../measure.js');
const { count, micros, times } = require('../report.js');

const STYLES = [1, 64, 256, 1024];
/** From one hit to the next, in ms, with the thread asleep and awake. */
const GAPS = [0.2, 2];
const WORKERS = 8;

async function run({ quick }) {
  const scale = quick
    ? { hits: 100, rounds: 3, millis: 50 }
    : { hits: 500, rounds: 9, millis: 200 };
  const paced = await measurePaced(scale);
  const workers = await measureWorkers(scale);
  return {
    title:
      'Growth, hits: a picture that is ready, asked for now and then, and by many threads without a pause',
    head: ['', 'a hit, p50', 'p90', 'a Buffer of as many bytes', 'hits/s', 'processor time a hit'],
    rows: [...paced, ...workers].map((one) => ({ cells: row(one) })),
    notes: [...describePaced(paced), describeWorkers(workers)],
    numbers: { paced, workers, cores: os.cpus().length },
    charts: [],
  };
}

function styleOf(i) {
  return { format: 'png', color: `#${i.toString(16).padStart(6, '0')}`, background: '#fff' };
}

/** One hit, and as long after it a Buffer copied by Node alone, which is most of what a hit has to do. */
async function measurePaced({ hits }) {
  ccap.configure({ maxCaches: Math.max(...STYLES), maxBytes: 2 ** 30 });
  const results = [];
  for (const styles of STYLES) {
    for (let i = 0; i < styles; i += 1) {
      ccap(styleOf(i)).get();
    }
    await cachesAtRest();
    const captcha = ccap(styleOf(0));
    const bytes = captcha.get()[1];
    for (const gap of GAPS) {
      const own = { hit: [], buffer: [] };
      for (let i = -20; i < hits; i += 1) {
        pause(gap);
        const hit = timed(() => captcha.get());
        pause(gap);
        const buffer = timed(() => [String(i), Buffer.from(bytes)]);
        if (i >= 0) {
          own.hit.push(hit);
          own.buffer.push(buffer);
        }
      }
      const name = `every ${gap} ms, beside ${count(styles - 1)} other styles`;
      results.push({
        name,
        styles,
        gap,
        p50: median(own.hit),
        p90: quantile(own.hit, 0.9),
        buffer: median(own.buffer),
      });
    }
  }
  return results;
}

/** As a thread does that has other work meanwhile. */
function pause(millis) {
  for (const end = performance.now() + millis; performance.now() < end; );
}

function timed(call) {
  const start = performance.now();
  call();
  return (performance.now() - start) * 1000;
}

/** With refilling stopped, so that nothing but the hits themselves takes time. */
async function measureWorkers({ rounds, millis }) {
  const styles = Array.from({ length: WORKERS }, (_, i) => styleOf(i));
  await fullCaches(...styles);
  ccap().clearTimeout();
  // What eight threads make of the cores, where they share nothing at all.
  const copies = (many) => ({
    name: `${many} ${many === 1 ? 'thread' : 'threads'}, a Buffer copied`,
    call: 'copy',
    styles: styles.slice(0, many),
  });
  const kinds = [
    { name: '1 thread', call: 'take', styles: [styles[0]] },
    { name: `${WORKERS} threads, one cache`, call: 'take', styles: styles.map(() => styles[0]) },
    { name: `${WORKERS} threads, a cache each`, call: 'take', styles },
    copies(1),
    copies(WORKERS),
  ];
  const stop = new SharedArrayBuffer(4);
  const workers = styles.map(() => {
    return new Worker(path.join(__dirname, 'taker.js'), { workerData: { stop } });
  });
  const rates = kinds.map(() => []);
  const costs = kinds.map(() => []);
  for (let round = -1; round < rounds; round += 1) {
    for (const [kind, what] of kinds.entries()) {
      const { perSecond, cpuMicros } = await takeAtOnce(workers, what, stop, millis);
      if (round >= 0) {
        rates[kind].push(perSecond);
        costs[kind].push(cpuMicros);
      }
    }
  }
  await Promise.all(workers.map((worker) => worker.terminate()));
  ccap().setTimeout();
  return kinds.map(({ name }, kind) => ({
    name,
    perSecond: median(rates[kind]),
    cpuMicros: median(costs[kind]),
  }));
}

/** Pictures a second of all of them, and the processor time of the process for each, which other processes take nothing from. */
async function takeAtOnce(workers, { call, styles }, stop, millis) {
  const flag = new Int32Array(stop);
  Atomics.store(flag, 0, 0);
  const before = process.cpuUsage();
  const answers = styles.map((style, i) => {
    workers[i].postMessage({ call, style });
    return once(workers[i], 'message');
  });
  await sleep(millis);
  Atomics.store(flag, 0, 1);
  const results = (await Promise.all(answers)).map(([result]) => result);
  const { user, system } = process.cpuUsage(before);
  const sum = (of) => results.reduce((total, result) => total + result[of], 0);
  return { perSecond: sum('perSecond'), cpuMicros: (user + system) / sum('pictures') };
}

function row({ name, p50, p90, buffer, perSecond, cpuMicros }) {
  return perSecond === undefined
    ? [name, micros(p50), micros(p90), micros(buffer), '', '']
    : [name, '', '', '', count(perSecond), micros(cpuMicros)];
}

function describePaced(paced) {
  return GAPS.map((gap) => {
    const own = paced.filter((one) => one.gap === gap);
    const [first, last] = [own[0], own.at(-1)];
    return (
      `Every ${gap} ms: a hit takes ${micros(last.p50)} beside ${count(last.styles - 1)} other styles, ` +
      `${times(last.p50 / first.p50)} of that beside none. One in five leaves its cache at three quarters and wakes the thread.`
    );
  });
}

function describeWorkers([one, shared, each, copy, copies]) {
  const sum = one.perSecond * Math.min(WORKERS, os.cpus().length);
  const floor = (copies.perSecond / copy.perSecond) * one.perSecond;
  return (
    `${WORKERS} threads that take without a pause, refilling stopped: ${times(shared.perSecond / sum)} from one cache and ` +
    `${times(each.perSecond / sum)} from a cache each of what one thread takes, times the ${os.cpus().length} cores; ` +
    `${times(shared.perSecond / floor)} and ${times(each.perSecond / floor)} of that times what ${WORKERS} threads gain ` +
    `that copy Buffers and share nothing. In processor time a hit of ${WORKERS} threads takes ${times(shared.cpuMicros / one.cpuMicros)} and ` +
    `${times(each.cpuMicros / one.cpuMicros)} of that of one thread, and a copy ${times(copies.cpuMicros / copy.cpuMicros)}.`
  );
}

module.exports = run;
