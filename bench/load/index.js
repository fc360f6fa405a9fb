'use strict';

const path = require('node:path');
const { parseArgs } = require('node:util');

const runSections = require('../sections.js');

const DEFAULTS = { seconds: 30, rounds: 6, connections: 32, verify: 100_000 };
const QUICK = { seconds: 3, rounds: 3, connections: 32, verify: 5_000 };

async function main() {
  await runSections({ load: path.join(__dirname, 'section.js') }, readArguments());
}

function readArguments() {
  const names = Object.keys(DEFAULTS);
  const { values } = parseArgs({
    options: {
      ...Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  });
  const scale = values.quick ? QUICK : DEFAULTS;
  const given = names.map((name) => [name, positiveInteger(name, values[name] ?? scale[name])]);
  return { ...Object.fromEntries(given), json: values.json };
}

function positiveInteger(name, value) {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new RangeError(`--${name} must be an integer >= 1, not ${value}`);
  }
  return number;
}

main();
