// `npm run fuzz -- --seconds 60 [--target NAME]`: runs the fuzz targets of fuzz/ one after the other, each for so long. A finding ends it, and the input
// that made it is kept in target/fuzz/findings. On Linux, with a C++ compiler; libFuzzer and AddressSanitizer come with crates and rustc.

import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT, run } from './steps.mjs';

const TARGET = 'x86_64-unknown-linux-gnu';
const FOLDER = join(ROOT, 'target', 'fuzz');
const CORPUS = join(FOLDER, 'corpus');
const FINDINGS = join(FOLDER, 'findings');

const NAMES = [
  ...readFileSync(join(ROOT, 'fuzz/Cargo.toml'), 'utf8').matchAll(/^\[\[bin\]\]\nname = "(\w+)"/gm),
].map(([, name]) => name);

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    target: { type: 'string', multiple: true, default: NAMES },
  },
});
const seconds = Number(values.seconds);
const unknown = values.target.find((name) => !NAMES.includes(name));
if (!Number.isInteger(seconds) || seconds < 1 || unknown !== undefined) {
  console.error(`--seconds is a whole number from 1, and --target one of ${NAMES.join(', ')}`);
  process.exit(2);
}
if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.error('Fuzzing is set up for Linux on x64');
  process.exit(2);
}

// What `cargo fuzz` passes: coverage for libFuzzer, and AddressSanitizer, which rustc has behind a switch of its own.
const FLAGS = [
  ...['-Cpasses=sancov-module', '-Cllvm-args=-sanitizer-coverage-level=4'],
  ...['-Cllvm-args=-sanitizer-coverage-inline-8bit-counters'],
  ...['-Cllvm-args=-sanitizer-coverage-pc-table', '-Cllvm-args=-sanitizer-coverage-trace-compares'],
  ...['-Cllvm-args=-simplifycfg-branch-fold-threshold=0', '-Ccodegen-units=1'],
  ...['-Zsanitizer=address', '--cfg', 'fuzzing'],
];
await run(
  'cargo',
  [
    ...['build', '--locked', '--release', '--manifest-path', 'fuzz/Cargo.toml'],
    ...['--target', TARGET, '--target-dir', FOLDER],
  ],
  { env: { RUSTC_BOOTSTRAP: '1', RUSTFLAGS: FLAGS.join(' ') } },
);

mkdirSync(FINDINGS, { recursive: true });
for (const name of values.target) {
  // What is found interesting is kept here, and the repository's own is where it begins.
  const corpus = join(CORPUS, name);
  mkdirSync(corpus, { recursive: true });
  const seeds = join(ROOT, 'fuzz', 'corpus', name);
  if (existsSync(seeds)) {
    cpSync(seeds, corpus, { recursive: true });
  }
  if (name === 'fonts') {
    cpSync(join(ROOT, 'tests/fonts/postscript.otf'), join(corpus, 'postscript.otf'));
    cpSync(join(ROOT, 'fonts/montserrat-extrabold.ttf'), join(corpus, 'truetype.ttf'));
  }
  console.log(`Fuzzing ${name} for ${seconds} s`);
  await run(
    join(FOLDER, TARGET, 'release', name),
    [
      ...[`-max_total_time=${seconds}`, '-timeout=10', '-rss_limit_mb=3000', '-verbosity=0'],
      ...['-print_final_stats=1', `-max_len=${name === 'fonts' ? 20_000 : 4096}`],
      ...[`-artifact_prefix=${FINDINGS}/${name}-`, corpus],
    ],
    // What is kept for ever, such as the embedded fonts, is no leak; a growth would end at the limit.
    { env: { ASAN_OPTIONS: 'detect_leaks=0' } },
  );
}
