const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const ccap = require('..');
const { FORMATS, LIMITS } = require('./helpers.js');

const docs = path.join(__dirname, '../docs');
const text = fs.readFileSync(path.join(docs, 'options.md'), 'utf8');

test('every option is described with its default, its limits and a picture', () => {
  const sections = new Map(
    text
      .split(/^## /m)
      .slice(1)
      .map((section) => [section.match(/^`(\w+)`/)?.[1], section]),
  );
  assert.deepEqual([...sections.keys()].sort(), Object.keys(ccap.prototype).sort());
  const captcha = ccap();
  for (const [name, section] of sections) {
    const value = captcha[name];
    const [, shown] = section.match(/[Dd]efault \*\*`?'?([^*]+?)'?`?\*\*/) ?? [];
    if (value === null) {
      assert.match(shown, /^(none|a random .*)$/, name);
    } else {
      assert.equal(shown, String(value), name);
    }
    if (LIMITS[name]) {
      const [least, most] = LIMITS[name];
      assert.ok(section.includes(`from ${least} to ${most}.`), name);
    }
    assert.match(section, /<img src="[^"]+" alt="[^"]+">/, name);
  }
  for (const format of FORMATS) {
    assert.ok(sections.get('format').includes(`\`'${format}'\``), format);
  }
});

test('every picture that a document shows is there, and none is there for nothing', () => {
  const shown = new Set();
  for (const file of [
    '../README.md',
    '../README.zh-CN.md',
    'options.md',
    'pictures.md',
    'challenges.md',
    'zh-CN/options.md',
    'zh-CN/challenges.md',
  ]) {
    // What stands in code is no picture of the document's.
    const content = fs
      .readFileSync(path.join(docs, file), 'utf8')
      .replace(/^```[\s\S]*?^```\r?$|`[^`\n]+`/gm, '');
    for (const [, source] of content.matchAll(/<(?:img|source)[^>]* src(?:set)?="([^"]+)"/g)) {
      const picture = path.join(docs, path.dirname(file), source);
      assert.ok(fs.statSync(picture).size < 200_000, `${file}: ${source}`);
      shown.add(picture);
    }
  }
  const images = path.join(docs, 'images');
  for (const folder of [images, path.join(images, 'options')]) {
    for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
      const file = path.join(folder, entry.name);
      assert.ok(entry.isDirectory() || shown.has(file), `${file} is shown nowhere`);
    }
  }
});
