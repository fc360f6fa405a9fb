// `npm run test:pack`: packs the package as it is published, installs it in empty folders, and uses it there. With `--packed` it
// takes what `npm run pack:all` has left.

import { build, install, run, runTests } from './steps.mjs';

if (!process.argv.includes('--packed')) {
  await build();
  await run(process.execPath, ['scripts/pack.mjs']);
}
await install('__test__/pack');
await install('__test__/runtimes');
await runTests('__test__/pack');
