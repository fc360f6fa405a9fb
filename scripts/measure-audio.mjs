// `npm run measure:audio`: says sets of texts, has a ready-made recogniser of speech listen to them, which knows the charset and the
// number of letters, and prints a Markdown table. Its reader is in bench/listeners.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { installPython } from './python.mjs';
import { build, ROOT, run } from './steps.mjs';

const PYTHON = join(ROOT, 'target', 'measure', 'listeners');
const SOUNDS = join(ROOT, 'target', 'measure', 'sounds');
const USAGE = `Usage: npm run measure:audio -- [options]

  --n N        texts in a row (100)
  --out FILE   the table goes there, too`;

let n;
let out;
try {
  const { values } = parseArgs({
    options: { n: { type: 'string', default: '100' }, out: { type: 'string' } },
  });
  if (!/^[1-9]\d{0,5}$/.test(values.n)) {
    throw new Error(`--n: ${values.n} is no whole number from 1 to 999999`);
  }
  n = Number(values.n);
  out = values.out;
} catch (error) {
  console.error(`${error.message}\n\n${USAGE}`);
  process.exit(2);
}

await build();
await installPython('bench/listeners/requirements.txt', PYTHON);
const ccap = createRequire(import.meta.url)('../index.js');

/** Says texts into a folder, with a file that tells them. */
function sayAll(folder, charset, background) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // Small, as nobody looks at them.
  const captcha = ccap({ charset, width: 64, height: 24 });
  const lines = [];
  for (let i = 0; i < n; i++) {
    const [text] = captcha.get();
    const file = `${String(i).padStart(6, '0')}.wav`;
    writeFileSync(join(folder, file), ccap.speak(text, { background }));
    lines.push(`${file}\t${text}\n`);
  }
  writeFileSync(join(folder, 'manifest.tsv'), lines.join(''));
  writeFileSync(join(folder, 'charset.txt'), `${charset}\n`);
}

const sets = [];
for (const [name, charset] of [
  ['default charset', ccap().charset],
  ['digits', '0123456789'],
]) {
  for (const background of [true, false]) {
    const row = `${name}, ${background ? 'with' : 'without'} background`;
    const folder = join(SOUNDS, row.replace(/\W+/g, '-'));
    sayAll(folder, charset, background);
    sets.push(`${row}=${folder}`);
  }
}
await run(
  'python3',
  [join('bench', 'listeners', 'table.py'), ...(out ? ['--out', out] : []), ...sets],
  { env: { PYTHONPATH: [PYTHON, process.env.PYTHONPATH].filter(Boolean).join(delimiter) } },
);
