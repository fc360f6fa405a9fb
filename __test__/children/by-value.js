// A cache is found by the value of the options, however they are written.
const assert = require('node:assert/strict');
const ccap = require('../..');
const { done } = require('../helpers.js');

function caches() {
  return ccap.stats().caches;
}

assert.equal(caches(), 0);
ccap();
new ccap({ width: 99 });
assert.equal(caches(), 0, 'an instance alone makes no cache');

class Own extends ccap {}
const same = [
  ccap(),
  new ccap(),
  ccap(null),
  ccap({}),
  ccap(256, 60, 40),
  ccap('256', '60', '40'),
  ccap({ width: 256, height: 60, offset: 40, quality: 50, fontsize: 57, length: 6 }),
  ccap({ length: '6', fontsize: ' 57 ', quality: 50.9, offset: '4e1', height: '60', width: 256.5 }),
  ccap({ format: 'jpeg', charset: '23CDFHJKLMTVX' }),
  ccap({ charset: 'XVTMLKJHFDC3322', format: 'jpeg' }),
  ccap({ width: 0, height: null, offset: '', charset: '', format: false, unknown: 1 }),
  ccap({ generate: null, level: 'normal', color: null, background: '' }),
  new Own(),
];
for (const captcha of same) {
  captcha.get();
  assert.equal(caches(), 1);
}

const different = [
  { width: 255 },
  { height: 61 },
  { offset: 41 },
  { quality: 51 },
  { fontsize: 58 },
  { length: 5 },
  { charset: '23456789' },
  { format: 'png' },
  { level: 'hard' },
  { color: '#000' },
  { background: '#fff' },
  { color: 'random' },
  { theme: 'dark' },
  { theme: 'dark', color: '#fff' },
];
for (const [i, options] of different.entries()) {
  ccap(options).get();
  assert.equal(caches(), 2 + i, JSON.stringify(options));
  ccap({ ...options }).get();
  assert.equal(caches(), 2 + i, JSON.stringify(options));
}

// Only a jpeg has a quality.
const others = ['png', 'webp', 'gif', 'bmp', 'svg'].map((format) => ({ format, quality: 51 }));
for (const options of others) {
  ccap({ format: options.format }).get();
  const before = caches();
  ccap(options).get();
  assert.equal(caches(), before, JSON.stringify(options));
}
assert.equal(caches(), 1 + different.length + 4);

for (const options of [{ color: '#000000' }, { background: '#FFF' }, { background: '#FFffFF' }]) {
  ccap(options).get();
  assert.equal(caches(), 1 + different.length + 4, JSON.stringify(options));
}

// The options of texts are nothing to sums, nor those of sums to texts; and the same operators are, however they are written.
const before = caches();
for (const options of [
  { kind: 'math' },
  { kind: 'math', length: 3, charset: 'AB', operators: '-+', min: 1, max: 20, terms: 2 },
  { kind: 'math', operators: '−+−' },
]) {
  ccap(options).get();
  assert.equal(caches(), before + 1, JSON.stringify(options));
}
for (const options of [
  { kind: 'text' },
  { operators: '×', min: 5, max: 9, terms: 3 },
  { min: 30 },
]) {
  ccap(options).get();
  assert.equal(caches(), before + 1, JSON.stringify(options));
}
for (const [i, options] of [{ operators: '+' }, { min: 2 }, { max: 21 }, { terms: 3 }].entries()) {
  ccap({ kind: 'math', ...options }).get();
  assert.equal(caches(), before + 2 + i, JSON.stringify(options));
}

// What is asked of one cache comes from no other.
for (let i = 0; i < 200; i++) {
  assert.equal(ccap({ length: 5 }).get()[0].length, 5);
  assert.equal(ccap().get()[0].length, 6);
  assert.match(ccap({ charset: '23456789' }).get()[0], /^[2-9]{6}$/);
}
done();
