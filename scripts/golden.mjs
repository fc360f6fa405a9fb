// `npm run golden`: draws the golden pictures anew, those of the README and of docs/options.md among them. Look at them before
// committing.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, run } from './steps.mjs';

for (const folder of ['tests/golden', 'docs/images/options']) {
  rmSync(join(ROOT, folder), { recursive: true, force: true });
}
const tests = ['--test', 'golden', '--test', 'option_pictures'];
await run('cargo', ['test', '--locked', '--no-default-features', ...tests], {
  env: { CCAP_BLESS: '1' },
});
