'use strict';

// The README is there in two languages. What can be compared without reading either must be the same: headings, code, tables,
// pictures, links, and every figure.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { blocksOf, readDocument } = require('./blocks.js');

const FILES = ['README.md', 'README.zh-CN.md'];
const [english, chinese] = FILES.map(sectionsOf);

test('both READMEs have the same sections', () => {
  const levels = (sections) => sections.map(({ level }) => level);
  assert.ok(english.length > 10);
  assert.deepEqual(levels(chinese), levels(english));
});

test('both have the same code, but for its comments', () => {
  const [ours, theirs] = FILES.map((file) =>
    blocksOf(file).map(({ language, code }) => [language, withoutComments(code)]),
  );
  assert.ok(ours.length > 5);
  assert.deepEqual(theirs, ours);
});

test('each links to the other before its first section', () => {
  assert.match(english[0].text, /\[简体中文\]\(README\.zh-CN\.md\)/);
  assert.match(chinese[0].text, /\[English\]\(README\.md\)/);
});

for (const [i, section] of english.entries()) {
  test(`both say the same: ${section.title}`, () => {
    const other = chinese[i];
    for (const [what, read] of Object.entries(COMPARED)) {
      assert.deepEqual(read(other.text), read(section.text), `${what} of '${other.title}'`);
    }
  });
}

/** What is the same in any language, of a section without its blocks of code. */
const COMPARED = {
  'the tables': (text) =>
    tablesOf(text).map((rows) => rows.map((cells) => ({ cells: cells.length, ...kept(cells) }))),
  'the list items': (text) => text.match(/^- /gm)?.length ?? 0,
  'the pictures': (text) => [...text.matchAll(/ src(?:set)?="([^"]+)"/g)].map(([, src]) => src),
  'the links': (text) =>
    [...text.matchAll(/\]\(([^)]+)\)/g)]
      .map(([, link]) => link)
      .filter((link) => !FILES.includes(link))
      .sort(),
  // The order of the words differs, and with it that of the figures.
  'the figures': (text) => figuresOf(text).sort(),
  // Words in the alphabet are few in Chinese, but code is the same.
  'the code in the text': (text) =>
    [...new Set([...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code))]
      .filter((code) => /^[\x21-\x7e]+$/.test(code))
      .sort(),
};

function sectionsOf(file) {
  // Lines of a shell's comments look like headings.
  const text = readDocument(file).replace(/^```[\s\S]*?^```$/gm, '');
  const [, ...parts] = `\n# start\n${text}`.split(/^(#+ .*)$/m);
  const sections = [];
  for (let i = 0; i < parts.length; i += 2) {
    const [, hashes, title] = /^(#+) (.*)$/.exec(parts[i]);
    sections.push({ level: hashes.length, title, text: parts[i + 1] });
  }
  // The pictures on top belong to the first section.
  const [start, first, ...rest] = sections;
  return [{ ...first, text: start.text + first.text }, ...rest];
}

/** Tables as rows of cells. A bar in code would be escaped; there is none. */
function tablesOf(text) {
  return (text.match(/(?:^\|.*\|$\n?)+/gm) ?? []).map((table) =>
    table
      .trim()
      .split('\n')
      .map((row) => row.slice(1, -1).split('|')),
  );
}

/** Of a row: the figures in it, cell by cell. */
function kept(cells) {
  return { figures: cells.map((cell) => figuresOf(cell).sort()) };
}

/** Numbers with what makes them one, such as 10,000 and 4.5:1; not those in links and names. */
function figuresOf(text) {
  return (
    text.replace(/\]\([^)]*\)|<[^>]*>/g, ' ').match(/(?<![\w/-])\d+(?:[.,:x]\d+)*(?![\w]*-\d)/g) ??
    []
  );
}

function withoutComments(code) {
  return code
    .split('\n')
    .map((line) => line.replace(/\s*(?:\/\/|(?<=\s)#) .*$/, ''))
    .join('\n');
}
