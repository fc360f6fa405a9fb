// A failure inside of the core: the system has no random numbers. The library that is loaded before makes it so.
const assert = require('node:assert/strict');
const ccap = require('../..');
const { done, rejectionOf, thrownBy } = require('../helpers.js');

function assertInternal(error) {
  assert.equal(Object.getPrototypeOf(error), Error.prototype);
  assert.equal(error.code, 'ERR_INTERNAL_ASSERTION');
  assert.match(error.message, /^ccap failed to draw: the system has no random numbers/);
  assert.ok(Object.keys(error).every((key) => key === 'code'));
}

async function main() {
  ccap().clearTimeout();
  ccap().get();
  process.env.CCAP_TEST_NO_RANDOM = '1';
  assertInternal(thrownBy(() => ccap().get()));
  assertInternal(thrownBy(() => ccap.render('AB')));
  assertInternal(await rejectionOf(ccap().getAsync()));
  assertInternal(await rejectionOf(ccap({ generate: () => 'AB' }).getAsync()));
  assertInternal(await rejectionOf(ccap.warm()));
  assert.equal(ccap.stats().panics, 0);
  delete process.env.CCAP_TEST_NO_RANDOM;
  assert.equal((await ccap().getAsync())[0].length, 6);
  done();
}

main();
