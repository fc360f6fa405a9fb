const assert = require('node:assert/strict');
const { test } = require('node:test');
const ccap = require('..');
const {
  DEFAULTS,
  FORMATS,
  LIMITS,
  SHOWN,
  assertRangeError,
  assertResult,
  assertTypeError,
  decode,
  thrownBy,
} = require('./helpers.js');

const NAMES = Object.keys(DEFAULTS);
const NUMBERS = Object.keys(LIMITS);
const STRINGS = ['charset', 'format', 'level', 'color', 'background', 'kind', 'operators', 'theme'];
const FALSY = [undefined, null, 0, Number.NaN, '', false, -0, 0n];

function optionsOf(captcha) {
  return Object.fromEntries(NAMES.map((name) => [name, captcha[name]]));
}

function assertWorks() {
  assertResult(ccap().get());
}

/** Checks the error of a call with one bad option, and that the next call works. */
function assertRefused(kind, options, message) {
  kind(
    thrownBy(() => ccap(options)),
    message,
  );
  kind(
    thrownBy(() => ccap.render('A', options)),
    message,
  );
  assertWorks();
}

function revoked(target) {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

test('every argument form gives a captcha', () => {
  class Own extends ccap {
    get own() {
      return this.width + 1;
    }
  }
  const forms = {
    'ccap()': [ccap(), {}],
    'new ccap()': [new ccap(), {}],
    'ccap(width)': [ccap(128), { width: 128 }],
    'ccap(width, height)': [ccap(128, 30), { width: 128, height: 30 }],
    'ccap(width, height, offset)': [ccap(128, 30, 20), { width: 128, height: 30, offset: 20 }],
    'new ccap(width, height, offset)': [
      new ccap(128, 30, 20),
      { width: 128, height: 30, offset: 20 },
    ],
    strings: [ccap('128', ' 30 ', '2e1'), { width: 128, height: 30, offset: 20 }],
    'height alone': [ccap(undefined, 30), { height: 30 }],
    'offset alone': [ccap(null, 0, 20), { offset: 20 }],
    'ccap({})': [ccap({}), {}],
    'ccap(options)': [ccap({ width: 128, format: 'png' }), { width: 128, format: 'png' }],
    'new ccap(options)': [new ccap({ length: 4 }), { length: 4 }],
    'options win over what follows': [ccap({ width: 128 }, 30, 20), { width: 128 }],
    'ccap(null)': [ccap(null), {}],
    'no prototype': [ccap(Object.assign(Object.create(null), { width: 99 })), { width: 99 }],
    'inherited options': [ccap(Object.create({ width: 99 })), { width: 99 }],
    subclass: [new Own({ width: 128 }), { width: 128 }],
    'subclass with numbers': [new Own(128, 30), { width: 128, height: 30 }],
  };
  for (const [form, [captcha, given]] of Object.entries(forms)) {
    assert.deepEqual(optionsOf(captcha), { ...DEFAULTS, ...given }, form);
    assert.ok(captcha instanceof ccap, form);
    assertResult(captcha.get(), captcha.length);
  }
  const own = new Own(128);
  assert.ok(own instanceof Own);
  assert.equal(own.own, 129);
  assert.equal(own.constructor, Own);
  assert.equal(ccap().constructor, ccap);
  assert.notEqual(ccap(), ccap());
});

test('the size that is asked for is the size that is drawn, in either form', async () => {
  for (const captcha of [ccap(200, 50), ccap({ width: '200', height: 50.9 })]) {
    const { width, height } = await decode(captcha.get()[1]);
    assert.deepEqual([width, height], [200, 50]);
  }
});

test('falsy positional arguments and options mean the default', () => {
  for (const value of FALSY) {
    assert.deepEqual(optionsOf(ccap(value, value, value)), DEFAULTS, String(value));
    for (const name of NAMES) {
      assert.deepEqual(optionsOf(ccap({ [name]: value })), DEFAULTS, `${name}: ${value}`);
    }
  }
});

test('unknown keys are ignored', () => {
  const options = { text: 'X', size: Symbol('5'), widht: -5, [Symbol('width')]: 99, 0: {} };
  assert.deepEqual(optionsOf(ccap(options)), DEFAULTS);
  assert.deepEqual(optionsOf(ccap(new Date())), DEFAULTS);
  assert.deepEqual(optionsOf(ccap(new Map([['width', 99]]))), DEFAULTS);
});

test('what is much like an option is warned of, once, and what is not much like one is not', async () => {
  const warnings = [];
  const listen = (warning) => warnings.push(warning);
  // Those of other tests are told by then.
  await new Promise(setImmediate);
  process.on('warning', listen);
  try {
    const misspelt = {
      fontSize: 'fontsize',
      font_size: 'fontsize',
      WIDTH: 'width',
      heigth: 'height',
      charsets: 'charset',
      qualty: 'quality',
      colour: 'color',
      generater: 'generate',
    };
    for (const name of [...Object.keys(misspelt), 'size', 'text', 'noise', 'len', '', 'colours']) {
      for (let i = 0; i < 3; i++) {
        assert.deepEqual(optionsOf(ccap({ [name]: 99 })), DEFAULTS);
        ccap.render('A', { [name]: 99 });
      }
    }
    await new Promise(setImmediate);
    assert.deepEqual(
      warnings.map(({ message }) => message),
      Object.entries(misspelt).map(
        ([name, meant]) => `The option "${name}" is unknown and ignored. Did you mean "${meant}"?`,
      ),
    );
    for (const { name, code } of warnings) {
      assert.deepEqual([name, code], ['CcapWarning', 'CCAP_OPTION']);
    }
  } finally {
    process.off('warning', listen);
  }
});

test('jpg is the format jpeg', () => {
  assert.equal(ccap({ format: 'jpg' }).format, 'jpeg');
  assert.equal(ccap.render('A', { format: 'jpg' }).toString('hex', 0, 3), 'ffd8ff');
});

test('what is in Object.prototype is no option', (t) => {
  t.after(() => {
    delete Object.prototype.width;
    delete Object.prototype.format;
    delete Object.prototype.generate;
  });
  Object.assign(Object.prototype, { width: 99, format: 'bmp', generate: () => 'A' });
  assert.deepEqual(optionsOf(ccap({})), DEFAULTS);
  assert.deepEqual(optionsOf(ccap()), DEFAULTS);
  // A style of one's own may be inherited from.
  assert.equal(ccap(Object.create({ width: 200 })).width, 200);
  assert.equal(ccap({ width: 300 }).width, 300);
});

test('numeric strings count as numbers, fractions are cut off', () => {
  const values = [
    ['99', 99],
    [' 99 ', 99],
    ['\t99\n', 99],
    ['1e2', 100],
    ['0x40', 64],
    ['99.9', 99],
    ['+99', 99],
    ['099', 99],
    [99.9, 99],
    [99.999999, 99],
  ];
  for (const [given, expected] of values) {
    for (const name of NUMBERS.filter(
      (name) => LIMITS[name][0] <= expected && expected <= LIMITS[name][1],
    )) {
      assert.equal(ccap({ [name]: given })[name], expected, `${name}: ${given}`);
    }
    assert.equal(ccap(given).width, expected, `ccap(${given})`);
  }
  assert.equal(ccap({ length: ' 4.9 ' }).length, 4);
});

test('limits hold to the pixel', () => {
  for (const [name, [low, high]] of Object.entries(LIMITS)) {
    for (const good of [low, high, String(low), String(high), low + 0.9, high + 0.9]) {
      const captcha = ccap({ [name]: good });
      assert.equal(captcha[name], Math.trunc(good), `${name}: ${good}`);
      assertResult(captcha.get(), captcha.length);
    }
    const bad = [
      [high + 1, `${high + 1}`],
      [String(high + 1), `${high + 1}`],
      [String(low - 1), `${low - 1}`],
      [low - 1 || -1, `${low - 1 || -1}`],
      [-low, `-${low}`],
      [0.5, '0'],
      [-0.5, '0'],
      ['0', '0'],
      [2 ** 32 + low, `${2 ** 32 + low}`],
      [2 ** 53, '9007199254740992'],
      [1e21, '1e+21'],
      [Number.MAX_VALUE, '1.7976931348623157e+308'],
      [Number.POSITIVE_INFINITY, 'Infinity'],
      [Number.NEGATIVE_INFINITY, '-Infinity'],
      ['Infinity', 'Infinity'],
      ['9'.repeat(10_000), 'Infinity'],
    ];
    // Where 0 is allowed, what is cut off to it is, too.
    const isAllowed = (received) => low === 0 && Number(received) === 0;
    for (const [value, received] of bad.filter(([, received]) => !isAllowed(received))) {
      assertRefused(
        assertRangeError,
        { [name]: value },
        `The value of "${name}" is out of range. ` +
          `It must be >= ${low} && <= ${high}. Received ${received}`,
      );
    }
  }
});

test('limits hold for positional arguments', () => {
  const outOfRange = (name, low, high, received) =>
    `The value of "${name}" is out of range. It must be >= ${low} && <= ${high}. ` +
    `Received ${received}`;
  assertRangeError(
    thrownBy(() => ccap(1025)),
    outOfRange('width', 32, 1024, 1025),
  );
  assertRangeError(
    thrownBy(() => ccap(-1, 30)),
    outOfRange('width', 32, 1024, -1),
  );
  assertRangeError(
    thrownBy(() => ccap(256, '513')),
    outOfRange('height', 16, 512, 513),
  );
  assertRangeError(
    thrownBy(() => new ccap(256, 60, 1025)),
    outOfRange('offset', 1, 1024, 1025),
  );
  assertWorks();
});

/** Values of a wrong type, and how a message shows them. */
const WRONG = [
  [{}, 'an object'],
  [Object.create(null), 'an object'],
  [[], 'an array'],
  [[128], 'an array'],
  [() => 128, 'a function'],
  [class {}, 'a function'],
  [Symbol('128'), 'type symbol (Symbol(128))'],
  [128n, 'type bigint (128)'],
  [true, 'type boolean (true)'],
  [new Date(128), 'an object'],
  [new Number(128), 'an object'],
  [new Proxy({}, {}), 'an object'],
];

const WRONG_STRINGS = [
  ['  ', 'type string ("  ")'],
  ['\n', 'type string ("\\n")'],
  ['abc', 'type string ("abc")'],
  ['128px', 'type string ("128px")'],
  ['1,024', 'type string ("1,024")'],
  ['NaN', 'type string ("NaN")'],
  ['"', 'type string ("\\"")'],
  ['x'.repeat(10_000), `type string ("${'x'.repeat(SHOWN)}...")`],
];

test('a wrong type for a number is named with what came', () => {
  for (const name of NUMBERS) {
    for (const [value, received] of [...WRONG, ...WRONG_STRINGS]) {
      assertRefused(
        assertTypeError,
        { [name]: value },
        `The "${name}" option must be of type number. Received ${received}`,
      );
    }
  }
});

test('a wrong type for a string or a function is named with what came', () => {
  const isFunction = ([, received]) => received === 'a function';
  for (const name of STRINGS) {
    for (const [value, received] of [...WRONG, [128, 'type number (128)']]) {
      assertRefused(
        assertTypeError,
        { [name]: value },
        `The "${name}" option must be of type string. Received ${received}`,
      );
    }
  }
  const wrong = WRONG.filter((pair) => !isFunction(pair));
  for (const [value, received] of [...wrong, ...WRONG_STRINGS, [1, 'type number (1)']]) {
    assertRefused(
      assertTypeError,
      { generate: value },
      `The "generate" option must be of type function. Received ${received}`,
    );
  }
});

test('a first argument that is neither number nor options is refused', () => {
  const isObject = ([, received]) => received === 'an object';
  for (const [value, received] of [...WRONG.filter((pair) => !isObject(pair)), ...WRONG_STRINGS]) {
    for (const call of [() => ccap(value), () => new ccap(value, 60, 40)]) {
      assertTypeError(
        thrownBy(call),
        `The first argument must be of type number or an options object. Received ${received}`,
      );
    }
    assertWorks();
  }
});

test('a wrong type for height or offset by position is named', () => {
  for (const [value, received] of [...WRONG, ...WRONG_STRINGS]) {
    assertTypeError(
      thrownBy(() => ccap(256, value)),
      `The "height" option must be of type number. Received ${received}`,
    );
    assertTypeError(
      thrownBy(() => ccap(256, 60, value)),
      `The "offset" option must be of type number. Received ${received}`,
    );
  }
  assertWorks();
});

test('an array is no options object, even with options in it', () => {
  assertTypeError(
    thrownBy(() => ccap(Object.assign([], { width: 128 }))),
    'The first argument must be of type number or an options object. Received an array',
  );
});

test('a charset is 1 to 1024 letters that the fonts can draw, or a name', () => {
  const printable = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).join('');
  for (const charset of [
    printable,
    'A',
    'A'.repeat(1024),
    'ABBA',
    'a,b',
    '"\'\\',
    '~!',
    '×山A水',
  ]) {
    const captcha = ccap({ charset, length: 16 });
    assert.equal(captcha.charset, charset);
    const letters = [...captcha.get()[0]];
    assert.equal(letters.length, 16);
    for (const letter of letters) {
      assert.ok(charset.includes(letter), `${letter} is not in ${charset}`);
    }
  }
  for (const [charset, letters] of [
    ['digits', /^\d{16}$/],
    ['letters', /^[CDFHJKLMTVX]{16}$/],
    ['alphanumeric', /^[23CDFHJKLMTVX]{16}$/],
    ['hanzi', /^\p{Script=Han}{16}$/u],
  ]) {
    assert.match(ccap({ charset, length: 16 }).get()[0], letters);
  }
  const refused = (charset, allowed, received) =>
    assertRefused(
      assertRangeError,
      { charset },
      `The value of "charset" is out of range. It must be ${allowed}. Received ${received}`,
    );
  for (const [charset, received] of [
    ['A'.repeat(1025), '1025 letters'],
    ['A'.repeat(10_000_000), '10000000 bytes'],
    ['A B', '"A B" with \' \''],
    [' ', '" " with \' \''],
    ['A\0B', '"A\\0B" with \'\\0\''],
    ['A\tB', '"A\\tB" with \'\\t\''],
    ['A\x7f', '"A\\u{7f}" with \'\\u{7f}\''],
    ['Aש', '"Aש" with "ש"'],
    [`${'A'.repeat(40)}e\u0301\u0302`, `"${'A'.repeat(SHOWN)}"... with "é\\u{302}"`],
  ]) {
    refused(charset, '1 to 1024 letters other than spaces', received);
  }
  for (const [charset, letter] of [
    ['ABÄ', 'Ä'],
    ['Au\u0308', 'ü'],
    ['山龘', '龘'],
    ['A😀', '😀'],
    ['A\ud800B', '\ufffd'],
    [`${'A'.repeat(40)}ß`, 'ß'],
  ]) {
    refused(charset, 'letters that the fonts can draw', `some with '${letter}'`);
  }
});

