'use strict';

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');

const ROOT = path.join(__dirname, '../..');
const MAP = 'docs/architecture.md';

const map = fs.readFileSync(path.join(ROOT, MAP), 'utf8');

/** The folders of the repository, as git has them: not what builds and installations leave. */
function foldersInGit() {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' });
  const nested = files.split('\0').filter((file) => file.includes('/'));
  return [...new Set(nested.map((file) => file.slice(0, file.indexOf('/'))))];
}

test('the map of the repository names every folder, and none that is not there', () => {
  const rows = map.split('\n').filter((line) => line.startsWith('| ['));
  const named = rows.flatMap((row) =>
    [...row.split('|')[1].matchAll(/\[`([^`]+)\/`\]/g)].map(([, name]) => name),
  );
  assert.deepEqual(named.sort(), foldersInGit().sort());
});

test('every script of a command says in its first line which one it is', () => {
  const { scripts } = require('../../package.json');
  for (const [name, line] of Object.entries(scripts)) {
    const file = /scripts\/[\w-]+\.mjs/.exec(line)?.[0];
    if (file !== undefined) {
      const [first] = fs.readFileSync(path.join(ROOT, file), 'utf8').split('\n');
      const command = ['start', 'test'].includes(name) ? `npm ${name}` : `npm run ${name}`;
      assert.ok(first.startsWith(`// \`${command}`), `${file}: ${first}`);
    }
  }
});

test('the table in bench/ names every command that measures', () => {
  const table = fs.readFileSync(path.join(ROOT, 'bench/README.md'), 'utf8');
  const { scripts } = require('../../package.json');
  const named = [...table.matchAll(/^\| `npm run ([\w:]+)` \|/gm)].map(([, name]) => name);
  const measuring = Object.keys(scripts).filter((name) =>
    /bench|performance|measure|soak/.test(name),
  );
  assert.deepEqual(named.sort(), measuring.sort());
});
