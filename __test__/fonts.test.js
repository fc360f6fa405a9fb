const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const test = require('node:test');
const { pathToFileURL } = require('node:url');
const { Worker } = require('node:worker_threads');

const ccap = require('..');
const {
  assertRangeError,
  assertTypeError,
  decode,
  rejectionOf,
  thrownBy,
} = require('./helpers.js');

const FILE = path.join(__dirname, '../tests/fonts/postscript.otf');
const FONT = fs.readFileSync(FILE);
/** A font without Cyrillic letters. */
const OTHER = path.join(__dirname, '../fonts/signika-bold.ttf');
/** Its A has an outline and no ink, which shows when it is drawn. */
const HAIR = path.join(__dirname, '../tests/fonts/hair.ttf');
const CYRILLIC = { font: 'own', charset: 'éж', length: 4, format: 'png' };

/** Loads the font under a name of the test's own, and unloads it at its end. */
function loaded(t, name = 'own', font = FONT) {
  ccap.loadFont(name, font);
  t.after(() => ccap.unloadFont(name));
}

/** A value as messages have it. */
function described(value) {
  if (typeof value === 'number') {
    return `type number (${value})`;
  }
  const kind = Array.isArray(value) ? 'an array' : 'an object';
  return value && typeof value === 'object' ? kind : String(value);
}

function refused(call, ...what) {
  assertRefusal(thrownBy(call), ...what);
}

function assertRefusal(error, name, allowed, received) {
  assertRangeError(
    error,
    `The value of "${name}" is out of range. It must be ${allowed}. Received ${received}`,
  );
}

test('a loaded font draws its letters, wherever pictures are drawn', async (t) => {
  loaded(t);
  const captcha = ccap(CYRILLIC);
  assert.equal(captcha.font, 'own');
  for (const [text, image] of [captcha.get(), await captcha.getAsync(), ccap(CYRILLIC).get()]) {
    assert.match(text, /^[éж]{4}$/);
    assert.equal((await decode(image)).format, 'png');
  }
  const generate = () => 'Жé'.toLowerCase();
  assert.equal(ccap({ font: ['own', 'nunito-black'], generate }).get()[0], 'жé');
  // Composed or not, it is the same letter; what is typed is as it was made.
  assert.equal(ccap({ font: 'own', generate: () => 'He\u0301' }).get()[0], 'He\u0301');
  assert.ok(ccap.render('жé', { font: 'own' }).length > 1000);
  await ccap.warm(CYRILLIC);
  assert.ok(ccap.stats().pictures >= 20);
});

test('a buffer, a typed array, a path or a URL is a font', (t) => {
  for (const [i, font] of [FONT, new Uint8Array(FONT), FILE, pathToFileURL(FILE)].entries()) {
    loaded(t, `form-${i}`, font);
    assert.deepEqual(
      ccap.fonts().find(({ name }) => name === `form-${i}`),
      { name: `form-${i}`, bytes: FONT.length, embedded: false },
    );
  }
  const embedded = ccap.fonts().filter(({ embedded }) => embedded);
  assert.equal(embedded.length, 8);
  for (const { name } of embedded) {
    const text = name === 'noto-sans-sc-bold' ? '山水' : 'AB12';
    assert.ok(ccap.render(text, { font: name }).length > 1000, name);
  }
});

test('letters that the fonts lack are named', (t) => {
  loaded(t);
  const allowed = 'letters that the fonts can draw';
  refused(() => ccap({ font: 'own', charset: 'AéQ' }), 'charset', allowed, "some with 'Q'");
  refused(() => ccap({ font: 'noto-sans-sc-bold' }), 'charset', allowed, "some with '2'");
  refused(
    () => ccap({ font: 'own', kind: 'math' }),
    'font',
    'fonts that can draw sums',
    "some without '+'",
  );
  refused(
    () => ccap.render('éQ', { font: 'own' }),
    'text',
    '1 to 16 letters that the fonts can draw',
    '"éQ" with \'Q\'',
  );
  // Texts of one's own need no charset.
  assert.equal(ccap({ font: 'noto-sans-sc-bold', generate: () => '山水' }).get()[0], '山水');
  assert.ok(ccap.render('山水', { font: 'noto-sans-sc-bold' }));
});

