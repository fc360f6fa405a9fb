// `npm start`: the Koa service in examples/koa, from a fresh clone to answering requests.

import { build, install, run } from './steps.mjs';

await build();
await install('examples/koa');
await run(process.execPath, ['server.js'], { folder: 'examples/koa' });
