// The steps that the other scripts are made of. Each does nothing that is done already, so that a fresh clone and a
// daily run take the same commands.

import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const onWindows = process.platform === 'win32';

/** Runs a program in a folder of the repository, showing what it prints; its failure ends this process. */
export function run(program, args, { folder = '.', env = {} } = {}) {
  const child = spawn(program, args, {
    cwd: resolve(ROOT, folder),
    env: { ...process.env, ...env },
    stdio: 'inherit',
    // On Windows npm is a command script, which only a shell can run.
    shell: onWindows && program === 'npm',
  });
  // The terminal sends Ctrl-C to the child too, which decides what comes of it.
  const wait = () => {};
  const end = () => child.kill('SIGTERM');
  process.on('SIGINT', wait).on('SIGTERM', end);
  return new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(`${program}: ${error.message}`);
      process.exit(1);
    });
    child.on('exit', (code, signal) => {
      process.off('SIGINT', wait).off('SIGTERM', end);
      if (code === 0) {
        resolve();
      } else {
        console.error(`${program} ${args.join(' ')}: ${signal ?? `exit code ${code}`}`);
        process.exit(code ?? 1);
      }
    });
  });
}

/** Installs a folder's npm dependencies, unless they are as its lock file says. */
export async function install(folder = '.') {
  const lock = join(ROOT, folder, 'package-lock.json');
  const installed = join(ROOT, folder, 'node_modules', '.package-lock.json');
  if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) {
    await run('npm', ['ci', '--no-audit', '--no-fund'], { folder });
  }
}

/** Installs what building takes, and builds the addon; cargo knows what has changed. */
export async function build() {
  await install();
  if (!readdirSync(ROOT).some((name) => name.endsWith('.node'))) {
    console.log('Building the Rust core. The first time this takes a minute or two.');
  }
  await run('npm', ['run', '--silent', 'build']);
}

/** Runs the tests in a folder with node's own runner, and with it alone: no globs, which Node 18 does not know. */
export function runTests(folder, options = {}) {
  const files = testFiles(folder).map((name) => join(folder, name));
  return run(process.execPath, ['--test', ...files], options);
}

/** The files in a folder that have tests. */
export function testFiles(folder) {
  return readdirSync(join(ROOT, folder)).filter((name) => /\.test\.m?js$/.test(name));
}

/** Those of the package itself, for other runtimes: without the command's, the playground's, what is the system's matter and the repository's own. */
export function packageTests() {
  return testFiles('__test__').filter(
    (file) => !/^(?:cli|docs|failing-system|faults|fuzz|growth|playground|release)/.test(file),
  );
}
