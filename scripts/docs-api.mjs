// `npm run docs:api`: the reference in dist/api, made from the types. A warning is a failure.

import { install, run } from './steps.mjs';

await install();
await run('npm', ['exec', '--no', '--', 'typedoc', '--tsconfig', 'scripts/tsconfig.docs-api.json']);
