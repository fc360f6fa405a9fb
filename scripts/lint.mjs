// `npm run lint`: every formatter and linter, as CI runs them.

import { install, run } from './steps.mjs';

const BENCHES = 'benches/Cargo.toml';

await install();
await run('cargo', ['fmt', '--all', '--check']);
await run('cargo', ['fmt', '--manifest-path', BENCHES, '--check']);
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
await run('cargo', [
  'clippy',
  '--locked',
  '--all-targets',
  '--manifest-path',
  BENCHES,
  '--target-dir',
  'target',
  '--',
  '-D',
  'warnings',
]);
await run('npm', ['exec', '--no', '--', 'biome', 'ci', '.']);
await run(process.execPath, ['scripts/lint-workflows.mjs']);