test('no line break gets into another option', () => {
  for (const name of STRINGS) {
    for (const value of ['\n', 'AB\npng', 'png\n', '\r\n']) {
      assertRefused(
        assertRangeError,
        { [name]: value },
        `The value of "${name}" is out of range. It must be without line breaks. ` +
          `Received ${JSON.stringify(value)}`,
      );
    }
  }
});

test('a format is one of five, spelt as they are', () => {
  for (const format of FORMATS) {
    assert.equal(ccap({ format }).format, format);
  }
  for (const format of [
    'JPEG',
    'Png',
    'JPG',
    'jpe',
    ' png',
    'png,',
    'png,jpeg',
    'tiff',
    'svgz',
    '0',
  ]) {
    assertRefused(
      assertRangeError,
      { format },
      'The value of "format" is out of range. ' +
        `It must be one of 'jpeg', 'png', 'webp', 'gif', 'bmp', 'svg'. Received "${format}"`,
    );
  }
});

test('a level is one of three, spelt as they are', () => {
  for (const level of ['easy', 'normal', 'hard']) {
    const captcha = ccap({ level });
    assert.equal(captcha.level, level);
    assertResult(captcha.get());
  }
  for (const level of ['Hard', 'EASY', ' normal', 'harder', '1']) {
    assertRefused(
      assertRangeError,
      { level },
      'The value of "level" is out of range. ' +
        `It must be one of 'easy', 'normal', 'hard'. Received "${level}"`,
    );
  }
});

