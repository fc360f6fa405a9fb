'use strict';

const fs = require('node:fs');
const path = require('node:path');

const ROOT = path.join(__dirname, '../..');

const CHINESE = documentsIn('docs/zh-CN');

/** The documents, as paths from the root. */
const DOCUMENTS = ['README.md', 'README.zh-CN.md', ...documentsIn('docs'), ...CHINESE];

/** Those in two languages, as pairs: English and Chinese. */
const TRANSLATIONS = [
  ['README.md', 'README.zh-CN.md'],
  ...CHINESE.map((file) => [`docs/${path.posix.basename(file)}`, file]),
];

const MARKER = /^<!-- not run: (.*) -->$/;

/**
 * The fenced blocks of a document: language, code, line of the code's first line, the heading that they stand under, and
 * the reason for which one is not run, if it is marked so.
 */
function blocksOf(file) {
  const blocks = [];
  let heading = '';
  let block = null;
  let reason = null;
  for (const [i, line] of readDocument(file).split('\n').entries()) {
    const fence = /^\s*(?:```|~~~)(.*)$/.exec(line);
    if (block !== null) {
      if (fence) {
        blocks.push({ ...block, code: block.lines.join('\n') });
        block = null;
      } else {
        block.lines.push(line);
      }
    } else if (fence) {
      block = { file, heading, reason, language: fence[1].trim(), line: i + 2, lines: [] };
      reason = null;
    } else if (line.trim() !== '') {
      heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading;
      reason = MARKER.exec(line)?.[1] ?? null;
    }
  }
  if (block !== null) {
    throw new Error(`${file}:${block.line}: the block has no end`);
  }
  return blocks;
}

function readDocument(file) {
  return fs.readFileSync(path.join(ROOT, file), 'utf8').replaceAll('\r\n', '\n');
}

/** Of a heading, with or without its hashes: as GitHub makes it. */
function anchorOf(heading) {
  return heading
    .replace(/^#+ /, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

function documentsIn(folder) {
  return fs
    .readdirSync(path.join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`);
}

module.exports = { DOCUMENTS, ROOT, TRANSLATIONS, anchorOf, blocksOf, readDocument };
