'use strict';

const fs = require('node:fs');
const path = require('node:path');

const ROOT = path.join(__dirname, '../..');

/** The documents, as paths from the root. */
const DOCUMENTS = [
  'README.md',
  'README.zh-CN.md',
  ...fs
    .readdirSync(path.join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
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

module.exports = { DOCUMENTS, ROOT, blocksOf, readDocument };