test('a color is #rgb, #rrggbb or random', () => {
  for (const name of ['color', 'background']) {
    for (const good of ['#000', '#FFF', '#0a0B0c', '#808080', 'random']) {
      const captcha = ccap({ [name]: good });
      assert.equal(captcha[name], good);
      assertResult(captcha.get());
    }
    const bad = ['red', 'fff', '#ff', '#ffff', '#fffff', '#fffffff', '#ggg', '# ff', '#+ff', '#é1'];
    for (const value of [...bad, ' #fff', '#fff ', 'Random', 'rgb(0,0,0)', 'null']) {
      assertRefused(
        assertRangeError,
        { [name]: value },
        `The value of "${name}" is out of range. ` +
          `It must be ${name === 'color' ? "'#rgb', '#rrggbb' or 'random'" : "'#rgb', '#rrggbb', 'random' or 'transparent'"}. Received "${value}"`,
      );
    }
  }
});

test('two colors need contrast', () => {
  for (const [color, background] of [
    ['#767676', '#fff'],
    ['#000', '#757575'],
    ['#fff', '#000000'],
  ]) {
    assertResult(ccap({ color, background }).get());
  }
  for (const [color, background, contrast] of [
    ['#fff', '#fff', '1'],
    ['#777', '#fff', '4.47'],
    ['#000', '#747474', '4.49'],
  ]) {
    assertRefused(
      assertRangeError,
      { color, background },
      'The value of "color" is out of range. It must be a color with a contrast of ' +
        `at least 4.5:1 to "background". Received a contrast of ${contrast}:1`,
    );
  }
});

