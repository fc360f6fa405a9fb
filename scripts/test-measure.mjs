// `npm run test:measure`: the tests of bench/listeners/ and bench/readers/, and the table of three pictures.

import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { installPython } from './python.mjs';
import { build, ROOT, run } from './steps.mjs';

const PYTHON = join(ROOT, 'target', 'measure', 'python');
const LISTENERS = join(ROOT, 'target', 'measure', 'listeners');
const TABLE = join(ROOT, 'target', 'measure', 'test.md');

await build();
await installPython('bench/listeners/requirements.txt', LISTENERS);
await run('python3', ['-m', 'unittest', 'discover', '-s', 'bench/listeners', '-p', 'test_*.py'], {
  env: { PYTHONPATH: LISTENERS },
});
await installPython('bench/readers/requirements.txt', PYTHON);
await run('python3', ['-m', 'unittest', 'discover', '-s', 'bench/readers', '-p', 'test_*.py'], {
  env: { PYTHONPATH: PYTHON, OMP_NUM_THREADS: '1' },
});
rmSync(TABLE, { force: true });
const sizes = ['80x32/4', '120x40/4:hard', '256x60/6:digits'];
await run(process.execPath, [
  'scripts/measure.mjs',
  ...['--n', '1', '--sizes', sizes.join(','), '--out', TABLE, '--no-tesseract'],
]);
const rows = existsSync(TABLE) ? readFileSync(TABLE, 'utf8').trim().split('\n') : [];
const cells = rows.map((row) => row.split('|').map((cell) => cell.trim()));
const labels = cells.slice(2).map((row) => row[1]);
const isWhole =
  labels.join(',') === sizes.join(',').replaceAll(':', ' ') &&
  cells.every((row) => row.length === cells[0].length);
if (!isWhole) {
  console.error(`The table is not whole:\n${rows.join('\n')}`);
  process.exit(1);
}
