// `npm run measure:audio`: says random texts and has a speech recogniser write down what it hears. What is in bench/listeners/ says
// how.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { installPython } from './python.mjs';
import { build, ROOT, run } from './steps.mjs';

const PYTHON = join(ROOT, 'target', 'measure', 'listeners');
const SOUNDS = join(ROOT, 'target', 'measure', 'sounds');

const { values } = parseArgs({ options: { n: { type: 'string', default: '100' } } });
const n = Number(values.n);
if (!Number.isInteger(n) || n < 1 || n > 10_000) {
  throw new RangeError(`--n must be a whole number from 1 to 10000, not ${values.n}`);
}

await build();
await installPython('bench/listeners/requirements.txt', PYTHON);
const ccap = createRequire(import.meta.url)('../index.js');
rmSync(SOUNDS, { recursive: true, force: true });
mkdirSync(SOUNDS, { recursive: true });
for (const [name, letters] of [
  ['default charset', ccap().charset],
  ['digits', '0123456789'],
]) {
  for (const background of [true, false]) {
    const lines = Array.from({ length: n }, (_, i) => {
      const [text] = ccap({ charset: letters, width: 32, height: 16 }).get();
      const file = join(SOUNDS, `${name.replace(' ', '-')}-${background}-${i}.wav`);
      writeFileSync(file, ccap.speak(text, { background }));
      return `${file}\t${text}\n`;
    });
    console.log(`${name}, ${background ? 'with' : 'without'} a background, n = ${n}:`);
    const manifest = join(SOUNDS, 'manifest.tsv');
    writeFileSync(manifest, lines.join(''));
    await run('python3', [join('bench', 'listeners', 'listen.py'), letters, manifest], {
      env: { PYTHONPATH: [PYTHON, process.env.PYTHONPATH].filter(Boolean).join(delimiter) },
    });
  }
}
