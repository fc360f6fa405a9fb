// `npm run lint`: every formatter and linter, as CI runs them.

import { install, run } from './steps.mjs';

// Crates that nobody needs who builds the package.
const APART = [
  'bench/steps/Cargo.toml',
  'bench/readers/layers/Cargo.toml',
  'fuzz/Cargo.toml',
  'tests/interleavings/Cargo.toml',
];

await install();
await run('cargo', ['fmt', '--all', '--check']);
for (const manifest of APART) {
  await run('cargo', ['fmt', '--manifest-path', manifest, '--check']);
}
// With the binding and without it: the crate is used both ways.
await run('cargo', ['clippy', '--locked', '--all-targets', '--', '-D', 'warnings']);
await run('cargo', [
  'clippy',
  '--locked',
  '--all-targets',
  '--no-default-features',
  '--',
  '-D',
  'warnings',
]);
for (const manifest of APART) {
  await run('cargo', [
    'clippy',
    '--locked',
    '--all-targets',
    '--manifest-path',
    manifest,
    '--target-dir',
    'target',
    '--',
    '-D',
    'warnings',
  ]);
}
await run('npm', ['exec', '--no', '--', 'biome', 'ci', '.']);
await run(process.execPath, ['scripts/lint-workflows.mjs']);
