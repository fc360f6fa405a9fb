// `npm run test:pack`: packs the package as it is published, installs it in empty folders, and uses it there.

import { build, install, run, runTests } from './steps.mjs';

await build();
await run(process.execPath, ['scripts/pack.mjs']);
await install('__test__/pack');
await runTests('__test__/pack');