test('an unloaded font is gone, with its caches and no others', async (t) => {
  ccap.loadFont('short', FONT);
  const style = { ...CYRILLIC, font: 'short' };
  const captcha = ccap(style);
  captcha.get();
  const { caches } = ccap.stats();
  assert.equal(ccap.unloadFont('short'), true);
  assert.equal(ccap.unloadFont('short'), false);
  assert.equal(ccap.unloadFont('nunito-black'), false);
  assert.equal(ccap.stats().caches, caches - 1);
  const unknown = ['font', 'the name of an embedded font or of one that was loaded', '"short"'];
  for (const call of [() => ccap(style), () => captcha.get(), () => ccap.render('é', style)]) {
    refused(call, ...unknown);
  }
  for (const promise of [captcha.getAsync(), ccap.warm(style)]) {
    assertRefusal(await rejectionOf(promise), ...unknown);
  }
  loaded(t, 'short');
  assert.match(captcha.get()[0], /^[éж]{4}$/);
});

test('a promise is rejected with what a call throws', async (t) => {
  loaded(t, 'changing');
  const captcha = ccap({ ...CYRILLIC, font: 'changing' });
  const random = { font: 'noto-sans-sc-bold' };
  refused(() => ccap(random), 'charset', 'letters that the fonts can draw', "some with '2'");
  assert.deepEqual(
    await rejectionOf(ccap.warm(random)),
    thrownBy(() => ccap(random)),
  );
  // Another font under the name, which lacks what the instance was made for.
  ccap.unloadFont('changing');
  ccap.loadFont('changing', OTHER);
  for (const call of [
    () => captcha.getAsync(),
    () => ccap.warm({ ...CYRILLIC, font: 'changing' }),
  ]) {
    const rejected = await rejectionOf(call());
    assert.ok(rejected instanceof RangeError, rejected.stack);
    assert.equal(rejected.message, thrownBy(() => captcha.get()).message);
    assert.equal(rejected.code, 'ERR_OUT_OF_RANGE');
  }
});

test('what fails on another thread is rejected as what fails on this one is thrown', async (t) => {
  loaded(t, 'hair', HAIR);
  for (const options of [{ charset: 'A' }, { generate: () => 'A' }]) {
    const captcha = ccap({ font: 'hair', ...options });
    const what = ['text', 'letters that the fonts can draw', "one with 'A'"];
    assertRefusal(await rejectionOf(captcha.getAsync()), ...what);
    refused(() => captcha.get(), ...what);
  }
});

test('workers share what is loaded', async (t) => {
  loaded(t);
  const code = `
    const ccap = require(${JSON.stringify(path.join(__dirname, '..'))});
    ccap.loadFont('own', ${JSON.stringify(FILE)});
    require('node:worker_threads').parentPort.postMessage(ccap(${JSON.stringify(CYRILLIC)}).get()[0]);
  `;
  const worker = new Worker(code, { eval: true });
  const text = await new Promise((resolve, reject) => {
    worker.once('message', resolve).once('error', reject);
  });
  assert.match(text, /^[éж]{4}$/);
});

