// `npm test`: the crate's tests, the package's and the example's, from a fresh clone. `npm test -- --built` leaves out what
// takes more than Node and npm, for versions of Node that the build tools do not run on.

import { build, install, run, runTests } from './steps.mjs';

if (!process.argv.includes('--built')) {
  await build();
  await install('examples/koa');
  // Without N-API: its symbols exist only inside of a running Node.
  await run('cargo', ['test', '--locked', '--no-default-features']);
}
await runTests('__test__');
await runTests('examples/koa/test');
