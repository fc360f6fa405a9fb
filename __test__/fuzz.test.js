// Any value for any option or argument: a picture that decodes, or an error with one of the codes. Never a crash, and nothing that
// takes long.

const assert = require('node:assert/strict');
const test = require('node:test');
const fc = require('fast-check');

const ccap = require('..');
const { createChallenges } = require('../challenge');
const { DEFAULTS, FORMATS, LIMITS, decode } = require('./helpers.js');

const RUNS = 400;
/** In ms, the longest that a call may keep the event loop. */
const LONG = 50;
/** How often it may do so all the same: what else the machine does comes now and then, what a call does each time. */
const TRIES = 5;
/** In ms, until a promise is settled. */
const HANG = 10_000;
const CODES = ['ERR_INVALID_ARG_TYPE', 'ERR_OUT_OF_RANGE'];
const OPTION_CODES = [...CODES, 'ERR_INVALID_ARG_VALUE'];

const anything = fc.anything({
  maxDepth: 2,
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
  stringUnit: 'binary',
});

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.stringMatching(/^[ -~×÷−]{1,16}$/),
);

/** Nearly always what is allowed: options come many together. */
const mostly = (arbitrary) =>
  fc.oneof({ weight: 12, arbitrary }, { weight: 1, arbitrary: anything });
const oneOf = (...values) => mostly(fc.constantFrom(...values));

/** Mostly what is allowed, or next to it. */
const number = (name) => {
  const [least, most] = LIMITS[name];
  return mostly(
    fc.oneof(
      { weight: 20, arbitrary: fc.integer({ min: least, max: most }) },
      fc.constantFrom(least - 1, most + 1, String(most), -0, Number.NaN, Number.POSITIVE_INFINITY),
    ),
  );
};

const color = oneOf('random', '#fff', '#1d3557', '', 'transparent', '#12345');

const OPTIONS = {
  ...Object.fromEntries(Object.keys(LIMITS).map((name) => [name, number(name)])),
  // Large ones take their time.
  width: mostly(fc.integer({ min: 32, max: 300 })),
  height: mostly(fc.integer({ min: 16, max: 120 })),
  frames: mostly(fc.integer({ min: 1, max: 4 })),
  charset: mostly(fc.oneof(text, fc.constantFrom('digits', 'hanzi', 'AB山'))),
  format: oneOf(...FORMATS, 'jpg'),
  level: oneOf('easy', 'normal', 'hard'),
  color,
  background: color,
  kind: oneOf('text', 'math'),
  operators: oneOf('+', '÷', '+-×÷', '*/'),
  theme: oneOf('light', 'dark'),
  font: fc.oneof(fc.constantFrom('nunito-black', ['noto-sans-sc-bold', 'signika-bold']), anything),
  generate: fc.oneof(
    fc.func(fc.stringMatching(/^[A-Z0-9]{1,16}$/)),
    mostly(fc.func(text)),
    fc.func(anything),
  ),
};

/** A few of them at a time. */
const options = fc
  .subarray(Object.keys(OPTIONS), { maxLength: 5 })
  .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, OPTIONS[name]]))));

/** Runs a call; gives what it gave, or undefined for an error of a kind that it may throw. */
async function attempt(call, codes) {
  const start = performance.now();
  try {
    return await briefly(call)();
  } catch (error) {
    assert.ok(codes.includes(error?.code), `${error?.stack ?? String(error)}`);
    assert.ok(error.message.length < 500, error.message);
    return undefined;
  } finally {
    assert.ok(performance.now() - start < HANG, 'it took long');
  }
}

/** What a call gave or threw, once it has not taken long. */
function briefly(call) {
  for (let i = 0; i < TRIES; i++) {
    const start = performance.now();
    const outcome = outcomeOf(call);
    if (performance.now() - start <= LONG) {
      return outcome;
    }
  }
  assert.fail(`${call} kept the event loop for over ${LONG} ms, ${TRIES} times`);
}

