// `npm run bench`: this package beside its peers, which are installed for the benchmark alone.

import { build, install, run } from './steps.mjs';

await build();
await install('bench');
await run(process.execPath, ['--expose-gc', 'bench/peers/index.js', ...process.argv.slice(2)]);
