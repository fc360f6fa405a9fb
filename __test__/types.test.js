const assert = require('node:assert/strict');
const { execFile } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');

const types = path.join(__dirname, 'types');

/** Runs the compiler that is installed here over a project. */
function tsc(project) {
  const manifest = require.resolve('typescript/package.json');
  const compiler = path.join(path.dirname(manifest), require(manifest).bin.tsc);
  const args = [compiler, '-p', path.join(types, project), '--pretty', 'false'];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: types }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, output: stdout + stderr });
    });
  });
}

test('the types compile with their users', async () => {
  const { code, output } = await tsc('tsconfig.json');
  assert.equal(code, 0, output);
  assert.equal(output, '');
});

test('the labels of a result are text and image', async () => {
  const declared = fs.readFileSync(path.join(__dirname, '../index.d.ts'), 'utf8');
  assert.match(declared, /type Result = \[text: string, image: Buffer\];/);
});

test('each misuse is an error of its own', async () => {
  const { code, output } = await tsc('misuse/tsconfig.json');
  assert.notEqual(code, 0);
  const source = fs.readFileSync(path.join(types, 'misuse/misuse.cts'), 'utf8').split('\n');
  const wrong = source.flatMap((line, i) => (/\bccap\(|ccap\.\w+\(/.test(line) ? [i + 1] : []));
  const told = [...output.matchAll(/^misuse\/misuse\.cts\((\d+),\d+\): error TS/gm)];
  assert.deepEqual([...new Set(told.map(([, line]) => Number(line)))], wrong, output);
});
