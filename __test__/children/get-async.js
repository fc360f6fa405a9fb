// getAsync(): by the thousand, from an empty cache, and mixed with get().
const assert = require('node:assert/strict');
const ccap = require('../..');
const { assertResult, decode, done, hash } = require('../helpers.js');

const options = { width: 64, height: 24, format: 'png' };

function times(count, take) {
  return Array.from({ length: count }, (_, i) => take(i));
}

async function main() {
  const captcha = ccap(options);
  const promise = captcha.getAsync();
  assert.ok(promise instanceof Promise);
  const first = await promise;
  assertResult(first);
  assert.deepEqual(Object.keys(first), ['0', '1']);
  assert.equal(Object.getPrototypeOf(first), Array.prototype);
  assert.equal(Object.getPrototypeOf(first[1]), Buffer.prototype);

  const results = await Promise.all(times(1000, () => captcha.getAsync()));
  for (const result of results) {
    assertResult(result);
  }
  results.push(first);
  assert.equal(new Set(results.map(([, image]) => hash(image))).size, 1001);
  const picture = await decode(results[500][1]);
  assert.deepEqual([picture.format, picture.width, picture.height], ['png', 64, 24]);

  // Mixed with get(), and from a full cache.
  await ccap.warm(options);
  const mixed = await Promise.all(
    times(2000, (i) => (i % 2 === 0 ? captcha.get() : captcha.getAsync())),
  );
  assert.equal(new Set([...results, ...mixed].map(([, image]) => hash(image))).size, 3001);

  // Each from an empty cache of its own.
  const distinct = await Promise.all(
    times(100, (i) => ccap({ ...options, width: 100 + i }).getAsync()),
  );
  for (const [i, [, image]] of distinct.entries()) {
    assert.equal((await decode(image)).width, 100 + i);
  }

  // From a full cache nothing is drawn, though the promise is one all the same.
  const full = ccap({ ...options, length: 3 });
  ccap.configure({ maxCaches: 1 });
  await ccap.warm({ ...options, length: 3 });
  const { hits, misses } = ccap.stats();
  assertResult(await full.getAsync(), 3);
  assert.deepEqual([ccap.stats().hits, ccap.stats().misses], [hits + 1, misses]);
  done();
}

main();
