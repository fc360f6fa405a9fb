'use strict';

const assert = require('node:assert/strict');
const { randomBytes } = require('node:crypto');
const { test } = require('node:test');
const ccap = require('ccap');
const { memoryStore } = require('ccap/challenge');
const koa = require('koa1');
const { RecordingStore } = require('../../../__test__/servers.js');
const { burst, decode, issue, jpegSize, listen } = require('./helpers');

const style = { width: 256, height: 60, offset: 40, quality: 50, fontsize: 57 };

// The service as such services were written: for Koa 1, with an instance in each request.
function createApp(store) {
  const app = koa();
  app.use(function* () {
    const ary = ccap(style).get();
    const pid = randomBytes(16).toString('base64url');
    yield store.set(pid, ary[0], 120_000);
    const img = `data:image/jpeg;base64,${ary[1].toString('base64')}`;
    this.body = { pid, img };
  });
  return app;
}

test('a handler for Koa 1 works as it is', async (t) => {
  const store = new RecordingStore(memoryStore());
  const { url } = await listen(t, createApp(store));
  const { pid, img } = await issue(url);
  assert.match(store.answers.get(pid), /^[0-9A-Z]{6}$/);
  const { type, bytes } = decode(img);
  assert.equal(type, 'image/jpeg');
  assert.deepEqual(jpegSize(bytes), { width: 256, height: 60 });
});

test('500 requests at once to Koa 1', async (t) => {
  const store = new RecordingStore(memoryStore());
  const { url } = await listen(t, createApp(store));
  const answers = await burst(t, `${url}/verification`, 500);
  assert.equal(new Set(answers.map(({ pid }) => pid)).size, 500);
  assert.equal(new Set(answers.map(({ img }) => img)).size, 500);
  assert.equal(store.answers.size, 500);
  for (const { pid, img } of answers) {
    assert.match(store.answers.get(pid), /^[0-9A-Z]{6}$/);
    assert.deepEqual(jpegSize(decode(img).bytes), { width: 256, height: 60 });
  }
});
