// `npm run bench:growth`: how the cost grows with the work, as numbers and as charts in docs/performance.

import { build, install, run } from './steps.mjs';

await build();
await install('bench');
await run(process.execPath, ['--expose-gc', 'bench/growth/index.js', ...process.argv.slice(2)]);