test('options are read-only', () => {
  const captcha = ccap({ width: 128 });
  for (const name of NAMES) {
    const before = captcha[name];
    // Where assigning throws in strict code, this is false.
    assert.equal(Reflect.set(captcha, name, 99), false);
    assert.equal(captcha[name], before);
  }
});

test('options are copied: what happens to the object later has no effect', async () => {
  const options = { width: 128, height: 30, format: 'png', charset: 'A', length: 3 };
  const captcha = ccap(options);
  Object.assign(options, { width: 512, height: -1, format: 'svg', charset: 'Z', length: 9 });
  options.generate = () => 'changed';
  const [text, image] = captcha.get();
  assert.equal(text, 'AAA');
  const { format, width, height } = await decode(image);
  assert.deepEqual({ format, width, height }, { format: 'png', width: 128, height: 30 });
  assert.equal(captcha.width, 128);
});

test('frozen options work and stay as they are', () => {
  const options = Object.freeze({ width: 128, charset: 'AB' });
  assertResult(ccap(options).get());
  assertResult(new ccap(options).get());
  assert.deepEqual(options, { width: 128, charset: 'AB' });
});

test('a proxy works, and each option is read once', () => {
  const reads = [];
  const options = new Proxy(
    {},
    {
      get(_target, name) {
        reads.push(name);
        return { width: '128', format: 'png' }[name];
      },
    },
  );
  const captcha = ccap(options);
  assert.deepEqual(optionsOf(captcha), { ...DEFAULTS, width: 128, format: 'png' });
  assertResult(captcha.get());
  const assertReadOnce = () => {
    assert.deepEqual(reads, [...new Set(reads)]);
    for (const name of NAMES) {
      assert.ok(reads.includes(name), name);
    }
  };
  assertReadOnce();
  reads.length = 0;
  ccap.render('A', options);
  assertReadOnce();
});

