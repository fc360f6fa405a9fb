// `npm run performance`: measures everything that docs/performance.md tells, and writes it there. It takes a quarter of an
// hour or so, on a machine that has nothing else to do. `-- --compose` measures nothing and writes anew what was measured last;
// `-- load bench/challenges growth/hits` measures a benchmark alone, or a section of one, and leaves the others as they were.

import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, install, ROOT, run } from './steps.mjs';

const PAGE = join(ROOT, 'docs/performance.md');
const NUMBERS = join(ROOT, 'docs/performance/numbers.json');

/** What is measured, by name: how, and with what result. */
const MEASUREMENTS = {
  async steps() {
    await run('npm', ['run', '--silent', 'bench:steps'], {
      env: { CRITERION_HOME: join(ROOT, 'target/criterion') },
    });
    return Object.fromEntries(STEPS.map(({ id }) => [id, criterion(id)]));
  },
  bench: (...sections) => runBench('peers/index.js', sections),
  growth: (...sections) => runBench('growth/index.js', sections),
  load: () => runBench('load/index.js', []),
};

/** Criterion's names, and what they are called here. A part lies within another step. */
const STEPS = [
  { id: 'draw/text', name: 'random text' },
  { id: 'draw/layout', name: 'layout', isPart: true },
  { id: 'draw/warp', name: 'warp', isPart: true },
  { id: 'draw/letters', name: 'letters: layout, warp, ink' },
  { id: 'draw/field', name: 'field' },
  { id: 'draw/all, easy', name: 'drawing, `easy`' },
  { id: 'draw/all, normal', name: 'drawing, `normal`' },
  { id: 'draw/all, hard', name: 'drawing, `hard`' },
  { id: 'encode/png', name: 'encoding, png' },
  { id: 'encode/jpeg', name: 'encoding, jpeg' },
  { id: 'encode/webp', name: 'encoding, webp' },
  { id: 'encode/gif', name: 'encoding, gif' },
  { id: 'encode/bmp', name: 'encoding, bmp' },
  { id: 'render/png', name: 'drawing and encoding, png' },
  { id: 'render/jpeg', name: 'drawing and encoding, jpeg' },
  { id: 'render/png, of a random text', name: 'a png of a random text, the text included' },
  { id: 'cache/take', name: 'a take from a full cache' },
  { id: 'cache/take, beside 63', name: 'the same beside 63 other caches' },
  { id: 'cache/take, beside 255', name: 'the same beside 255' },
  { id: 'cache/take, beside 1023', name: 'the same beside 1,023' },
  { id: 'cache/admission', name: 'a take of a style that gets no cache, without drawing' },
  { id: 'cache/refill', name: 'from a take at three quarters to the cache being full again' },
];

async function main() {
  const { values, positionals } = parseArgs({
    options: { compose: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const measured = readNumbers();
  if (!values.compose) {
    await build();
    await install('bench');
    for (const what of positionals.length > 0 ? positionals : Object.keys(MEASUREMENTS)) {
      const [name, ...sections] = what.split('/');
      const own = await MEASUREMENTS[name](...sections);
      measured[name] = sections.length > 0 ? withSections(measured[name], own) : own;
      writeFileSync(NUMBERS, `${JSON.stringify(measured, null, 1)}\n`);
    }
  }
  writeFileSync(PAGE, composed(readFileSync(PAGE, 'utf8'), measured));
}

function readNumbers() {
  try {
    return JSON.parse(readFileSync(NUMBERS, 'utf8'));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return {};
  }
}

/** What was measured before, with the sections that were measured again. */
function withSections(before, { machine, targets, tables }) {
  const isAgain = ({ name }) => targets.some((target) => target.name === name);
  return {
    machine,
    targets: [...before.targets.filter((target) => !isAgain(target)), ...targets],
    tables: { ...before.tables, ...tables },
  };
}

async function runBench(file, sections) {
  const json = join(tmpdir(), `ccap-performance-${process.pid}.json`);
  await run(process.execPath, ['--expose-gc', file, ...sections, '--json', json], {
    folder: 'bench',
  });
  const { machine, targets, tables } = JSON.parse(readFileSync(json, 'utf8'));
  return { machine, targets, tables };
}

/** A bench's median in microseconds. */
function criterion(id) {
  const file = join(ROOT, 'target/criterion', id, 'new/estimates.json');
  return JSON.parse(readFileSync(file, 'utf8')).median.point_estimate / 1000;
}

/** The page with each generated part, which stands between two comments, made anew. */
function composed(page, measured) {
  const parts = {
    machine: () => `${measured.bench.machine.join(', ')}.`,
    steps: () => stepsTable(measured.steps),
    ...sectionParts(measured),
  };
  return page.replace(
    /(<!-- ([\w-]+) -->\n).*?(<!-- \/\2 -->)/gs,
    (_, start, name, end) => `${start}\n${parts[name]()}\n\n${end}`,
  );
}

/** Each section of each benchmark as a table, its notes below it. */
function sectionParts(measured) {
  const parts = {};
  for (const [name, table] of ['bench', 'growth', 'load'].flatMap((of) =>
    Object.entries(measured[of]?.tables ?? {}),
  )) {
    parts[name] = () => {
      const lines = [`*${table.title}*`, '', ...markdown(table.head, table.rows)];
      return [...lines, ...table.notes.flatMap((note) => ['', note])].join('\n');
    };
  }
  return parts;
}

function stepsTable(steps) {
  const share = (id, of) => `${((100 * steps[id]) / steps[of]).toFixed(0)} %`;
  const rows = STEPS.map(({ id, name, isPart }) => {
    const isStep = /^draw\/(text|letters|field)|^encode\/(png|jpeg)/.test(id) && !isPart;
    const png = isStep && id !== 'encode/jpeg' ? share(id, 'render/png') : '';
    const jpeg = isStep && id !== 'encode/png' ? share(id, 'render/jpeg') : '';
    return [`${isPart ? '· ' : ''}${name}`, `${steps[id].toFixed(2)} µs`, png, jpeg];
  });
  return markdown(['step', 'median', 'share of a png', 'share of a jpeg'], rows).join('\n');
}

function markdown(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [line(head), line(rule), ...rows.map(line)];
}

await main();
