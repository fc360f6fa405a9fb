// `npm run measure`: draws sets of pictures at many sizes, has ready-made readers read them, as they are and behind the filters of
// somebody who knows the recipe, and prints a Markdown table. What each file is for is in bench/readers/README.md.

import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { installPython } from './python.mjs';
import { build, ROOT, run } from './steps.mjs';

const PYTHON = join(ROOT, 'target', 'measure', 'python');
const PICTURES = join(ROOT, 'target', 'measure', 'pictures');
const FULL = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const CHARSETS = { digits: '0123456789', full: FULL };
const ROWS = [
  ...['80x32/4', '100x40/4', '120x40/4', '128x30/4', '150x50/4', '160x60/5', '200x45/6'],
  ...['256x60/3', '256x60/4', '256x60/6', '320x80/6', '512x256/6'],
  ...['120x40/4:easy', '256x60/6:easy', '120x40/4:hard', '256x60/6:hard'],
  ...['120x40/4:digits', '256x60/6:digits', '120x40/4:full', '256x60/6:full'],
];
const USAGE = `Usage: npm run measure -- [options]

  --n N            pictures in a row (300)
  --filtered N     how many of them go through filters too (100)
  --sizes A,B      rows, each WIDTHxHEIGHT/LETTERS, and :easy, :hard, :digits or :full after it if wanted
  --filters A,B    of derivative, edges, spectral, opening, ink and field (all of them; none for none)
  --no-tesseract   leaves it out, which takes most of the time
  --out FILE       the table goes there, too`;

/** What a row asks the package for. */
function drawing(row) {
  const [, width, height, length, kind] =
    /^(\d+)x(\d+)\/(\d+)(?::(easy|normal|hard|digits|full))?$/.exec(row) ?? [];
  if (!width) {
    throw new Error(`--sizes: "${row}" is no row such as 120x40/4 or 256x60/6:hard`);
  }
  const options = { width, height, length };
  if (kind in CHARSETS) {
    options.charset = CHARSETS[kind];
  } else if (kind) {
    options.level = kind;
  }
  return options;
}

function wholeNumber(name, text) {
  if (!/^[1-9]\d{0,6}$/.test(text)) {
    throw new Error(`--${name}: ${text} is no whole number from 1 to 9999999`);
  }
  return Number(text);
}

let settings;
try {
  const { values } = parseArgs({
    options: {
      n: { type: 'string', default: '300' },
      filtered: { type: 'string', default: '100' },
      sizes: { type: 'string', default: ROWS.join(',') },
      filters: { type: 'string', default: 'derivative,edges,spectral,opening,ink,field' },
      'no-tesseract': { type: 'boolean' },
      out: { type: 'string' },
    },
  });
  settings = {
    ...values,
    n: wholeNumber('n', values.n),
    filtered: wholeNumber('filtered', values.filtered),
    rows: values.sizes.split(',').map((row) => [row, drawing(row)]),
  };
} catch (error) {
  console.error(`${error.message}\n\n${USAGE}`);
  process.exit(2);
}

await build();
await installPython('bench/readers/requirements.txt', PYTHON);
const { drawDataset } = createRequire(import.meta.url)('../cli/dataset.js');
const sets = [];
for (const [row, options] of settings.rows) {
  const folder = join(PICTURES, row.replace(/\W/g, '-'));
  await drawDataset(folder, settings.n, options, { overwrite: true });
  sets.push(`${row.replace(':', ' ')}=${folder}`);
}
await run(
  'python3',
  [
    join('bench', 'readers', 'table.py'),
    ...['--filtered', settings.filtered],
    ...['--filters', settings.filters === 'none' ? '' : settings.filters],
    ...(settings['no-tesseract'] ? ['--no-tesseract'] : []),
    ...(settings.out ? ['--out', settings.out] : []),
    ...sets,
  ],
  {
    // The packages of this folder alone, and one thread: more wait for each other on a busy machine.
    env: {
      PYTHONPATH: [PYTHON, process.env.PYTHONPATH].filter(Boolean).join(delimiter),
      OMP_NUM_THREADS: '1',
    },
  },
);