test('an option that changes from one reading to the next is checked as it was used', async () => {
  let width = 96;
  const captcha = ccap({
    format: 'png',
    get width() {
      width *= 2;
      return width;
    },
  });
  assert.equal(captcha.width, 192);
  assert.equal((await decode(captcha.get()[1])).width, 192);
});

test('what a getter throws reaches the caller unchanged', () => {
  for (const name of NAMES) {
    for (const value of [new Error(name), name, undefined, null, 0, Object.freeze({})]) {
      const options = {
        get [name]() {
          throw value;
        },
      };
      assert.equal(
        thrownBy(() => ccap(options)),
        value,
      );
      assert.equal(
        thrownBy(() => new ccap(options)),
        value,
      );
      assert.equal(
        thrownBy(() => ccap.render('A', options)),
        value,
      );
    }
  }
  for (const name of ['cacheSize', 'maxCaches', 'maxBytes', 'maxIdle']) {
    const error = new Error(name);
    const bounds = {
      get [name]() {
        throw error;
      },
    };
    assert.equal(
      thrownBy(() => ccap.configure(bounds)),
      error,
    );
  }
  assertWorks();
});

test('a getter may use ccap itself', () => {
  const captcha = ccap({
    get width() {
      assertWorks();
      return ccap({ width: 99 }).width;
    },
  });
  assert.equal(captcha.width, 99);
  assertResult(captcha.get());
});