function outcomeOf(call) {
  try {
    const result = call();
    if (result instanceof Promise) {
      // Nobody waits for it if the call is made again.
      result.catch(() => {});
    }
    return () => result;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

async function assertPicture(image, { format, width, height }) {
  pictures += 1;
  assert.ok(Buffer.isBuffer(image));
  const decoded = await decode(image);
  assert.deepEqual([decoded.format, decoded.width, decoded.height], [format, width, height]);
}

let pictures = 0;

/** @param least How many pictures there are at least among the runs: else hardly anything was tried. */
function property(name, least, ...rest) {
  const check = rest.pop();
  test(name, async () => {
    pictures = 0;
    await fc.assert(fc.asyncProperty(...rest, check), {
      numRuns: RUNS,
      interruptAfterTimeLimit: 60_000,
    });
    assert.ok(pictures >= least, `${pictures} pictures`);
    // Whatever came, the next one gets a picture.
    await assertPicture(ccap().get()[1], DEFAULTS);
    assert.equal(ccap.stats().panics, 0);
  });
}

property('any options, with or without `new`', 100, options, fc.boolean(), async (given, isNew) => {
  const captcha = await attempt(() => (isNew ? new ccap(given) : ccap(given)), CODES);
  const result = captcha && (await attempt(() => captcha.get(), CODES));
  if (result) {
    assert.equal(typeof result[0], 'string');
    await assertPicture(result[1], captcha);
  }
});

property('any arguments', 1, fc.array(anything, { maxLength: 5 }), async (args) => {
  const captcha = await attempt(() => ccap(...args), CODES);
  if (captcha && captcha.width * captcha.height < 50_000) {
    const [letters, image] = await captcha.getAsync();
    // What has a length, such as a typed array, is an object with such an option.
    assert.match(letters, /^[23CDFHJKLMTVX]+$/);
    assert.equal(letters.length, captcha.length);
    await assertPicture(image, captcha);
  }
});

property(
  'any text and options to draw it with',
  20,
  fc.oneof(text, anything),
  options,
  async (given, style) => {
    const image = await attempt(() => ccap.render(given, style), CODES);
    if (image) {
      // What else is in it may be no good for random texts.
      const { format, width, height } = style;
      await assertPicture(image, ccap({ format, width, height }));
    }
  },
);

property(
  'any text to be said',
  0,
  fc.oneof(text, anything),
  fc.oneof(
    anything,
    fc.record({ lang: oneOf('en', 'zh'), background: oneOf(true) }, { requiredKeys: [] }),
  ),
  async (given, how) => {
    const file = await attempt(() => ccap.speak(given, how), OPTION_CODES);
    if (file) {
      assert.equal(file.readUInt32LE(4), file.length - 8);
    }
  },
);

property('any options to warm', 0, options, async (style) => {
  await attempt(() => ccap.warm(style), CODES);
});

property(
  'any bounds',
  0,
  fc.oneof(
    anything,
    fc.record(
      {
        cacheSize: oneOf(20, 1, 1024),
        maxCaches: oneOf(64),
        maxBytes: oneOf(0, 2 ** 25),
        maxIdle: oneOf(600),
      },
      { requiredKeys: [] },
    ),
  ),
  async (bounds) => {
    await attempt(() => ccap.configure(bounds), OPTION_CODES);
    const { cacheSize, maxCaches } = ccap.configure({});
    const { caches, pictures } = ccap.stats();
    assert.ok(caches <= maxCaches && pictures <= caches * cacheSize);
    ccap.configure({ cacheSize: 20, maxCaches: 64, maxBytes: 2 ** 25, maxIdle: 600 });
  },
);

property('any fonts and names', 0, fc.oneof(text, anything), anything, async (name, font) => {
  const before = ccap.fonts();
  const isPath = typeof font === 'string' || font instanceof URL;
  await attempt(() => ccap.loadFont(name, isPath ? undefined : font), CODES);
  assert.equal(
    await attempt(() => ccap.unloadFont(name), CODES),
    typeof name === 'string' ? false : undefined,
  );
  assert.deepEqual(ccap.fonts(), before);
});

const captcha = ccap({ width: 64, height: 24, length: 2 });

property(
  'any options of challenges',
  0,
  fc.oneof(
    anything,
    fc.dictionary(
      fc.constantFrom('ttl', 'secret', 'skew', 'marks', 'store', 'audioPlays', 'timeout'),
      anything,
    ),
  ),
  async (given) => {
    const options = typeof given === 'object' && given !== null ? { captcha, ...given } : given;
    const challenges = await attempt(() => createChallenges(options), OPTION_CODES);
    if (challenges && options.marks === undefined && options.store === undefined) {
      assert.match((await challenges.issue()).id, /^[\w-]{92}$/);
    }
  },
);

const challenges = createChallenges({ captcha });

property(
  'any id, answer and purpose',
  0,
  fc.oneof(text, anything),
  fc.oneof(text, anything),
  anything,
  async (id, answer, about) => {
    const isRight = await attempt(() => challenges.verify(id, answer, about), OPTION_CODES);
    assert.ok(isRight === false || isRight === undefined);
    const sound = await attempt(() => challenges.audio(id, about), OPTION_CODES);
    assert.ok(sound === null || sound === undefined);
    const issued = await attempt(() => challenges.issue(about), OPTION_CODES);
    if (issued) {
      assert.equal(
        await attempt(() => challenges.verify(issued.id, answer, about), OPTION_CODES),
        false,
      );
    }
  },
);
