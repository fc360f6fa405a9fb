'use strict';

const { mkdirSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');

const runSections = require('../sections.js');
const drawChart = require('./chart.js');

const SECTIONS = [
  'picture-size',
  'letters',
  'styles',
  'sharing',
  'hits',
  'refilling',
  'threads',
  'instances',
];
const CHARTS = path.join(__dirname, '../../docs/performance');

async function main() {
  const { names, ...options } = readArguments();
  const files = Object.fromEntries(names.map((name) => [name, path.join(__dirname, `${name}.js`)]));
  const sections = await runSections(files, options);
  mkdirSync(options.charts, { recursive: true });
  for (const { file, ...chart } of Object.values(sections).flatMap((section) => section.charts)) {
    writeFileSync(path.join(options.charts, file), drawChart(chart));
    console.log(path.join(options.charts, file));
  }
}

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      charts: { type: 'string', default: CHARTS },
    },
  });
  const unknown = positionals.find((name) => !SECTIONS.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(`there is no section ${unknown}; there are ${SECTIONS.join(', ')}`);
  }
  return { ...values, names: positionals.length > 0 ? positionals : SECTIONS };
}

main();
