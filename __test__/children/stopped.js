// While refilling is stopped, the pictures of a full cache are handed out again and again; after it
// is started none of them is.
const assert = require('node:assert/strict');
const ccap = require('../..');
const { decode, done, hash, until } = require('../helpers.js');

async function main() {
  const captcha = ccap({ width: 96, height: 32, format: 'png' });
  const other = ccap({ width: 97, height: 32, format: 'png' });
  const seen = new Map();
  captcha.get();
  assert.equal(captcha.timerIsRunning(), 1);
  await until(() => ccap.stats().pictures === 20);

  assert.equal(captcha.clearTimeout(), true);
  assert.equal(captcha.clearTimeout(), true);
  assert.equal(captcha.timerIsRunning(), 0);
  assert.equal(other.timerIsRunning(), 0);
  assert.equal(ccap.stats().running, false);
  const before = ccap.stats();
  for (let i = 0; i < 1000; i++) {
    const [text, image] = i % 2 === 0 ? captcha.get() : await captcha.getAsync();
    const known = seen.get(hash(image));
    // The text belongs to the picture, whatever was done to an earlier copy.
    assert.ok(known === undefined || known === text);
    seen.set(hash(image), text);
    const { format, width, height } = i < 50 ? await decode(image) : SIZE;
    assert.deepEqual({ format, width, height }, SIZE);
    image.fill(0);
  }
  assert.ok(seen.size >= 10 && seen.size <= 20, `${seen.size} distinct pictures`);
  assert.equal(new Set(seen.values()).size, seen.size);
  const after = ccap.stats();
  assert.equal(after.refills, before.refills);
  assert.equal(after.pictures, 20);
  assert.equal(after.bytes, before.bytes);
  assert.equal(after.hits, before.hits + 1000);
  assert.equal(after.misses, before.misses);

  // A cache that was empty is filled with what is drawn for its callers, and then does the same.
  const drawn = new Map();
  for (let i = 0; i < 10; i++) {
    for (const [text, image] of [other.get(), await other.getAsync()]) {
      drawn.set(hash(image), text);
    }
  }
  assert.equal(drawn.size, 20);
  assert.equal(ccap.stats().misses, before.misses + 20);
  const again = new Set();
  for (let i = 0; i < 500; i++) {
    const [text, image] = i % 2 === 0 ? other.get() : await other.getAsync();
    assert.equal(drawn.get(hash(image)), text);
    again.add(text);
  }
  assert.equal(again.size, 20);
  assert.equal(ccap.stats().misses, before.misses + 20);
  assert.equal(ccap.stats().pictures, 40);
  assert.equal(ccap.stats().refills, before.refills);

  assert.equal(other.setTimeout(), undefined);
  assert.equal(captcha.timerIsRunning(), 1);
  assert.equal(ccap.stats().running, true);
  const later = new Set();
  for (let i = 0; i < 1000; i++) {
    if (i === 500) {
      await until(() => ccap.stats().pictures > 30);
    }
    const image = hash((i % 3 === 0 ? other : captcha).get()[1]);
    assert.ok(!seen.has(image) && !drawn.has(image), 'a picture of the stopped time came again');
    later.add(image);
  }
  assert.equal(later.size, 1000);
  // Starting what runs throws nothing away.
  await ccap.warm(captcha);
  await ccap.warm(other);
  captcha.setTimeout();
  assert.equal(ccap.stats().pictures, 40);
  done();
}

const SIZE = { format: 'png', width: 96, height: 32 };

main();
