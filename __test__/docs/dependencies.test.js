'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');

const ROOT = path.join(__dirname, '../..');
const read = (file) => fs.readFileSync(path.join(ROOT, file), 'utf8');

/** The names in the first column of a table under a heading. */
function listed(heading) {
  const [, section] = read('docs/dependencies.md').split(`## ${heading}\n`);
  return [...section.split('\n## ')[0].matchAll(/^\| `([^`]+)` \| [^|]+ \| [^|]+ \|$/gm)].map(
    ([, name]) => name,
  );
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
