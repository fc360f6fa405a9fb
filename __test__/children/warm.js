// ccap.warm(): a promise that a cache is full.
const assert = require('node:assert/strict');
const ccap = require('../..');
const { assertRangeError, assertTypeError, done, rejectionOf } = require('../helpers.js');

async function main() {
  const style = { width: 64, height: 24, format: 'png' };
  const promise = ccap.warm(style);
  assert.ok(promise instanceof Promise);
  assert.equal(await promise, undefined);
  const { caches, pictures, refills, misses } = ccap.stats();
  assert.deepEqual([caches, pictures, misses], [1, 20, 0]);
  assert.ok(refills >= 20, `${refills}`);
  for (let i = 0; i < 4; i++) {
    ccap(style).get();
  }
  assert.deepEqual([ccap.stats().hits, ccap.stats().misses], [4, 0]);
  // A captcha's own, after some were taken; the defaults; and many at once.
  await ccap.warm(ccap(style));
  assert.equal(ccap.stats().pictures, 20);
  await ccap.warm();
  await ccap.warm(null);
  assert.deepEqual([ccap.stats().caches, ccap.stats().pictures], [2, 40]);
  const all = Array.from({ length: 10 }, (_, i) => ccap.warm({ ...style, width: 100 + i }));
  await Promise.all([...all, ...all.map(() => ccap.warm(style))]);
  assert.deepEqual([ccap.stats().caches, ccap.stats().pictures], [12, 240]);

  // It makes room for itself, and ends even when there is none, or when others push it out.
  ccap.configure({ maxCaches: 2 });
  await Promise.all(Array.from({ length: 8 }, (_, i) => ccap.warm({ ...style, width: 200 + i })));
  assert.equal(ccap.stats().caches, 2);
  const { misses: before } = ccap.stats();
  await ccap.warm({ ...style, width: 300 });
  ccap({ ...style, width: 300 }).get();
  assert.equal(ccap.stats().misses, before);
  ccap.configure({ maxBytes: 0 });
  await ccap.warm(style);
  assert.equal(ccap.stats().pictures, 0);
  ccap.configure({ maxBytes: 2 ** 25 });

  // While refilling is stopped too.
  ccap().clearTimeout();
  await ccap.warm(style);
  const texts = new Set(Array.from({ length: 500 }, () => ccap(style).get()[0]));
  assert.equal(texts.size, 20);
  ccap().setTimeout();

  // What is never cached leaves nothing to do.
  const { refills: drawn } = ccap.stats();
  ccap.configure({ maxIdle: 1 });
  await ccap.warm({ ...style, width: 400, generate: () => 'AB' });
  assert.ok(ccap.stats().caches <= 2 && drawn <= ccap.stats().refills);
  assertRangeError(
    await rejectionOf(ccap.warm({ width: 5 })),
    'The value of "width" is out of range. It must be >= 32 && <= 1024. Received 5',
  );
  assertTypeError(
    await rejectionOf(ccap.warm(5)),
    'The "options" argument must be of type Object. Received type number (5)',
  );
  done();
}

main();
