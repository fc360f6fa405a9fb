// The bounds of the caches, and what they do.
const assert = require('node:assert/strict');
const ccap = require('../..');
const {
  assertRangeError,
  assertTypeError,
  done,
  hash,
  pause,
  thrownBy,
  until,
} = require('../helpers.js');

const DEFAULTS = { cacheSize: 20, maxCaches: 64, maxBytes: 33_554_432, maxIdle: 600 };
const LIMITS = {
  cacheSize: [1, 1024],
  maxCaches: [1, 1024],
  maxBytes: [0, 1_073_741_824],
  maxIdle: [1, 86_400],
};

function options(i) {
  return { width: 64 + i, height: 24, format: 'png' };
}

function checkArguments() {
  assert.deepEqual(ccap.configure({}), DEFAULTS);
  assert.throws(() => ccap.configure({ cacheSize: 5, maxBytez: 1 }), {
    name: 'TypeError',
    code: 'ERR_INVALID_ARG_VALUE',
    message:
      'The option "maxBytez" is unknown. It must be one of "cacheSize", "maxCaches", "maxBytes", "maxIdle"',
  });
  assert.deepEqual(ccap.configure({}), DEFAULTS, 'an error changes nothing');
  // What is inherited is no bound.
  assert.deepEqual(ccap.configure(Object.create({ cacheSize: 5 })), DEFAULTS);
  for (const [name, [low, high]] of Object.entries(LIMITS)) {
    for (const good of [low, high, `${high}`, ` ${high} `, high + 0.5, low + 0.5]) {
      const bounds = ccap.configure({ [name]: good });
      assert.deepEqual(bounds, { ...DEFAULTS, [name]: Math.trunc(good) });
      assert.deepEqual(ccap.configure({}), bounds);
    }
    assert.deepEqual(ccap.configure({ [name]: undefined }).maxIdle, ccap.configure({}).maxIdle);
    ccap.configure(DEFAULTS);
    const [most, least] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const value of [low - 1, high + 1, -5, Number.NaN, `${high + 1}`, most, least, 1e21]) {
      assertRangeError(
        thrownBy(() => ccap.configure({ [name]: value })),
        `The value of "${name}" is out of range. ` +
          `It must be >= ${low} && <= ${high}. Received ${value}`,
      );
    }
    const wrong = [
      [null, 'null'],
      ['', 'type string ("")'],
      [' ', 'type string (" ")'],
      ['ten', 'type string ("ten")'],
      [true, 'type boolean (true)'],
      [false, 'type boolean (false)'],
      [5n, 'type bigint (5)'],
      [Symbol('5'), 'type symbol (Symbol(5))'],
      [{}, 'an object'],
      [[5], 'an array'],
      [() => 5, 'a function'],
    ];
    for (const [value, received] of wrong) {
      assertTypeError(
        thrownBy(() => ccap.configure({ [name]: value })),
        `The "${name}" option must be of type number. Received ${received}`,
      );
    }
    assert.deepEqual(ccap.configure({}), DEFAULTS, 'an error changes nothing');
    // Nor do the good ones beside a bad one.
    const good = Object.fromEntries(Object.keys(LIMITS).map((other) => [other, 5]));
    assert.throws(() => ccap.configure({ ...good, [name]: -1 }), RangeError);
    assert.throws(() => ccap.configure({ ...good, [name]: [] }), TypeError);
    assert.deepEqual(ccap.configure({}), DEFAULTS, 'an error changes nothing');
  }
  const wrong = [
    [undefined, 'undefined'],
    [null, 'null'],
    [5, 'type number (5)'],
    ['x', 'type string ("x")'],
    [[], 'an array'],
    [() => {}, 'a function'],
  ];
  for (const [value, received] of wrong) {
    assertTypeError(
      thrownBy(() => ccap.configure(value)),
      `The "options" argument must be of type Object. Received ${received}`,
    );
  }
  const all = { cacheSize: 5, maxCaches: 6, maxBytes: 7, maxIdle: 8 };
  assert.deepEqual(ccap.configure(Object.freeze(all)), all);
  assert.deepEqual(ccap.configure({ maxBytes: 9 }), { ...all, maxBytes: 9 });
  const bounds = ccap.configure({});
  bounds.maxIdle = 1;
  assert.deepEqual(ccap.configure({}), { ...all, maxBytes: 9 });
  assert.deepEqual(ccap.configure(DEFAULTS), DEFAULTS);
}

