// `npm run test:runtimes`: the package's tests on every runtime that __test__/runtimes/package.json names, and a table of how
// they went; `-- Bun Deno` for some of them. Each file has a process of its own everywhere, for the caches belong to the process.

import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build, install, packageTests, ROOT } from './steps.mjs';

const FOLDER = '__test__';

await build();
await install('__test__/runtimes');
const { BUN, DENO, NODES } = createRequire(import.meta.url)('../__test__/runtimes/index.js');

/** A runtime, how it is told to run a file's tests, and how it tells what came of them. */
const RUNTIMES = [
  ...NODES.map(({ name, file }) => ({
    name,
    program: file,
    args: ['--test', '--test-reporter=tap'],
    count: (output, what) =>
      number(
        output,
        { passed: /^# pass (\d+)$/m, failed: /^# fail (\d+)$/m, skipped: /^# skipped (\d+)$/m }[
          what
        ],
      ) + (what === 'failed' ? number(output, /^# cancelled (\d+)$/m) : 0),
  })),
  {
    name: 'Bun',
    program: BUN,
    // Its own limit for a test is five seconds, Node and Deno have none.
    args: ['test', '--timeout=900000'],
    count: (output, what) =>
      number(
        output,
        { passed: /^ (\d+) pass$/m, failed: /^ (\d+) fail$/m, skipped: /^ (\d+) skip$/m }[what],
      ),
  },
  {
    name: 'Deno',
    program: DENO,
    args: ['test', '--allow-all', '--no-check'],
    count: (output, what) =>
      number(
        output,
        { passed: /\| (\d+) passed/, failed: /\| (\d+) failed/, skipped: /\| (\d+) ignored/ }[what],
      ),
  },
];

const wanted = process.argv.slice(2);
const rows = [];
for (const runtime of RUNTIMES) {
  if (wanted.length > 0 && !wanted.includes(runtime.name)) {
    continue;
  }
  rows.push(await testRuntime(runtime));
}
const failed = rows.some((row) => row.failed > 0 || row.passed === 0);
printTable(rows);
const sum = (what) => rows.reduce((total, row) => total + row[what], 0);
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
process.exit(failed ? 1 : 0);

async function testRuntime({ name, program, args, count }) {
  const start = Date.now();
  const row = {
    name,
    version: (await run(program, ['--version'])).output,
    passed: 0,
    failed: 0,
    skipped: 0,
  };
  row.version = /\d+\.\d+\.\d+/.exec(row.version)[0];
  console.log(`${name} ${row.version}`);
  for (const file of packageTests()) {
    const { code, output } = await run(program, [...args, `./${file}`]);
    const counts = {
      passed: count(output, 'passed'),
      failed: count(output, 'failed'),
      skipped: count(output, 'skipped'),
    };
    // What ends badly has failed, whatever it counted.
    if (code !== 0 && counts.failed === 0) {
      counts.failed = 1;
    }
    if (counts.failed > 0 || counts.passed + counts.skipped === 0) {
      console.log(`${file}\n${output}`);
    }
    for (const what of Object.keys(counts)) {
      row[what] += counts[what];
    }
  }
  row.seconds = Math.round((Date.now() - start) / 1000);
  return row;
}

/** Runs a program in the folder of the tests and gives all that it printed. */
function run(program, args) {
  const { NODE_TEST_CONTEXT, ...env } = process.env;
  const child = spawn(program, args, {
    cwd: join(ROOT, FOLDER),
    env: { ...env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code) => resolve({ code, output }));
  });
}

function number(output, pattern) {
  return Number(pattern.exec(output)?.[1] ?? 0);
}

function printTable(rows) {
  const head = {
    name: 'runtime',
    version: 'version',
    passed: 'passed',
    failed: 'failed',
    skipped: 'skipped',
    seconds: 'seconds',
  };
  for (const row of [head, ...rows]) {
    const numbers = [row.passed, row.failed, row.skipped, row.seconds];
    console.log(
      `${row.name.padEnd(10)}${row.version.padEnd(10)}${numbers.map((value) => String(value).padStart(8)).join('')}`,
    );
  }
}
