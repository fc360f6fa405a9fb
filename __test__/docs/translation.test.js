'use strict';

// Some documents are there in two languages. What can be compared without reading either must be the same: headings, code, tables,
// pictures, links, and every figure.

const assert = require('node:assert/strict');
const path = require('node:path');
const { test } = require('node:test');
const { TRANSLATIONS, anchorOf, blocksOf, readDocument } = require('./blocks.js');

const CHINESE = new Map(TRANSLATIONS);
const ENGLISH = new Map(TRANSLATIONS.map(([english, chinese]) => [chinese, english]));

for (const pair of TRANSLATIONS) {
  const [name] = pair;
  const [english, chinese] = pair.map(sectionsOf);

  test(`${name}: both have the same sections`, () => {
    const levels = (sections) => sections.map(({ level }) => level);
    assert.ok(english.length > 4);
    assert.deepEqual(levels(chinese), levels(english));
  });

  test(`${name}: both have the same code, but for its comments`, () => {
    const [ours, theirs] = pair.map((file) =>
      blocksOf(file).map(({ language, code }) => [language, withoutComments(code)]),
    );
    assert.deepEqual(theirs, ours);
  });

  test(`${name}: each links to the other before its second section`, () => {
    const link = (from, to) => path.posix.relative(path.posix.dirname(from), to);
    const lines = (section) => section.text.split('\n');
    assert.ok(lines(english[0]).includes(`English | [简体中文](${link(...pair)})`));
    assert.ok(lines(chinese[0]).includes(`[English](${link(pair[1], pair[0])}) | 简体中文`));
  });

  test(`${name}: each links to documents in its own language where they are there`, () => {
    for (const [file, others] of [
      [pair[0], ENGLISH],
      [pair[1], CHINESE],
    ]) {
      const wrong = linksOf(readDocument(file))
        .map((link) => resolve(file, link).path)
        // The line that names the languages is the one link to the other of the pair.
        .filter((target) => others.has(target) && others.get(target) !== file);
      assert.deepEqual(wrong, [], file);
    }
  });

  for (const [i, section] of english.entries()) {
    test(`${name}: both say the same: ${section.title}`, () => {
      const other = chinese[i];
      for (const [what, read] of Object.entries(COMPARED)) {
        assert.deepEqual(
          read(other.text, pair[1]),
          read(section.text, pair[0]),
          `${what} of '${other.title}'`,
        );
      }
    });
  }
}

/** What is the same in any language, of a section without its blocks of code. */
const COMPARED = {
  'the tables': (text) =>
    tablesOf(text).map((rows) => rows.map((cells) => ({ cells: cells.length, ...kept(cells) }))),
  'the list items': (text) => text.match(/^(?:-|\d+\.) /gm)?.length ?? 0,
  'the pictures': (text, file) =>
    // What stands in code is no picture of the document's.
    [...text.replace(/`[^`]+`/g, '').matchAll(/ src(?:set)?="([^"]+)"/g)].map(
      ([, src]) => resolve(file, src).path,
    ),
  'the links': (text, file) =>
    linksOf(text)
      .map((link) => meant(file, link))
      .sort(),
  // The order of the words differs, and with it that of the figures.
  'the figures': (text) => figuresOf(text).sort(),
  // Words in the alphabet are few in Chinese, but code is the same.
  'the code in the text': (text) =>
    [...new Set([...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code))]
      .filter((code) => /^[\x20-\x7e]+$/.test(code))
      .sort(),
};

function linksOf(text) {
  return [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link);
}

/** Where a link or a picture of a document leads, as a path from the root; what is on the web stays as it is. */
function resolve(file, link) {
  if (/^[a-z]+:/.test(link)) {
    return { path: link };
  }
  const [target, anchor] = link.split('#');
  const to = target === '' ? file : path.posix.join(path.posix.dirname(file), target);
  return { path: to, anchor };
}

/** What a link leads to in whichever language: the English document, and the heading's place in it. */
function meant(file, link) {
  const to = resolve(file, link);
  const document = ENGLISH.get(to.path) ?? to.path;
  if (to.anchor === undefined) {
    return document;
  }
  const place = sectionsOf(to.path).findIndex(({ title }) => anchorOf(title) === to.anchor);
  assert.notEqual(place, -1, `${file}: ${link}`);
  return `${document}, section ${place}`;
}

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
