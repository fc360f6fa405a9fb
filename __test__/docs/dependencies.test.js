'use strict';

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');

const ROOT = path.join(__dirname, '../..');
const read = (file) => fs.readFileSync(path.join(ROOT, file), 'utf8');

/** The rows of a table under a heading: name, reason and licence. */
function rows(heading) {
  const [, section] = read('docs/dependencies.md').split(`## ${heading}\n`);
  const found = section.split('\n## ')[0].matchAll(/^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|$/gm);
  return [...found].map(([, name, reason, licence]) => ({ name, reason, licence }));
}

function listed(heading) {
  return rows(heading).map(({ name }) => name);
}

/** The names in a section of Cargo.toml. */
function crates(section) {
  const [, text] = read('Cargo.toml').split(`\n[${section}]\n`);
  return [...text.split(/^\[/m)[0].matchAll(/^([\w-]+) = /gm)].map(([, name]) => name);
}

test('every dependency is listed with its reason, and no other', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json'));
  assert.equal(dependencies, undefined);
  const linked = crates('dependencies');
  assert.deepEqual(listed('Linked into the addon').sort(), linked.sort());
  const others = [
    ...crates('build-dependencies'),
    ...crates('dev-dependencies'),
    ...Object.keys(devDependencies),
  ];
  const expected = [...new Set(others)].filter((name) => !linked.includes(name));
  assert.deepEqual(listed('Building and testing it').sort(), expected.sort());
});

test('licences are those that they come under', () => {
  const metadata = execFileSync('cargo', ['metadata', '--locked', '--format-version', '1'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const crates = new Map(JSON.parse(metadata).packages.map((crate) => [crate.name, crate.license]));
  const licence = (name) => {
    // Some write the older form.
    const own = crates.get(name)?.replaceAll(/ ?\/ ?/g, ' OR ');
    return own ?? JSON.parse(read(`node_modules/${name}/package.json`)).license;
  };
  const all = [...rows('Linked into the addon'), ...rows('Building and testing it')];
  assert.deepEqual(
    all.map(({ name, licence }) => [name, licence]),
    all.map(({ name }) => [name, licence(name)]),
  );
});
