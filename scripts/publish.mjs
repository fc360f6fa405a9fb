// `npm run publish:all`: publishes the tarballs in dist/, or in the folder that is named: the platforms first, since the package
// itself names them and must not be there a moment before they are. Leaves out what is published already, so that it can be run again
// after it stopped halfway; what is published under the same version and is another file is an error, before anything is.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT, run } from './steps.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { provenance: { type: 'boolean' } },
});
const folder = resolve(positionals[0] ?? join(ROOT, 'dist'));

const packages = readdirSync(folder)
  .filter((name) => name.endsWith('.tgz'))
  .map((name) => join(folder, name))
  .map((file) => ({ file, ...manifestOf(file), integrity: integrityOf(file) }))
  .sort((a, b) => Number(!a.name.startsWith('@')) - Number(!b.name.startsWith('@')));
const [itself, ...others] = packages.filter(({ name }) => !name.startsWith('@'));
if (itself === undefined || others.length > 0) {
  fail(`${folder} has no ccap-rs, or more than one`);
}
for (const [name, version] of Object.entries(itself.optionalDependencies)) {
  if (!packages.some((one) => one.name === name && one.version === version)) {
    fail(`${folder} has no ${name} ${version}`);
  }
}

for (const one of packages) {
  one.published = publishedIntegrity(one);
  if (one.published !== undefined && one.published !== one.integrity) {
    fail(
      `${one.name} ${one.version} is published, and it is not ${one.file}. Release the next version`,
    );
  }
}
for (const { name, version, file, published } of packages) {
  if (published !== undefined) {
    console.log(`${name} ${version} is published already`);
    continue;
  }
  const provenance = values.provenance ? ['--provenance'] : [];
  await run('npm', ['publish', file, '--access', 'public', ...provenance]);
}

function manifestOf(file) {
  return JSON.parse(
    execFileSync('tar', ['xzOf', file, 'package/package.json'], { encoding: 'utf8' }),
  );
}

function integrityOf(file) {
  return `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
}

/** The sum of a version that is published, or nothing. */
function publishedIntegrity({ name, version }) {
  try {
    const args = ['view', `${name}@${version}`, 'dist.integrity', '--json', '--prefer-online'];
    const found = npm(args);
    // Of a package that is there without that version npm says nothing.
    return found.trim() === '' ? undefined : JSON.parse(found);
  } catch (error) {
    if (/\bE404\b/.test(`${error.stdout}${error.stderr}`)) {
      return undefined;
    }
    throw error;
  }
}

function npm(args) {
  return execFileSync('npm', args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    // On Windows npm is a command script, which only a shell can run.
    shell: process.platform === 'win32',
  });
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
