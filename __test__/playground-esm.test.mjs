import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import createDefault, { createPlayground } from 'ccap-rs/playground';

test('the playground can be imported, by name or not', () => {
  assert.equal(createDefault, createPlayground);
  assert.equal(createRequire(import.meta.url)('ccap-rs/playground'), createPlayground);
  assert.equal(typeof createPlayground(), 'function');
});
