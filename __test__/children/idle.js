// A cache that lies unused is dropped, by itself and one by one.
const assert = require('node:assert/strict');
const ccap = require('../..');
const { done, until } = require('../helpers.js');

async function main() {
  const [unused, used] = [ccap({ width: 64, height: 24 }), ccap({ width: 65, height: 24 })];
  assert.equal(ccap.configure({ maxIdle: 1 }).maxIdle, 1);
  unused.get();
  used.get();
  assert.equal(ccap.stats().caches, 2);
  const use = setInterval(() => used.get(), 20);
  await until(() => ccap.stats().caches === 1, 10_000);
  assert.equal(ccap.stats().evictions, 1);
  const { hits } = ccap.stats();
  await until(() => ccap.stats().hits > hits + 10);
  assert.equal(ccap.stats().caches, 1);
  clearInterval(use);
  await until(() => ccap.stats().caches === 0, 10_000);
  const { pictures, bytes, evictions } = ccap.stats();
  assert.deepEqual([pictures, bytes, evictions], [0, 0, 2]);

  // It comes back when it is asked for.
  unused.get();
  assert.equal(ccap.stats().caches, 1);
  await until(() => ccap.stats().pictures === 20);
  done();
}

main();
