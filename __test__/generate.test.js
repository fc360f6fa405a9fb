const assert = require('node:assert/strict');
const { test } = require('node:test');
const ccap = require('..');
const {
  SHOWN,
  assertRangeError,
  assertResult,
  assertTypeError,
  decode,
  hash,
  rejectionOf,
  thrownBy,
} = require('./helpers.js');

const SMALL = { width: 64, height: 24, format: 'png' };

/** What get() throws and what getAsync() is rejected with, which must be of one kind. */
async function errorsOf(captcha) {
  return [thrownBy(() => captcha.get()), await rejectionOf(captcha.getAsync())];
}

function assertWorks() {
  assertResult(ccap(SMALL).get());
}

test('generate is called with the captcha as this, once for each picture', async () => {
  const seen = [];
  const captcha = ccap({
    ...SMALL,
    length: 3,
    generate(...args) {
      seen.push([this, this.width, this.length, this.format, args.length]);
      return 'AB';
    },
  });
  assert.equal(seen.length, 0);
  captcha.get();
  assert.equal(seen.length, 1);
  const pending = captcha.getAsync();
  await pending;
  assert.equal(seen.length, 2);
  new ccap({ ...SMALL, generate: captcha.generate }).get();
  assert.equal(seen.length, 3);
  for (const [self, ...rest] of seen.slice(0, 2)) {
    assert.equal(self, captcha);
    assert.deepEqual(rest, [64, 3, 'png', 0]);
  }
  assert.notEqual(seen[2][0], captcha);
});

test('an instance of a subclass is its own this', () => {
  class Own extends ccap {
    word = 'own';
  }
  const captcha = new Own({
    ...SMALL,
    generate() {
      return this.word;
    },
  });
  assert.equal(captcha.get()[0], 'own');
});

test('generate can be read back, and is null without one', () => {
  const generate = () => 'AB';
  assert.equal(ccap({ generate }).generate, generate);
  assert.equal(ccap().generate, null);
});

test('the text comes back as it was made, and its picture with it', async () => {
  const texts = [
    'a',
    'abc',
    'ABC',
    'aBcDeFgHiJkLmNoP',
    '1 + 2 = ?',
    ' x ',
    '3×4',
    '8÷2−1',
    '"\\\'',
  ];
  for (const text of texts) {
    const captcha = ccap({ ...SMALL, generate: () => text });
    for (const [got, image] of [captcha.get(), await captcha.getAsync()]) {
      assert.equal(got, text);
      const { format, width, height } = await decode(image);
      assert.deepEqual({ format, width, height }, SMALL);
    }
    const images = [captcha.get(), captcha.get(), await captcha.getAsync()].map(([, i]) => hash(i));
    assert.equal(new Set(images).size, 3);
  }
});

test('length and charset do not limit what generate returns', () => {
  const generate = () => 'abc-123';
  assert.equal(ccap({ ...SMALL, length: 1, charset: 'Z', generate }).get()[0], 'abc-123');
});

test('what generate throws reaches the caller unchanged', async () => {
  class Own extends Error {}
  const values = [
    new Error('mine'),
    new Own('mine'),
    Object.freeze(new RangeError('mine')),
    'a string',
    '',
    5,
    0,
    null,
    undefined,
    Symbol('mine'),
    { code: 'MINE' },
    [new Error('mine')],
  ];
  for (const value of values) {
    const captcha = ccap({
      ...SMALL,
      generate() {
        throw value;
      },
    });
    const [thrown, rejection] = await errorsOf(captcha);
    assert.equal(thrown, value);
    assert.equal(rejection, value);
    assertWorks();
  }
});

test('getAsync() never throws at once', async () => {
  const captcha = ccap({
    ...SMALL,
    generate() {
      throw new Error('mine');
    },
  });
  const promise = captcha.getAsync();
  assert.ok(promise instanceof Promise);
  await assert.rejects(promise, { message: 'mine' });
});

test('what is no string is a TypeError', async () => {
  const values = [
    [undefined, 'undefined'],
    [null, 'null'],
    [123456, 'type number (123456)'],
    [Number.NaN, 'type number (NaN)'],
    [false, 'type boolean (false)'],
    [12n, 'type bigint (12)'],
    [Symbol('AB'), 'type symbol (Symbol(AB))'],
    [Promise.resolve('AB'), 'an object'],
    [{ toString: () => 'AB' }, 'an object'],
    [new String('AB'), 'an object'],
    [['AB'], 'an array'],
    [() => 'AB', 'a function'],
  ];
  for (const [value, received] of values) {
    for (const error of await errorsOf(ccap({ ...SMALL, generate: () => value }))) {
      assertTypeError(
        error,
        `The value returned by "generate" must be of type string. Received ${received}`,
      );
    }
    assertWorks();
  }
  for (const error of await errorsOf(ccap({ ...SMALL, generate: async () => 'AB' }))) {
    assert.equal(error.code, 'ERR_INVALID_ARG_TYPE');
  }
});