test('no code of a value runs: conversions are not called', () => {
  const spy = () => assert.fail('a conversion was called');
  const value = { valueOf: spy, toString: spy, [Symbol.toPrimitive]: spy, toJSON: spy };
  for (const name of NAMES) {
    assert.equal(thrownBy(() => ccap({ [name]: value })).code, 'ERR_INVALID_ARG_TYPE');
  }
});

test('a revoked proxy in the place of the options is a TypeError', () => {
  for (const call of [
    () => ccap(revoked({})),
    () => ccap(revoked(() => {})),
    () => ccap.render('A', revoked({})),
    () => ccap.configure(revoked({})),
  ]) {
    const error = thrownBy(call);
    assert.ok(error instanceof TypeError, String(error));
    assert.ok(error.message.length < 300);
    assertWorks();
  }
});

test('a revoked proxy as an option is a wrong type like another', () => {
  for (const name of NAMES) {
    const error = thrownBy(() => ccap({ [name]: revoked({}) }));
    assert.ok(error instanceof TypeError, String(error));
    assert.match(error.message, new RegExp(`"${name}"`));
    assert.equal(error.code, 'ERR_INVALID_ARG_TYPE');
    assertWorks();
  }
});

test('messages stay short whatever came', () => {
  const long = [
    'x'.repeat(10_000_000),
    '\0'.repeat(2000),
    '"'.repeat(2000),
    '\ud800'.repeat(1000),
    '😀'.repeat(1000),
    '\u{10ffff}'.repeat(1000),
    '\u{e0001}'.repeat(32),
    '\u{e0001}'.repeat(16),
    10n ** 5000n,
    Symbol('x'.repeat(100_000)),
    Object.assign(() => {}, { toString: () => 'x'.repeat(1000) }),
    new Array(100_000).fill('x'),
    new Error('x'.repeat(100_000)),
    -Number.MAX_VALUE,
    1.2345678901234567e300,
    Number.POSITIVE_INFINITY,
  ];
  const tooLong = [];
  const check = (what, call) => {
    const { code, message } = thrownBy(call);
    assert.match(code, /^ERR_(INVALID_ARG_TYPE|OUT_OF_RANGE)$/, what);
    if (message.length >= 300) {
      tooLong.push(`${what}: ${message.length} characters`);
    }
    assertWorks();
  };
  for (const value of long) {
    const shown = `${typeof value} ${String(value).slice(0, 8)}`;
    for (const name of NAMES) {
      if (name !== 'generate' || typeof value !== 'function') {
        check(`${name} ${shown}`, () => ccap({ [name]: value }));
      }
    }
    for (const name of ['cacheSize', 'maxCaches', 'maxBytes', 'maxIdle']) {
      check(`${name} ${shown}`, () => ccap.configure({ [name]: value }));
    }
    check(`text ${shown}`, () => ccap.render(value));
    check(`generate() ${shown}`, () => ccap({ generate: () => value }).get());
    if (typeof value !== 'object') {
      check(`first argument ${shown}`, () => ccap(value));
    }
  }
  assert.equal(
    tooLong.length,
    0,
    `${tooLong.length} are long:\n${tooLong.slice(0, 20).join('\n')}`,
  );
});

