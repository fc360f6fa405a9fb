'use strict';

const { once } = require('node:events');
const os = require('node:os');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { Worker } = require('node:worker_threads');

const ccap = require('../..');
const { median, spread } = require('../measure.js');
const { count, percent, times } = require('../report.js');
const { nameOfRatio, ratioOfExtremes } = require('./fit.js');

const MOST = 8;
const KINDS = [
  { name: 'get(), png', call: 'take', style: { format: 'png' } },
  { name: 'get(), jpeg', call: 'take', style: { format: 'jpeg' } },
  { name: 'render(), png', call: 'draw', style: { format: 'png' } },
];

async function run({ quick }) {
  const scale = quick ? { rounds: 3, millis: 150 } : { rounds: 9, millis: 500 };
  const stop = new SharedArrayBuffer(4);
  const workers = Array.from({ length: MOST }, () => {
    return new Worker(path.join(__dirname, 'taker.js'), { workerData: { stop } });
  });
  const results = KINDS.map(() => workers.map(() => ({ rates: [], hits: [] })));
  for (let round = -1; round < scale.rounds; round += 1) {
    for (const [kind, what] of KINDS.entries()) {
      for (let turn = 0; turn < MOST; turn += 1) {
        const place = (turn + round + 1) % MOST;
        const own = await takeAtOnce(workers.slice(0, place + 1), what, stop, scale.millis);
        if (round >= 0) {
          results[kind][place].rates.push(own.perSecond);
          results[kind][place].hits.push(own.hitShare);
        }
      }
    }
  }
  await Promise.all(workers.map((worker) => worker.terminate()));
  return report(results);
}

async function takeAtOnce(workers, what, stop, millis) {
  const flag = new Int32Array(stop);
  Atomics.store(flag, 0, 0);
  const before = ccap.stats();
  const answers = workers.map((worker) => once(worker, 'message'));
  for (const worker of workers) {
    worker.postMessage(what);
  }
  await sleep(millis);
  Atomics.store(flag, 0, 1);
  const counts = (await Promise.all(answers)).map(([answer]) => answer);
  const pictures = counts.reduce((sum, one) => sum + one.pictures, 0);
  return {
    perSecond: counts.reduce((sum, one) => sum + one.perSecond, 0),
    hitShare: (ccap.stats().hits - before.hits) / pictures,
  };
}

function report(results) {
  const cores = os.cpus().length;
  const numbers = { cores, kinds: {} };
  for (const [kind, { name }] of KINDS.entries()) {
    const threads = results[kind].map(({ rates, hits }, i) => ({
      threads: i + 1,
      perSecond: median(rates),
      spread: spread(rates),
      hitShare: median(hits),
    }));
    numbers.kinds[name] = { threads, fit: fitOf(threads, cores) };
  }
  return {
    title: 'Growth, threads: pictures a second of all worker threads that take without a pause',
    head: ['threads', ...KINDS.flatMap(({ name }) => [name, 'spread', 'hits'])],
    rows: Array.from({ length: MOST }, (_, i) => ({ cells: row(numbers, i) })),
    notes: KINDS.map(({ name }) => describe(numbers, name)),
    numbers,
    charts: [chart(numbers)],
  };
}

function fitOf(threads, cores) {
  const rates = threads.map((one) => one.perSecond);
  const beyond = rates.slice(Math.min(cores, MOST) - 1);
  return {
    /** With a thread for each core, as a multiple of that with one. */
    coresTimesOne: beyond[0] / rates[0],
    /** The highest from a thread a core on, as a multiple of the lowest. */
    beyondCores: ratioOfExtremes(beyond),
  };
}

function row({ kinds }, i) {
  const cells = KINDS.flatMap(({ name, call }) => {
    const { perSecond, spread: apart, hitShare } = kinds[name].threads[i];
    return [count(perSecond), percent(apart), call === 'take' ? percent(hitShare) : ''];
  });
  return [String(i + 1), ...cells];
}

function describe({ cores, kinds }, name) {
  const { threads, fit } = kinds[name];
  const first = `${name}: ${count(threads[0].perSecond)}/s with one thread`;
  if (cores >= MOST) {
    return `${first}, ${times(threads.at(-1).perSecond / threads[0].perSecond)} of that with ${MOST}; there are ${cores} cores.`;
  }
  return (
    `${first}, ${times(fit.coresTimesOne)} of that with ${cores}, a thread for each core; from there to ${MOST} ` +
    `${nameOfRatio(fit.beyondCores)}, the highest ${times(fit.beyondCores)} of the lowest. ${describeBend(name, cores, fit)}`
  );
}

function describeBend(name, cores, { coresTimesOne }) {
  if (coresTimesOne > 1.2) {
    return `It bends at ${cores}, there being ${cores} cores.`;
  }
  return KINDS.find((kind) => kind.name === name).call === 'take'
    ? `It hardly rises before: there are ${cores} cores, and beside a single thread that takes, the one that refills draws too.`
    : 'It hardly rises before, though nothing else of this process draws: something else kept the cores busy, or threads wait for each other.';
}

function chart(numbers) {
  return {
    file: 'threads.svg',
    title: 'Pictures a second by the threads that take at once',
    description: KINDS.map(({ name }) => describe(numbers, name)).join(' '),
    x: {
      label: 'worker threads that take without a pause',
      scale: 'linear',
      least: 0,
      ticks: Array.from({ length: MOST }, (_, i) => [i + 1, String(i + 1)]),
    },
    y: { label: 'pictures a second, all threads together', scale: 'linear' },
    series: KINDS.map(({ name }) => ({
      name,
      points: numbers.kinds[name].threads.map((one) => [one.threads, one.perSecond]),
    })),
    marks: numbers.cores <= MOST ? [{ x: numbers.cores, label: `${numbers.cores} cores` }] : [],
  };
}

module.exports = run;
