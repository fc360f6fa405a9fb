// Programs that PyPI has as packages: compilers and runtimes for which nothing else is as easily had in a pinned version.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, run } from './steps.mjs';

/**
 * Installs what a file of requirements names into a folder of its own, unless it is there, and only what has the sums that are
 * written down. Needs Python with pip.
 *
 * @param platform The platform, in pip's words, when it is not that of this machine.
 */
export async function installPython(requirements, folder, platform) {
  const wanted = readFileSync(join(ROOT, requirements), 'utf8');
  const mark = join(folder, 'requirements.txt');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) {
    return;
  }
  rmSync(folder, { recursive: true, force: true });
  await run('python3', [
    ...['-m', 'pip', 'install', '--quiet', '--target', folder],
    ...['--no-deps', '--only-binary=:all:', '--require-hashes', '-r', requirements],
    ...(platform === undefined ? [] : ['--platform', platform]),
  ]);
  writeFileSync(mark, wanted);
}
