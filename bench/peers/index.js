'use strict';

const path = require('node:path');
const { parseArgs } = require('node:util');

const runSections = require('../sections.js');

const SECTIONS = [
  'fresh-pictures',
  'cached-pictures',
  'construct',
  'sustained',
  'loading',
  'speech',
  'orders',
  'challenges',
];
const LEAST_CALLS = 20_000;

async function main() {
  const { names, ...options } = readArguments();
  const files = Object.fromEntries(names.map((name) => [name, path.join(__dirname, `${name}.js`)]));
  await runSections(files, options);
}

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { calls: { type: 'string', default: '1000000' }, json: { type: 'string' } },
  });
  const calls = Number(values.calls);
  if (!Number.isSafeInteger(calls) || calls < LEAST_CALLS) {
    throw new RangeError(`--calls must be an integer >= ${LEAST_CALLS}, not ${values.calls}`);
  }
  const unknown = positionals.find((name) => !SECTIONS.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(`there is no section ${unknown}; there are ${SECTIONS.join(', ')}`);
  }
  return { calls, json: values.json, names: positionals.length > 0 ? positionals : SECTIONS };
}

main();
