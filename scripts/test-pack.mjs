// `npm run test:pack`: packs the package as it is published, installs it in empty folders, and uses it there. With `--packed` it
// takes what `npm run pack:all` has left.

import { build, install, run, runTests } from './steps.mjs';

if (!process.argv.includes('--packed')) {
  await build();
  const addons = [];
  if (process.platform === 'linux') {
    // As for a release, and not for the C library of this machine alone.
    const libc = process.report.getReport().header.glibcVersionRuntime ? 'gnu' : 'musl';
    await run(process.execPath, ['scripts/build-linux.mjs', `linux-${process.arch}-${libc}`]);
    addons.push('--addons', 'target/addons');
  }
  await run(process.execPath, ['scripts/pack.mjs', ...addons]);
}
await install('__test__/pack');
await install('__test__/runtimes');
await runTests('__test__/pack');