async function checkCacheSize() {
  const captcha = ccap(options(0));
  captcha.get();
  await until(() => ccap.stats().pictures === 20);
  ccap.configure({ cacheSize: 5 });
  assert.equal(ccap.stats().pictures, 5);
  ccap.configure({ cacheSize: 6 });
  await until(() => ccap.stats().pictures === 6);
  ccap.configure({ cacheSize: 50 });
  await until(() => ccap.stats().pictures === 50);
  // Full is full: the thread draws no more than that, and nothing before a quarter is gone.
  const { refills } = ccap.stats();
  for (let i = 0; i < 12; i++) {
    captcha.get();
  }
  await pause();
  assert.deepEqual([ccap.stats().pictures, ccap.stats().refills], [38, refills]);
  captcha.get();
  await until(() => ccap.stats().pictures === 50);
  assert.equal(ccap.stats().refills, refills + 13);

  // A bound for pictures holds while refilling is stopped, too.
  captcha.clearTimeout();
  ccap.configure({ cacheSize: 3 });
  assert.equal(ccap.stats().pictures, 3);
  const seen = new Set(Array.from({ length: 300 }, () => hash(captcha.get()[1])));
  assert.equal(seen.size, 3);
  // What is drawn then is kept, to the new bound.
  ccap.configure({ cacheSize: 20 });
  captcha.get();
  assert.equal(ccap.stats().pictures, 4);
  for (let i = 0; i < 30; i++) {
    captcha.get();
  }
  assert.equal(ccap.stats().pictures, 20);
  captcha.setTimeout();
  await until(() => ccap.stats().pictures === 20);
}

async function checkMaxCaches() {
  ccap.configure({ maxCaches: 1 });
  ccap.configure({ maxCaches: 3 });
  const captchas = [0, 1, 2, 3].map((i) => ccap(options(i)));
  const [a, b, c, d] = captchas;
  for (const captcha of [a, b, c]) {
    captcha.get();
  }
  await until(() => ccap.stats().pictures === 60);
  assert.equal(ccap.stats().caches, 3);
  const { evictions } = ccap.stats();
  // The order of the last use is now b, c, a; so d takes the place of b, once it has been asked for twice more.
  a.get();
  d.get();
  d.get();
  assert.equal(ccap.stats().evictions, evictions);
  d.get();
  assert.equal(ccap.stats().caches, 3);
  assert.equal(ccap.stats().evictions, evictions + 1);
  await until(() => ccap.stats().pictures > 45);
  for (const [captcha, kept] of [
    [a, true],
    [c, true],
    [d, true],
    [b, false],
  ]) {
    const { hits, misses } = ccap.stats();
    captcha.get();
    const now = ccap.stats();
    assert.deepEqual([now.hits - hits, now.misses - misses], kept ? [1, 0] : [0, 1]);
  }
  assert.equal(ccap.stats().evictions, evictions + 1);

  ccap.configure({ maxCaches: 1 });
  assert.equal(ccap.stats().caches, 1);
  assert.equal(ccap.stats().evictions, evictions + 3);
  // The one that is left is the one used last.
  const { hits } = ccap.stats();
  d.get();
  assert.equal(ccap.stats().hits, hits + 1);
  assert.equal(ccap.stats().evictions, evictions + 3);
  ccap.configure(DEFAULTS);
}

async function checkMaxBytes() {
  ccap.configure({ maxBytes: 0 });
  assert.deepEqual([ccap.stats().bytes, ccap.stats().pictures], [0, 0]);
  ccap.configure({ maxBytes: 100_000 });
  let most = 0;
  for (let i = 0; i < 6000; i++) {
    ccap(options(i % 30)).get();
    const { bytes, pictures } = ccap.stats();
    assert.ok(bytes <= 100_000, `${bytes} bytes in ${pictures} pictures`);
    most = Math.max(most, bytes);
    if (i % 100 === 99) {
      await until(() => ccap.stats().bytes > 70_000);
    }
  }
  assert.ok(most > 90_000, `${most} bytes at most`);
  // A smaller bound holds at once.
  ccap.configure({ maxBytes: 20_000 });
  assert.ok(ccap.stats().bytes <= 20_000);
  // One that is too small for a picture leaves drawing on the spot.
  ccap.configure({ maxBytes: 10 });
  assert.equal(ccap.stats().bytes, 0);
  const seen = new Set();
  for (let i = 0; i < 500; i++) {
    seen.add(hash(ccap(options(0)).get()[1]));
    assert.equal(ccap.stats().bytes, 0);
  }
  assert.equal(seen.size, 500);
  ccap.configure(DEFAULTS);
  ccap(options(0)).get();
  // The thread may have filled it before that one was taken.
  await until(() => ccap.stats().pictures >= 19);
}

/** A bound that is lowered gives the memory back, and not to the allocator alone. */
async function checkMemory() {
  const rss = () => process.memoryUsage.rss() / 2 ** 20;
  ccap.configure({ cacheSize: 1024, maxBytes: 2 ** 28 });
  // Both draw on several threads.
  const styles = [...'0123456789abcdef'].map((digit) => ({ quality: 90, color: `#00${digit}` }));
  await Promise.all(styles.map((style) => ccap.warm(style)));
  const { bytes } = ccap.stats();
  assert.ok(bytes > 80 * 2 ** 20, `${bytes} bytes`);
  const full = rss();
  ccap.configure(DEFAULTS);
  const after = rss();
  assert.ok(full - after > 0.7 * (bytes / 2 ** 20), `${full} MiB, ${after} MiB afterwards`);
}

const checks = { checkMemory, checkArguments, checkCacheSize, checkMaxCaches, checkMaxBytes };
Promise.resolve(checks[process.argv[2]]()).then(done);
