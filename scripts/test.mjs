// `npm test`: the crate's tests, the package's and the examples', from a fresh clone. `npm test -- --built` leaves out what
// takes more than Node and npm, for versions of Node that the build tools do not run on.

import { build, install, run, runTests } from './steps.mjs';

if (!process.argv.includes('--built')) {
  await build();
  // Without N-API: its symbols exist only inside of a running Node.
  await run('cargo', ['test', '--locked', '--no-default-features']);
}
await install('__test__/challenge');
await install('__test__/docs');
await install('examples/koa');
await install('examples/cluster');
await runTests('__test__');
await runTests('__test__/challenge');
await runTests('__test__/docs');
await runTests('examples/koa/test');
await runTests('examples/cluster/test');