test('a text that cannot be drawn is a RangeError that names the letter', async () => {
  const texts = [
    ['', '""'],
    [' ', '" "'],
    ['   ', '"   "'],
    ['A'.repeat(17), `"${'A'.repeat(SHOWN)}"... (17 letters)`],
    [' '.repeat(17), `"${' '.repeat(SHOWN)}"... (17 letters)`],
    ['x'.repeat(10_000_000), `"${'x'.repeat(SHOWN)}"... (10000000 letters)`],
    ['Ä', '"Ä" with \'Ä\''],
    ['ABÄCÖ', '"ABÄCÖ" with \'Ä\''],
    ['😀', '"😀" with \'😀\''],
    ['A\ud83d', '"A\ufffd" with \'\ufffd\''],
    ['A\nB', '"A\\nB" with \'\\n\''],
    ['A\0', '"A\\0" with \'\\0\''],
    ['\u00a0', '"\\u{a0}" with \'\\u{a0}\''],
  ];
  for (const [text, received] of texts) {
    for (const error of await errorsOf(ccap({ ...SMALL, generate: () => text }))) {
      assertRangeError(
        error,
        'The value of "text" is out of range. ' +
          `It must be 1 to 16 letters that the fonts can draw. Received ${received}`,
      );
    }
    assertWorks();
  }
});

test('pictures of a given text are never cached', async () => {
  ccap(SMALL).get();
  const { caches } = ccap.stats();
  for (let i = 0; i < 50; i++) {
    const captcha = ccap({ width: 100 + i, height: 40, format: 'png', generate: () => `t${i}` });
    assert.equal(captcha.get()[0], `t${i}`);
    assert.equal((await captcha.getAsync())[0], `t${i}`);
    ccap.render(`t${i}`, { width: 100 + i });
  }
  assert.equal(ccap.stats().caches, caches);
});

test('generate draws anew even while refilling is stopped', async () => {
  const captcha = ccap({ ...SMALL, generate: () => 'AB' });
  captcha.clearTimeout();
  try {
    const images = [captcha.get(), captcha.get(), await captcha.getAsync()];
    assert.equal(new Set(images.map(([, image]) => hash(image))).size, 3);
  } finally {
    captcha.setTimeout();
  }
});

test('generate may take pictures of another captcha', async () => {
  const inner = ccap({ ...SMALL, length: 4 });
  const innermost = ccap({ ...SMALL, generate: () => inner.get()[0] });
  const outer = ccap({ ...SMALL, generate: () => innermost.get()[0] });
  for (const [text, image] of [outer.get(), await outer.getAsync()]) {
    assert.match(text, /^[23CDFHJKLMTVX]{4}$/);
    assert.equal((await decode(image)).width, 64);
  }
});

test('generate may take pictures of its own captcha', async () => {
  for (const take of ['get', 'getAsync']) {
    let depth = 0;
    const captcha = ccap({
      ...SMALL,
      generate() {
        depth++;
        return depth < 50 ? `${this.get()[0]}` : `deep${depth}`;
      },
    });
    assert.equal((await captcha[take]())[0], 'deep50');
    assert.equal(depth, 50);
  }
});

test('generate may ask for a promise and go on', async () => {
  const others = [];
  const captcha = ccap({
    ...SMALL,
    generate() {
      others.push(ccap(SMALL).getAsync());
      return 'AB';
    },
  });
  assert.equal(captcha.get()[0], 'AB');
  assert.equal((await captcha.getAsync())[0], 'AB');
  for (const result of await Promise.all(others)) {
    assertResult(result);
  }
});

test('endless recursion in generate is the RangeError that it is anywhere', async () => {
  const captcha = ccap({
    ...SMALL,
    generate() {
      return this.get()[0];
    },
  });
  for (const error of await errorsOf(captcha)) {
    assert.ok(error instanceof RangeError);
    assert.match(error.message, /call stack/i);
  }
  assertWorks();
});

test('generate may use every process-wide function', async () => {
  const before = ccap.configure({});
  const captcha = ccap({
    ...SMALL,
    generate() {
      ccap.configure({ cacheSize: 3, maxCaches: 1, maxBytes: 0 });
      this.clearTimeout();
      ccap(SMALL).get();
      ccap.stats();
      this.setTimeout();
      ccap.configure(before);
      ccap.render('x', { generate: () => 'y' });
      return 'AB';
    },
  });
  assert.equal(captcha.get()[0], 'AB');
  assert.equal((await captcha.getAsync())[0], 'AB');
  assert.deepEqual(ccap.configure({}), before);
  assert.equal(captcha.timerIsRunning(), 1);
  assertWorks();
});

test('generate that throws after doing so leaves all working', async () => {
  const before = ccap.configure({});
  const error = new Error('mine');
  const captcha = ccap({
    ...SMALL,
    generate() {
      ccap.configure({ cacheSize: 7 });
      assert.throws(() => ccap.configure({ cacheSize: -1 }), RangeError);
      ccap(SMALL).get();
      throw error;
    },
  });
  assert.deepEqual(await errorsOf(captcha), [error, error]);
  assert.deepEqual(ccap.configure({}), { ...before, cacheSize: 7 });
  ccap.configure(before);
  assertWorks();
  assertResult(await ccap(SMALL).getAsync());
  assert.equal(ccap.stats().panics, 0);
});

test('a thousand promises of generated texts keep to their texts', async () => {
  let count = 0;
  const captcha = ccap({ ...SMALL, generate: () => `n${count++}` });
  const results = await Promise.all(Array.from({ length: 1000 }, () => captcha.getAsync()));
  assert.deepEqual(
    results.map(([text]) => text),
    Array.from({ length: 1000 }, (_, i) => `n${i}`),
  );
  assert.equal(new Set(results.map(([, image]) => hash(image))).size, 1000);
});
