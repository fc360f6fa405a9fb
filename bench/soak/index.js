'use strict';

const { fork } = require('node:child_process');
const { once } = require('node:events');
const { mkdirSync, writeFileSync } = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { parseArgs } = require('node:util');

const drawChart = require('../growth/chart.js');
const { median } = require('../measure.js');

const CLIENTS = 8;
const FOLDER = path.join(__dirname, '../../target/soak');
const MB = 1e6;

/**
 * What may not grow from the second quarter of the run to its last one, the first being for caches and heaps to fill: how it is
 * taken of a quarter, and by how much it may be larger there. Memory goes up and down by some MB with what is garbage just then.
 */
const RULES = {
  rss: {
    of: median,
    most: (before) => 1.1 * before + 10 * MB,
    show: (x) => `${(x / MB).toFixed(0)} MB`,
  },
  heapUsed: {
    of: median,
    most: (before) => 1.5 * before + 10 * MB,
    show: (x) => `${(x / MB).toFixed(0)} MB`,
  },
  threads: { of: median, most: (before) => before + 3, show: String },
  files: { of: median, most: (before) => before + 5, show: String },
  caches: { of: (all) => Math.max(...all), most: () => 64, show: String },
  bytes: {
    of: (all) => Math.max(...all),
    most: () => 32 * 2 ** 20,
    show: (x) => `${(x / MB).toFixed(1)} MB`,
  },
  panics: { of: (all) => Math.max(...all), most: () => 0, show: String },
  late: { of: median, most: (before) => 2 * before + 20, show: (x) => `${x.toFixed(1)} ms` },
};

async function main() {
  const { values } = parseArgs({ options: { minutes: { type: 'string', default: '20' } } });
  const minutes = Number(values.minutes);
  if (!(minutes > 0 && minutes <= 24 * 60)) {
    throw new RangeError(`--minutes must be more than 0 and at most 1440, not ${values.minutes}`);
  }
  const child = fork(path.join(__dirname, 'server.js'));
  const [{ port }] = await once(child, 'message');
  const agent = new http.Agent({ keepAlive: true, maxSockets: CLIENTS });
  const end = performance.now() + minutes * 60_000;
  let failed = 0;
  const clients = Array.from({ length: CLIENTS }, async () => {
    while (performance.now() < end) {
      failed += (await get(port, agent)) === 200 ? 0 : 1;
    }
  });
  const samples = [];
  const step = Math.max(250, (minutes * 60_000) / 400);
  while (performance.now() < end) {
    await sleep(step);
    child.send('sample');
    const [sample] = await once(child, 'message');
    samples.push({ minute: minutes - (end - performance.now()) / 60_000, ...sample });
  }
  await Promise.all(clients);
  agent.destroy();
  child.disconnect();
  await once(child, 'exit');
  report(samples, minutes, failed);
}

function get(port, agent) {
  return new Promise((resolve) => {
    const request = http.get({ port, host: '127.0.0.1', agent }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    });
    request.on('error', () => resolve(0));
  });
}

function report(samples, minutes, failed) {
  const quarter = Math.floor(samples.length / 4);
  const [second, last] = [samples.slice(quarter, 2 * quarter), samples.slice(-quarter)];
  let isFlat = failed === 0;
  console.log(
    `${samples.at(-1).requests} requests in ${minutes} minutes, ${failed} of which failed\n`,
  );
  console.log('| | second quarter | last quarter | at most | |\n| --- | --- | --- | --- | --- |');
  for (const [name, { of, most, show }] of Object.entries(RULES)) {
    const [before, after] = [second, last].map((part) => of(part.map((sample) => sample[name])));
    const limit = most(before);
    isFlat &&= after <= limit;
    const verdict = after <= limit ? 'yes' : 'NO';
    console.log(`| ${name} | ${show(before)} | ${show(after)} | ${show(limit)} | ${verdict} |`);
  }
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(path.join(FOLDER, 'samples.json'), JSON.stringify(samples));
  const points = (name, unit) => samples.map((sample) => [sample.minute, sample[name] / unit]);
  writeFileSync(
    path.join(FOLDER, 'memory.svg'),
    drawChart({
      title: 'Memory of a service under load',
      description: `Resident memory and heap over ${minutes} minutes`,
      x: { label: 'minutes', scale: 'linear' },
      y: { label: 'MB', scale: 'linear' },
      series: [
        { name: 'resident', points: points('rss', MB) },
        { name: 'heap in use', points: points('heapUsed', MB) },
      ],
    }),
  );
  process.exitCode = isFlat ? 0 : 1;
}

main();
