// A user's tests, which must end when they are through.
const assert = require('node:assert/strict');
const { test } = require('node:test');
const ccap = require('../..');

test('a picture', async () => {
  assert.equal(ccap().get().length, 2);
  assert.equal((await ccap({ format: 'png' }).getAsync()).length, 2);
});
