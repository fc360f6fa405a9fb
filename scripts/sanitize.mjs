// `npm run sanitize [-- NAME ...]`: the crate under AddressSanitizer and LeakSanitizer (`address`), under a checker of interleavings
// (`interleavings`), and the addon in Node under valgrind (`valgrind`, if it is installed). On Linux on x64.

import { spawnSync } from 'node:child_process';
import { build, ROOT, run } from './steps.mjs';

const TARGET = 'x86_64-unknown-linux-gnu';

const CHECKS = {
  /** rustc's own, which it has behind a switch; every test of the crate, and what is not freed at their end. */
  address: () =>
    run(
      'cargo',
      [
        ...['test', '--locked', '--target', TARGET, '--target-dir', 'target/asan'],
        ...['--no-default-features', '--lib', '--tests'],
      ],
      { env: { RUSTC_BOOTSTRAP: '1', RUSTFLAGS: '-Zsanitizer=address' } },
    ),

  /** Thousands of orders in which a few threads take locks. ThreadSanitizer would want a standard library that is built with it. */
  interleavings: () =>
    run(
      'cargo',
      [
        ...['test', '--locked', '--release', '--target-dir', 'target/interleavings'],
        ...['--manifest-path', 'tests/interleavings/Cargo.toml'],
      ],
      { env: { RUSTFLAGS: '--cfg shuttle' } },
    ),

  /** Invalid reads and writes of the addon, and what nobody can free any more, while pictures are drawn and workers come and go. */
  async valgrind() {
    if (spawnSync('valgrind', ['--version']).status !== 0) {
      console.error('valgrind is not installed');
      process.exit(1);
    }
    await build();
    await run('valgrind', [
      ...['--quiet', '--error-exitcode=9', '--trace-children=no', '--undef-value-errors=no'],
      ...['--leak-check=full', '--show-leak-kinds=definite', '--errors-for-leak-kinds=definite'],
      ...[process.execPath, '--jitless', '__test__/children/under-valgrind.js'],
    ]);
  },
};

const given = process.argv.slice(2);
const unknown = given.find((name) => !Object.hasOwn(CHECKS, name));
if (unknown !== undefined) {
  console.error(`There is no check "${unknown}": they are ${Object.keys(CHECKS).join(', ')}`);
  process.exit(2);
}
process.chdir(ROOT);
for (const name of given.length > 0 ? given : Object.keys(CHECKS)) {
  console.log(`Checking: ${name}`);
  await CHECKS[name]();
}
