const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, test } = require('node:test');
const { rollup } = require('rollup');
const webpack = require('webpack');
const { blocksOf } = require('../docs/blocks.js');
const { USE, USED, makeProject, run } = require('./project.js');
const { startRegistry } = require('./registry.js');

const MODULES = path.join(__dirname, 'node_modules');

/** What the document says of bundlers, with the name that stands in each block's first line. */
const BLOCKS = new Map(
  blocksOf('docs/platforms.md')
    .filter(({ heading }) => heading === 'Bundlers')
    .map(({ code }) => [/^(?:#|\/\/) (.*)$/m.exec(code)[1], code]),
);

/** A service as an ES module; USE is one in CommonJS. */
const USE_AS_MODULE = `
import assert from 'node:assert/strict';
import ccap, { render } from 'ccap';
import { createChallenges } from 'ccap/challenge';
const [text, image] = ccap().get();
assert.match(text, /^[2-9A-Z]{6}$/);
assert.equal(image.toString('latin1', 0, 3), '\\xff\\xd8\\xff');
assert.equal(render('AB', { format: 'png' }).toString('latin1', 1, 4), 'PNG');
// No top-level await: one of them makes CommonJS of this.
createChallenges({ captcha: ccap() }).issue().then(({ id }) => console.log(typeof id));
`;
const IN_COMMONJS = { source: 'service.cjs', text: USE, output: USED };
const AS_MODULE = { source: 'service.mjs', text: USE_AS_MODULE, output: 'string\n' };

/** Where the package is installed: users bundle what stands in their own project. */
let project;
const cleaning = [];
before(async () => {
  project = makeProject({ after: (clean) => cleaning.push(clean) });
  const registry = await startRegistry();
  const options = { registry: registry.url };
  const { code, output } = await run(project, 'npm', ['install', 'ccap@npm:ccap-rs'], options);
  await registry.close();
  assert.equal(code, 0, output);
  for (const { source, text } of [IN_COMMONJS, AS_MODULE]) {
    fs.writeFileSync(path.join(project, source), text);
  }
});
after(() => {
  for (const clean of cleaning) {
    clean();
  }
});

/** Runs a bundle where the package is, or else where nothing of the project is. */
async function assertRuns(t, file, expected, { elsewhere = false } = {}) {
  const folder = elsewhere ? makeProject(t) : path.dirname(file);
  if (elsewhere) {
    fs.cpSync(path.dirname(file), folder, { recursive: true });
    fs.renameSync(path.join(project, 'node_modules'), path.join(project, 'away'));
  }
  try {
    const { code, output } = await run(folder, process.execPath, [path.basename(file)]);
    assert.deepEqual({ code, output }, { code: 0, output: expected });
    const text = fs.readFileSync(path.join(folder, path.basename(file)), 'utf8');
    assert.equal(text.includes('ERR_DLOPEN_FAILED'), elsewhere, 'it has the loader if it must');
  } finally {
    if (elsewhere) {
      fs.renameSync(path.join(project, 'away'), path.join(project, 'node_modules'));
    }
  }
}

function block(name) {
  const code = BLOCKS.get(name);
  assert.ok(code, `${name} is not among ${[...BLOCKS.keys()]}`);
  return code;
}

for (const [name, service, options] of [
  ['esbuild, left out', IN_COMMONJS],
  ['esbuild, taken along', IN_COMMONJS, { elsewhere: true }],
  ['esbuild, taken along into an ES module', AS_MODULE, { elsewhere: true }],
]) {
  test(name, async (t) => {
    const command = block(name).replaceAll(/service\.[cm]?js/g, service.source);
    fs.rmSync(path.join(project, 'dist'), { recursive: true, force: true });
    const bin = `${path.join(MODULES, '.bin')}${path.delimiter}${process.env.PATH}`;
    const { code, output } = await run(project, 'sh', ['-ec', command], { bin });
    assert.equal(code, 0, output);
    const [file] = fs.readdirSync(path.join(project, 'dist')).filter((n) => /\.[cm]?js$/.test(n));
    await assertRuns(t, path.join(project, 'dist', file), service.output, options);
  });
}

for (const [name, service, options] of [
  ['webpack, left out', IN_COMMONJS],
  ['webpack, left out of an ES module', AS_MODULE],
  ['webpack, taken along', IN_COMMONJS, { elsewhere: true }],
]) {
  test(name, async (t) => {
    const file = path.join(project, 'webpack.config.cjs');
    fs.writeFileSync(file, block(name));
    delete require.cache[file];
    const { output, ...config } = require(file);
    const stats = await bundleWithWebpack({
      ...config,
      mode: 'production',
      context: project,
      entry: `./${service.source}`,
      output: { ...output, path: path.join(project, 'dist-webpack'), filename: service.source },
      // In a user's project it stands beside the rest.
      resolveLoader: { modules: [MODULES] },
    });
    assert.equal(stats.toString({ all: false, errors: true, warnings: true }), '');
    const built = path.join(project, 'dist-webpack', service.source);
    await assertRuns(t, built, service.output, options);
    fs.rmSync(path.dirname(built), { recursive: true });
  });
}

function bundleWithWebpack(config) {
  return new Promise((resolve, reject) => {
    webpack(config, (error, stats) => (error ? reject(error) : resolve(stats)));
  });
}

for (const [format, extension] of [
  ['cjs', 'cjs'],
  ['es', 'mjs'],
]) {
  test(`rollup to ${format}`, async (t) => {
    const file = path.join(project, 'rollup.config.mjs');
    fs.writeFileSync(file, block('rollup, left out'));
    const { default: config } = await import(file);
    const warnings = [];
    const bundle = await rollup({
      ...config,
      input: path.join(project, AS_MODULE.source),
      onwarn: ({ message }) => warnings.push(message),
    });
    const built = path.join(project, `dist-rollup-${format}`, `service.${extension}`);
    await bundle.write({ file: built, format });
    assert.deepEqual(warnings, []);
    await assertRuns(t, built, AS_MODULE.output);
  });
}

test('no block about bundlers is left untried', () => {
  assert.deepEqual(
    [...BLOCKS.keys()].sort(),
    [
      'esbuild, left out',
      'esbuild, taken along',
      'esbuild, taken along into an ES module',
      'rollup, left out',
      'webpack, left out',
      'webpack, left out of an ES module',
      'webpack, taken along',
    ].sort(),
  );
});