test('bad fonts and names are refused, and nothing is loaded', (t) => {
  loaded(t);
  const before = ccap.fonts();
  for (const name of [1, null, undefined, {}, ['a']]) {
    assertTypeError(
      thrownBy(() => ccap.loadFont(name, FONT)),
      `The "name" argument must be of type string. Received ${described(name)}`,
    );
    assertTypeError(
      thrownBy(() => ccap.unloadFont(name)),
      `The "name" argument must be of type string. Received ${described(name)}`,
    );
  }
  for (const font of [1, null, undefined, {}, [], new ArrayBuffer(8), new Uint16Array(8)]) {
    assertTypeError(
      thrownBy(() => ccap.loadFont('bad', font)),
      `The "font" argument must be a Buffer, a Uint8Array, a path or a file URL. Received ${described(font)}`,
    );
  }
  const names = "1 to 64 letters A to Z, a to z, digits, '-', '_' and '.'";
  for (const name of ['', 'a b', 'a,b', 'a\nb', 'é', 'x'.repeat(65)]) {
    const shown = name.length > 16 ? `"${'x'.repeat(16)}"...` : JSON.stringify(name);
    refused(() => ccap.loadFont(name, FONT), 'name', names, shown);
  }
  refused(
    () => ccap.loadFont('own', fs.readFileSync(__filename)),
    'name',
    'one that no other font has',
    '"own"',
  );
  refused(
    () => ccap.loadFont('nunito-black', FONT),
    'name',
    'one that no other font has',
    '"nunito-black"',
  );
  const kind = 'a TrueType or OpenType font (.ttf, .otf) of one face';
  for (const font of [
    Buffer.alloc(0),
    Buffer.alloc(100),
    FONT.subarray(0, 100),
    Buffer.from('wOF2'),
  ]) {
    refused(
      () => ccap.loadFont('bad', font),
      'font',
      kind,
      `${font.length} bytes of something else`,
    );
  }
  const large = 'a file of at most 33554432 bytes';
  refused(() => ccap.loadFont('bad', Buffer.alloc(2 ** 25 + 1)), 'font', large, '33554433');
  assert.throws(() => ccap.loadFont('bad', '/no/such/font.ttf'), { code: 'ENOENT' });
  assert.throws(() => ccap.loadFont('bad', 'a\0b'), { code: 'ERR_INVALID_ARG_VALUE' });
  refused(() => ccap.loadFont('bad', os.tmpdir()), 'font', large, JSON.stringify(os.tmpdir()));
  const sparse = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'ccap-')), 'large.ttf');
  t.after(() => fs.rmSync(path.dirname(sparse), { recursive: true }));
  fs.writeFileSync(sparse, '');
  fs.truncateSync(sparse, 2 ** 25 + 1);
  refused(() => ccap.loadFont('bad', sparse), 'font', large, '33554433');
  assert.deepEqual(ccap.fonts(), before);
});

test('there are 64 fonts at most', (t) => {
  const count = ccap.fonts().filter(({ embedded }) => !embedded).length;
  for (let i = count; i < 64; i += 1) {
    loaded(t, `many-${i}`);
  }
  refused(
    () => ccap.loadFont('many-64', FONT),
    'font',
    'one of 64 loaded fonts at most',
    'one more',
  );
});

test('all fonts together take 64 MiB at most', (t) => {
  // What follows the last table belongs to the file, too.
  const large = Buffer.concat([FONT, Buffer.alloc(2 ** 25 - FONT.length)]);
  loaded(t, 'large-1', large);
  loaded(t, 'large-2', large);
  const allowed = '67108864 bytes at most with all that are loaded';
  refused(() => ccap.loadFont('large-3', FONT), 'font', allowed, String(2 ** 26 + FONT.length));
  // Not in need of room: it is there.
  ccap.loadFont('large-2', large);
});

test('a font is asked for by its name or by 1 to 8 of them', () => {
  const names = ccap.fonts().map(({ name }) => name);
  const captcha = ccap({ font: names });
  assert.deepEqual(captcha.font, names);
  assert.ok(Object.isFrozen(captcha.font));
  assert.equal(ccap({ font: '' }).font, null);
  assertTypeError(
    thrownBy(() => ccap({ font: 1 })),
    'The "font" option must be of type string or an array of strings. Received type number (1)',
  );
  assertTypeError(
    thrownBy(() => ccap({ font: ['nunito-black', 1] })),
    'A name in the "font" option must be of type string. Received type number (1)',
  );
  const count = 'a name or 1 to 8 of them';
  refused(() => ccap({ font: [] }), 'font', count, '0');
  refused(() => ccap({ font: [...names, 'a'] }), 'font', count, '9');
  refused(() => ccap({ font: new Array(1e9) }), 'font', count, '1000000000');
  const known = 'the name of an embedded font or of one that was loaded';
  for (const font of ['arial', 'nunito-black,signika-bold', 'nunito-black\n', ['']]) {
    refused(
      () => ccap({ font }),
      'font',
      known,
      JSON.stringify(String(font)).replace(/(.{17}).*/, '$1..."'),
    );
  }
});
