// Takes 100,000 pictures, from the cache or drawn on the spot, none of which may come twice.
const assert = require('node:assert/strict');
const ccap = require('../..');
const { done, hash } = require('../helpers.js');

const COUNT = 100_000;
const STYLE = { width: 64, height: 24, format: 'png' };
const [source] = process.argv.slice(2);

async function main() {
  if (source === 'inline') {
    // No picture fits, so that each is drawn on the spot.
    ccap.configure({ maxBytes: 0 });
  }
  const captcha = ccap(STYLE);
  const seen = new Set();
  for (let i = 0; i < COUNT; i++) {
    if (source === 'cache' && i % 1000 === 999) {
      await ccap.warm(STYLE);
    }
    seen.add(hash(captcha.get()[1]));
  }
  assert.equal(seen.size, COUNT);
  const { hits, misses } = ccap.stats();
  assert.equal(hits + misses, COUNT);
  if (source === 'inline') {
    assert.equal(hits, 0);
  } else {
    assert.ok(hits >= 19 * (COUNT / 1000) && misses > 0, `${hits} hits, ${misses} misses`);
  }
  done();
}

main();
