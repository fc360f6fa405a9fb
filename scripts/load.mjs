// `npm run bench:load`: a Koa app under load, with this package and with its peers in turn.

import { build, install, run } from './steps.mjs';

await build();
await install('bench');
await run(process.execPath, ['bench/load/index.js', ...process.argv.slice(2)]);
