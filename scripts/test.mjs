// `npm test`: the crate's tests, the package's and the examples', from a fresh clone.

import { build, install, run, runTests } from './steps.mjs';

await build();
await install('__test__/challenge');
await install('examples/koa');
await install('examples/cluster');
// Without N-API: its symbols exist only inside of a running Node.
await run('cargo', ['test', '--locked', '--no-default-features']);
await runTests('__test__');
await runTests('__test__/challenge');
await runTests('examples/koa/test');
await runTests('examples/cluster/test');
