const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');

const ROOT = path.join(__dirname, '..');
const { version } = require('../package.json');
const FILES = [
  'package.json',
  'package-lock.json',
  'Cargo.toml',
  'Cargo.lock',
  'CHANGELOG.md',
  'README.md',
  'README.zh-CN.md',
];

/** The tree as it would be released, with the given edits by file. */
function releasable(t, edits = {}) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ccap-release-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const ready = {
    'CHANGELOG.md': (text) =>
      text.replace(/^## \[Unreleased\]|^## \[[\d.]+\].*$/m, `## [${version}] - 2026-12-24`),
    'README.md': (text) => text.replace(/not yet published/gi, 'published'),
    'README.zh-CN.md': (text) => text.replaceAll('尚未发布', '已发布'),
  };
  for (const file of FILES) {
    const text = fs.readFileSync(path.join(ROOT, file), 'utf8');
    const good = ready[file]?.(text) ?? text;
    fs.writeFileSync(path.join(folder, file), edits[file]?.(good) ?? good);
  }
  return folder;
}

test('a tree that is ready for its release is found to be', async (t) => {
  const { findings } = await import('../scripts/release-check.mjs');
  assert.deepEqual(findings(releasable(t)), []);
  assert.deepEqual(findings(releasable(t), `v${version}`), []);
});

test('what a release would say wrongly is found', async (t) => {
  const { findings } = await import('../scripts/release-check.mjs');
  assert.deepEqual(findings(releasable(t), 'v9.9.9'), [
    `package.json is of version ${version}, the tag of 9.9.9`,
  ]);
  const versionless = (text) => text.replaceAll(`"${version}"`, '"9.9.9"');
  for (const [file, edit, expected] of [
    ['package-lock.json', versionless, `package.json is of version ${version}, package-lock.json`],
    ['Cargo.toml', versionless, `package.json is of version ${version}, Cargo.toml of 9.9.9`],
    ['Cargo.lock', versionless, `package.json is of version ${version}, Cargo.lock of 9.9.9`],
    ['CHANGELOG.md', (text) => text.replace('2026-12-24', 'soon'), 'CHANGELOG.md has no section'],
    ['README.md', (text) => `${text}\n**Not yet published.**`, 'README.md:'],
    ['README.zh-CN.md', (text) => `${text}\n**尚未发布。**`, 'README.zh-CN.md:'],
  ]) {
    const found = findings(releasable(t, { [file]: edit }));
    assert.equal(found.length, 1, `${file}: ${found}`);
    assert.ok(found[0].startsWith(expected), found[0]);
  }
});
