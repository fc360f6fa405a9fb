// `npm run dataset -- DIR N`: N labelled pictures and their manifest, for the tools that measure how well machines read them.

import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './steps.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    level: { type: 'string' },
    format: { type: 'string', default: 'png' },
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
const ccap = createRequire(import.meta.url)('../index.js');
const captcha = ccap(values);
mkdirSync(folder, { recursive: true });
const manifest = [];
for (let i = 0; i < count; i++) {
  const [text, image] = captcha.get();
  const name = `${String(i).padStart(6, '0')}.${captcha.format}`;
  writeFileSync(join(folder, name), image);
  manifest.push(`${name}\t${text}\n`);
  showProgress(i + 1);
}
writeFileSync(join(folder, 'manifest.tsv'), manifest.join(''));
console.log(`${count} pictures in ${folder}`);

/** A bar on a terminal; elsewhere nothing, so that logs stay readable. */
function showProgress(done) {
  if (!process.stderr.isTTY || (done % 100 !== 0 && done !== count)) {
    return;
  }
  const width = 40;
  const filled = Math.round((done / count) * width);
  const bar = '#'.repeat(filled) + '.'.repeat(width - filled);
  process.stderr.write(`\r[${bar}] ${done} / ${count}${done === count ? '\n' : ''}`);
}
