// `npm run dataset -- DIR N`: N labelled pictures and their manifest, for the tools that measure how well machines read them.
// The command's `dataset` after a build, and always anew.

import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { build } from './steps.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    level: { type: 'string' },
    format: { type: 'string' },
    length: { type: 'string' },
    width: { type: 'string' },
    height: { type: 'string' },
  },
});
const [folder, countText] = positionals;
const count = Number(countText);
if (!folder || !Number.isSafeInteger(count) || count < 1) {
  console.error(
    'Usage: npm run dataset -- DIR N [--level=easy|normal|hard] [--format=png] [--length=6] [--width=256] [--height=60]',
  );
  process.exit(2);
}

await build();
const { drawDataset } = createRequire(import.meta.url)('../cli/dataset.js');
try {
  await drawDataset(folder, count, values, { overwrite: true });
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