test('render names its second argument when that is wrong', () => {
  for (const value of ['abc', true, [], () => {}, 5n]) {
    const error = thrownBy(() => ccap.render('A', value));
    assert.equal(error.code, 'ERR_INVALID_ARG_TYPE');
    assert.doesNotMatch(error.message, /first argument/);
  }
});

test('methods on another object are refused', async () => {
  const { get, getAsync } = ccap();
  const prototype = Object.getPrototypeOf(ccap());
  const others = [{}, null, undefined, 5, 'x', [], ccap, prototype, Object.create(ccap())];
  const isInvalidThis = (error) => {
    assert.equal(error.constructor, TypeError);
    assert.equal(error.code, 'ERR_INVALID_THIS');
    assert.equal(error.message, 'Value of "this" must be a captcha made by ccap()');
    return true;
  };
  for (const other of others) {
    assert.throws(() => get.call(other), isInvalidThis);
    await assert.rejects(getAsync.call(other), isInvalidThis);
    for (const name of NAMES) {
      const getter = Object.getOwnPropertyDescriptor(prototype, name).get;
      assert.throws(() => getter.call(other), isInvalidThis);
    }
  }
  assertWorks();
});

test('the timer methods and static functions need no this', () => {
  const { timerIsRunning, clearTimeout, setTimeout } = ccap();
  assert.equal(timerIsRunning(), 1);
  assert.equal(clearTimeout(), true);
  assert.equal(timerIsRunning(), 0);
  assert.equal(setTimeout(), undefined);
  assert.equal(timerIsRunning(), 1);
  const { render, stats, configure } = ccap;
  assert.ok(Buffer.isBuffer(render('A')));
  assert.equal(stats().running, true);
  assert.equal(typeof configure({}).cacheSize, 'number');
});

test('what was checked before is remembered, what was refused is not, however many there are', () => {
  for (let i = 0; i < 2500; i++) {
    const color = `#${i.toString(16).padStart(6, '0')}`;
    assert.equal(ccap({ color }).color, color);
    assert.equal(ccap({ color: `#${(i % 100).toString(16).padStart(6, '0')}` }).width, 256);
    assert.throws(() => ccap({ color, background: '#000' }), RangeError);
    assert.throws(() => ccap({ color, background: '#000' }), RangeError);
  }
});
