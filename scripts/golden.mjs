// `npm run golden`: draws the golden pictures anew, the README's among them. Look at them before committing.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, run } from './steps.mjs';

rmSync(join(ROOT, 'tests/golden'), { recursive: true, force: true });
await run('cargo', ['test', '--locked', '--no-default-features', '--test', 'golden'], {
  env: { CCAP_BLESS: '1' },
});
