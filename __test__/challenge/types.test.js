'use strict';

const assert = require('node:assert/strict');
const { execFile } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');

const types = path.join(__dirname, 'types');

/** Runs the compiler that is installed for the package's own tests over a project. */
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

for (const project of ['tsconfig.json', 'frameworks/tsconfig.json']) {
  test(`the types compile with their users: ${project}`, async () => {
    const { code, output } = await tsc(project);
    assert.equal(code, 0, output);
    assert.equal(output, '');
  });
}

test('each misuse is an error of its own', async () => {
  const { code, output } = await tsc('misuse/tsconfig.json');
  assert.notEqual(code, 0);
  const source = fs.readFileSync(path.join(types, 'misuse/misuse.cts'), 'utf8').split('\n');
  const calls = /^(?:challenge|challenges|koa|express|fastify)\.\w+\(/;
  const wrong = source.flatMap((line, i) => (calls.test(line) ? [i + 1] : []));
  assert.equal(wrong.length, 10);
  const told = [...output.matchAll(/^misuse\/misuse\.cts\((\d+),\d+\): error TS/gm)];
  assert.deepEqual([...new Set(told.map(([, line]) => Number(line)))], wrong, output);
});

test('no declaration asks for the types of a framework or a client', () => {
  const folder = path.join(path.dirname(require.resolve('ccap-rs/package.json')), 'challenge');
  const declarations = fs.readdirSync(folder).filter((name) => name.endsWith('.d.ts'));
  assert.equal(declarations.length, 5);
  for (const name of declarations) {
    const source = fs.readFileSync(path.join(folder, name), 'utf8');
    const imports = [...source.matchAll(/^(?:import|export) .* from '(.*)'|^\/\/\/ *<|import\(/gm)];
    for (const [, from] of imports) {
      assert.match(from ?? '', /^\.\/(?:index|http)\.js$/, name);
    }
  }
});
