'use strict';

const { fork } = require('node:child_process');
const { writeFileSync } = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');

const { formatSection, formatSummary } = require('./report.js');

const SECTIONS = [
  'fresh-pictures',
  'cached-pictures',
  'construct',
  'sustained',
  'loading',
  'challenges',
];
const LEAST_CALLS = 20_000;

async function main() {
  const options = readArguments();
  const machine = describeMachine();
  console.log(`${machine.join(', ')}\n`);
  const sections = {};
  const targets = [];
  for (const name of SECTIONS) {
    try {
      const section = await runSection(name, options);
      sections[name] = section.numbers;
      targets.push(...section.rows.flatMap((row) => row.targets ?? []));
      console.log(`${formatSection(section)}\n`);
    } catch (error) {
      process.exitCode = 1;
      console.log(`${name} crashed: ${error.message}\n`);
    }
  }
  console.log(formatSummary(targets));
  if (options.json) {
    writeFileSync(options.json, `${JSON.stringify({ machine, sections, targets }, null, 2)}\n`);
  }
}

function readArguments() {
  const { values } = parseArgs({
    options: { calls: { type: 'string', default: '1000000' }, json: { type: 'string' } },
  });
  const calls = Number(values.calls);
  if (!Number.isSafeInteger(calls) || calls < LEAST_CALLS) {
    throw new RangeError(`--calls must be an integer >= ${LEAST_CALLS}, not ${values.calls}`);
  }
  return { calls, json: values.json };
}

function describeMachine() {
  const cpus = os.cpus();
  const model = cpus[0]?.model.trim() || 'unknown CPU';
  return [
    `Node.js ${process.version}`,
    `${process.platform} ${process.arch}`,
    model,
    `${cpus.length} cores`,
  ];
}

/** In a process of its own, so that none meets another one's heap, caches or compiled code. */
function runSection(name, options) {
  const file = path.join(__dirname, `${name}.js`);
  const child = fork(path.join(__dirname, 'run-section.js'), [file, JSON.stringify(options)]);
  return new Promise((resolve, reject) => {
    let section;
    child.once('message', (message) => {
      section = message;
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0 && section) {
        resolve(section);
      } else {
        reject(new Error(`its process ended with ${signal ?? `code ${code}`}`));
      }
    });
  });
}

main();
