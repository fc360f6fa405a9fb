// The system starts no other thread. The library that is loaded before makes it so.
const assert = require('node:assert/strict');
const { setTimeout: sleep } = require('node:timers/promises');

const ccap = require('../..');
const { assertResult, done } = require('../helpers.js');

async function main() {
  process.env.CCAP_TEST_NO_THREAD = '1';
  const texts = new Set();
  for (let i = 0; i < 100; i += 1) {
    const result = ccap().get();
    assertResult(result);
    texts.add(result[0]);
  }
  assert.equal(texts.size, 100);
  await sleep(50);
  const { misses, refills, panics, running } = ccap.stats();
  assert.deepEqual(
    { misses, refills, panics, running },
    { misses: 100, refills: 0, panics: 0, running: true },
  );
  delete process.env.CCAP_TEST_NO_THREAD;
  // It is asked again after a second.
  for (let tries = 0; tries < 100 && ccap.stats().refills === 0; tries += 1) {
    await sleep(50);
    ccap().get();
  }
  assert.ok(ccap.stats().refills > 0);
  done();
}

main();
