'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { memoryMarks } = require('ccap-rs/challenge');
const { assertTypeError, thrownBy } = require('../helpers.js');

function startMarks() {
  const clock = { time: 0 };
  return { clock, marks: memoryMarks({ now: () => clock.time }) };
}

test('the first of each is told, and nothing else', () => {
  const { marks } = startMarks();
  assert.equal(marks.open('a', 8192, 1000), true);
  assert.equal(marks.open('b', 8192, 1000), true);
  const order = Array.from({ length: 8192 }, (_, i) => (i * 4099) % 8192);
  for (const index of order) {
    assert.equal(marks.mark('a', index), true);
    assert.equal(marks.mark('a', index), false);
  }
  for (const index of order) {
    assert.equal(marks.mark('a', index), false);
    assert.equal(marks.mark('b', index), true);
  }
});

test('a chunk that was not opened has no pictures, nor has a place that is not in it', () => {
  const { marks } = startMarks();
  assert.equal(marks.mark('a', 0), undefined);
  marks.open('a', 10, 1000);
  assert.equal(marks.mark('a', 9), true);
  for (const index of [10, 8192, 2 ** 48, Number.NaN]) {
    assert.notEqual(marks.mark('a', index), true);
  }
  for (const name of ['b', '__proto__', 'constructor', '']) {
    assert.equal(marks.mark(name, 0), undefined);
  }
});

test('a chunk is opened once: its marks stay', () => {
  const { marks } = startMarks();
  marks.open('a', 8192, 1000);
  marks.mark('a', 5);
  assert.equal(marks.open('a', 8192, 1000), false);
  assert.equal(marks.mark('a', 5), false);
});

test('a chunk ends with its time, and is dropped then', () => {
  const { clock, marks } = startMarks();
  marks.open('a', 8192, 1000);
  clock.time = 500;
  marks.open('b', 8192, 5000);
  assert.equal(marks.mark('a', 0), true);
  clock.time = 999;
  assert.equal(marks.mark('a', 1), true);
  clock.time = 1000;
  assert.equal(marks.mark('a', 2), undefined);
  clock.time = 2000;
  assert.equal(marks.mark('b', 0), true);
  assert.equal(marks.size, 1);
  clock.time = 7000;
  marks.mark('b', 0);
  assert.equal(marks.size, 0);
  assert.equal(marks.bytes, 0);
});

test('a million pictures take a bit each where one of the chunk was tried, and none where not', () => {
  const { clock, marks } = startMarks();
  for (let chunk = 0; chunk < 123; chunk++) {
    marks.open(`chunk ${chunk}`, 8192, 120_000);
  }
  assert.deepEqual([marks.size, marks.bytes], [123, 0]);
  for (let i = 0; i < 1_000_000; i += 10) {
    assert.equal(marks.mark(`chunk ${Math.floor(i / 8192)}`, i % 8192), true);
  }
  assert.deepEqual([marks.size, marks.bytes], [123, 123 * 1024]);
  // For ever: what is over goes.
  for (let chunk = 0; chunk < 100_000; chunk++) {
    clock.time += 2000;
    marks.open(`more ${chunk}`, 8192, 120_000);
    marks.mark(`more ${chunk}`, 0);
    assert.ok(chunk < 60 || marks.size <= 61, `${marks.size}`);
  }
});

test('bad options are refused', () => {
  assertTypeError(
    thrownBy(() => memoryMarks({ now: 5 })),
    'The "now" option must be of type function. Received type number (5)',
  );
  assert.throws(() => memoryMarks({ max: 5 }), { code: 'ERR_INVALID_ARG_VALUE' });
});
