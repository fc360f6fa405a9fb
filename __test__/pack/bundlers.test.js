const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const esbuild = require('esbuild');
const { USE, USED, makeProject, run } = require('./project.js');
const { startRegistry } = require('./registry.js');

test('esbuild takes the addon along, and what it made runs elsewhere', async (t) => {
  const folder = makeProject(t);
  const registry = await startRegistry();
  t.after(() => registry.close());
  const installed = await run(folder, 'npm', ['install', 'ccap@npm:ccap-rs'], {
    registry: registry.url,
  });
  assert.equal(installed.code, 0, installed.output);
  fs.writeFileSync(path.join(folder, 'service.js'), USE);
  const elsewhere = makeProject(t);
  const { errors } = await esbuild.build({
    entryPoints: [path.join(folder, 'service.js')],
    outdir: elsewhere,
    bundle: true,
    platform: 'node',
    loader: { '.node': 'copy' },
    // Names of the platforms that are not installed: expected, and no errors.
    logLevel: 'silent',
  });
  assert.deepEqual(errors, []);
  fs.rmSync(folder, { recursive: true });
  const { output } = await run(elsewhere, process.execPath, ['service.js']);
  assert.equal(output, USED);
});
