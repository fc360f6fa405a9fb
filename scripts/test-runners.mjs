// `npm run test:runners`: the package in Jest and Vitest, which load it again and again, in threads and contexts of their own.

import { build, install, runTests } from './steps.mjs';

await build();
await install('__test__/runners');
await runTests('__test__/runners');
