const assert = require('node:assert/strict');
const test = require('node:test');
const ccap = require('..');

/** A WAV file's samples, -1 to 1, its header checked. */
function decodeWav(file) {
  assert.equal(file.toString('latin1', 0, 4), 'RIFF');
  assert.equal(file.readUInt32LE(4), file.length - 8);
  assert.equal(file.toString('latin1', 8, 16), 'WAVEfmt ');
  assert.equal(file.readUInt32LE(16), 16);
  const [format, channels] = [file.readUInt16LE(20), file.readUInt16LE(22)];
  const [rate, bytesASecond] = [file.readUInt32LE(24), file.readUInt32LE(28)];
  const [bytes, bits] = [file.readUInt16LE(32), file.readUInt16LE(34)];
  assert.deepEqual([format, channels, rate, bytesASecond, bytes, bits], [1, 1, 8000, 16000, 2, 16]);
  assert.equal(file.toString('latin1', 36, 40), 'data');
  assert.equal(file.readUInt32LE(40), file.length - 44);
  return Array.from(
    { length: (file.length - 44) / 2 },
    (_, i) => file.readInt16LE(44 + 2 * i) / 32768,
  );
}

/** How many words are between silences of a sixth of a second. */
function countWords(samples) {
  let [words, last] = [0, -Infinity];
  samples.forEach((sample, i) => {
    if (sample !== 0) {
      words += i - last > 8000 / 6 ? 1 : 0;
      last = i;
    }
  });
  return words;
}

for (const lang of ['en', 'zh']) {
  test(`speak() says every letter, in ${lang}`, () => {
    for (const text of ['ABCDEFGHIJKLM', 'nopqrstuvwxyz', '0123456789', '1+2-3*4/5=6', '1×2÷3−4']) {
      const samples = decodeWav(ccap.speak(text, { lang, background: false }));
      assert.equal(countWords(samples), text.length, text);
      const seconds = samples.length / 8000;
      assert.ok(
        seconds > 0.35 * text.length && seconds < 1.7 * (text.length + 1),
        `${text}: ${seconds} s`,
      );
      const peak = Math.max(...samples.map(Math.abs));
      assert.ok(peak > 0.85 && peak < 0.95, `${text}: ${peak}`);
    }
  });
}

test('a murmur fills the pauses, and can be left out', () => {
  const quiet = (options) => {
    const samples = decodeWav(ccap.speak('K7WRX2', options));
    return samples.filter((sample) => sample === 0).length / samples.length;
  };
  assert.ok(quiet() < 0.1);
  assert.ok(quiet({ background: false }) > 0.25);
});

test('the same text never sounds the same, and spaces are silent', () => {
  assert.notDeepEqual(ccap.speak('K7'), ccap.speak('K7'));
  assert.equal(countWords(decodeWav(ccap.speak('17 + 5 =', { background: false }))), 5);
});

test('speakAsync() says the same, beside the event loop', async () => {
  const file = await ccap.speakAsync('17 + 5 =', { lang: 'zh', background: false });
  assert.equal(countWords(decodeWav(file)), 5);
});

test('the longest text stays within the bytes that are promised', () => {
  for (let i = 0; i < 20; i++) {
    assert.ok(ccap.speak('W'.repeat(16)).length <= 437_228);
  }
});

test('what cannot be said is an error that names it', async () => {
  const out = (message) => ({ name: 'RangeError', code: 'ERR_OUT_OF_RANGE', message });
  const type = (message) => ({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE', message });
  const of = (name) => `The value of "${name}" is out of range. It must be`;
  const letters = 'made of letters A to Z, digits, spaces and the signs + - − * × / ÷ =';
  for (const [args, error] of [
    [[''], out(`${of('text')} 1 to 16 letters. Received ""`)],
    [['  '], out(`${of('text')} 1 to 16 letters. Received "  "`)],
    [['A'.repeat(17)], out(`${of('text')} 1 to 16 letters. Received "${'A'.repeat(16)}"...`)],
    [['A?'], out(`${of('text')} ${letters}. Received "?"`)],
    [['中'], out(`${of('text')} ${letters}. Received "中"`)],
    [['\0'], out(`${of('text')} ${letters}. Received "\\0"`)],
    [['A', { lang: 'fr' }], out(`${of('lang')} one of 'en', 'zh'. Received "fr"`)],
    [
      ['A', { lang: 1 }],
      type('The "lang" option must be of type string. Received type number (1)'),
    ],
    [
      ['A', { background: 1 }],
      type('The "background" option must be of type boolean. Received type number (1)'),
    ],
    [['A', 5], type('The "options" argument must be of type Object. Received type number (5)')],
    [[7], type('The "text" argument must be of type string. Received type number (7)')],
    [[], type('The "text" argument must be of type string. Received undefined')],
  ]) {
    assert.throws(() => ccap.speak(...args), error);
    await assert.rejects(ccap.speakAsync(...args), error);
  }
  assert.throws(() => ccap.speak('A', { language: 'en' }), { code: 'ERR_INVALID_ARG_VALUE' });
  assert.throws(() => ccap.speak('A'.repeat(10_000_000)), { code: 'ERR_OUT_OF_RANGE' });
});
