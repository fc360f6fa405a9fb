// `npm run soak -- --minutes 20`: a service under load that does everything at once, and whether anything of it grows.

import { build, install, ROOT, run } from './steps.mjs';

await build();
await install('bench');
process.chdir(ROOT);
await run(process.execPath, ['bench/soak/index.js', ...process.argv.slice(2)]);
