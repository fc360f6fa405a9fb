import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import ccap, { configure, render, stats, warm } from 'ccap-rs';

const require = createRequire(import.meta.url);

test('import gives the same function as require', async () => {
  assert.equal(ccap, require('ccap-rs'));
  assert.equal(ccap, require('..'));
  assert.equal((await import('ccap-rs')).default, ccap);
  assert.equal(typeof ccap, 'function');
});

test('what is imported draws', async () => {
  const { decode } = require('./helpers.js');
  for (const [text, image] of [
    ccap({ format: 'png' }).get(),
    await new ccap({ format: 'png' }).getAsync(),
    ['AB', ccap.render('AB', { format: 'png' })],
  ]) {
    assert.match(text, /^[A-Z2-9]+$/);
    const { format, width, height } = await decode(image);
    assert.deepEqual({ format, width, height }, { format: 'png', width: 256, height: 60 });
  }
  assert.equal(typeof ccap.stats().hits, 'number');
  assert.equal(typeof ccap.configure({}).cacheSize, 'number');
});

test('what ccap carries can be imported by name', () => {
  assert.equal(render, ccap.render);
  assert.equal(warm, ccap.warm);
  assert.equal(stats, ccap.stats);
  assert.equal(configure, ccap.configure);
});

test('a subclass of what is imported works', () => {
  class Own extends ccap {}
  assert.equal(new Own({ length: 3 }).get()[0].length, 3);
});

test('package.json can be read through its exports, nothing inside can', () => {
  assert.equal(require('ccap-rs/package.json').name, 'ccap-rs');
  // Bun knows no code of its own for that.
  const code = process.versions.bun ? 'MODULE_NOT_FOUND' : 'ERR_PACKAGE_PATH_NOT_EXPORTED';
  assert.throws(() => require('ccap-rs/binding.js'), { code });
});
