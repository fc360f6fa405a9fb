'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { createChallenges, memoryStore } = require('ccap-rs/challenge');
const { folded, seen } = require('../../challenge/answers.js');
const { stubCaptcha } = require('./helpers.js');

/** What a picture says, what counts as the same, and what does not. Escaped where it could not be told apart. */
const TABLE = [
  ['plain letters', 'AbC12z', ['abc12z', 'ABC12Z'], ['abc12', 'abc12zz', 'abd12z', 'аbс12z']],
  [
    'full width, as input methods type it',
    'AbC12z',
    ['ＡｂＣ１２ｚ', 'ａｂｃ１２ｚ', 'ＡＢＣ12z'],
    ['ＡＢＣ１２'],
  ],
  [
    'digits of other scripts',
    '1209',
    ['١٢٠٩', '۱۲۰۹', '१२०९', '１２０９', '𞥑𞥒𞥐𞥙'],
    ['١٢٠٨', '۱۲۰', '९०२१'],
  ],
  ['full width in the picture', 'ＫＰ', ['kp', 'KP', 'ｋｐ'], ['k p p']],
  [
    'blanks around and within',
    '3 + 4 = ?',
    ['3+4=?', ' 3 + 4 =  ?', '3\u3000+\u00a04=？'],
    ['3 4 = ?'],
  ],
  [
    'no width',
    'AB',
    ['A\u200bB', '\ufeffab', 'a\u200db', 'a\u00adb', '\u200ea\u202cb\u2060'],
    ['a-b'],
  ],
  ['composed and decomposed', 'Été', ['été', 'ÉTÉ', 'E\u0301te\u0301', 'e\u0301TE\u0301'], ['ete']],
  ['no capital of one piece', 'J\u030c', ['\u01f0', 'j\u030c', '\u01f0 '], ['j', '\u01f1']],
  ['the same the other way', '\u01f0', ['J\u030c', 'j\u030c', 'J\u200b\u030c'], ['J']],
  ['final sigma', 'ΟΔΟΣ', ['οδος', 'οδοσ', 'ΟΔΟς', 'Οδοσ'], ['οδο', 'οδοο']],
  ['sigma before a blank', 'ΟΣ Α', ['ος α', 'οσα', 'ΟΣΑ', 'οςα'], ['οα']],
  ['iota below', 'ᾳ', ['ΑΙ', 'αι', 'ᾼ'], ['α']],
  ['iota with two accents', '\u0390', ['\u1fd3', 'Ι\u0308\u0301', '\u03b9\u0308\u0301'], ['ι']],
  ['dotless i', 'ISTANBUL', ['ıstanbul', 'istanbul', 'Istanbul'], ['stanbul']],
  ['dotted capital I', 'İ', ['İ', 'i\u0307', 'I\u0307'], ['i', 'I', 'ı']],
  ['sharp s', 'Straße', ['STRASSE', 'strasse', 'STRAẞE'], ['strase']],
  ['long s, Kelvin, Ångström', 'ſKÅ', ['sk\u00e5', 'SKÅ', 'ska\u030a'], ['ska']],
  ['ligatures', 'ﬁne', ['fine', 'FINE'], ['fne']],
  ['Cyrillic', 'Жук', ['жук', 'ЖУК'], ['xyk']],
  ['Armenian', 'և', ['ԵՒ', 'եւ'], ['ե']],
  ['Georgian capitals', 'ᲐᲑᲒ', ['აბგ'], ['აბ']],
  ['Cherokee', 'Ꭰ', ['ꭰ'], ['Ꭱ']],
  ['Hangul in parts', '한글', ['\u1112\u1161\u11ab\u1100\u1173\u11af'], ['한']],
  ['half-width katakana', 'ガギ', ['ｶﾞｷﾞ', 'カ\u3099キ\u3099'], ['カキ']],
  ['Chinese', '验证码', ['验 证 码', '验证码'], ['驗證碼', '验证']],
  ['Chinese of compatibility', '\uf91d', ['欄'], ['蘭']],
  ['Arabic forms', 'سلام', ['\ufeb3\ufefc\ufee1'], ['سلم']],
  ['Devanagari', 'क़', ['\u0915\u093c'], ['क']],
  ['Thai', 'กำ', ['ก\u0e4d\u0e32'], ['กา']],
  ['signs of a sum', '3 × 4 − 1', ['3×4−1'], ['3 x 4 - 1', '3*4-1']],
  ['digits in circles and above', '①2³', ['123'], ['12']],
  ['an emoji', '👍🏽', ['👍🏽'], ['👍', '👍🏿']],
  ['half of a pair', '\ud800', ['\ud800'], ['a']],
];

for (const [what, text, same, others] of TABLE) {
  test(`the same answer, or another: ${what}`, async () => {
    // Both ways of keeping answers compare alike, with a secret and without.
    for (const options of [
      {},
      { store: memoryStore() },
      { store: memoryStore(), secret: 'x'.repeat(16) },
    ]) {
      const { issue, verify } = createChallenges({ captcha: stubCaptcha(text), ...options });
      for (const answer of [text, ...same]) {
        const shown = JSON.stringify([text, answer]);
        assert.equal(await verify((await issue()).id, answer), true, shown);
      }
      for (const answer of others) {
        const shown = JSON.stringify([text, answer]);
        assert.equal(await verify((await issue()).id, answer), false, shown);
      }
    }
  });
}

test('with caseSensitive only the case counts', async () => {
  const captcha = stubCaptcha('AbC');
  const { issue, verify } = createChallenges({ captcha, caseSensitive: true });
  for (const [answer, isRight] of [
    ['AbC', true],
    ['Ａｂ\u3000Ｃ\u200b', true],
    ['abc', false],
    ['ABC', false],
  ]) {
    assert.equal(await verify((await issue()).id, answer), isRight, answer);
  }
});

test('folding is stable for every letter there is, whichever of its writings comes', () => {
  const forms = ['NFC', 'NFD', 'NFKC', 'NFKD'];
  const wrong = [];
  for (let code = 0; code <= 0x10ffff; code++) {
    if (code >= 0xd800 && code <= 0xdfff) {
      continue;
    }
    const letter = String.fromCodePoint(code);
    const written = [
      letter.toLowerCase(),
      letter.toUpperCase(),
      ...forms.map((form) => letter.normalize(form)),
    ];
    const once = folded(letter);
    // Most have one writing alone, which takes no folding.
    if (written.every((other) => other === letter) && (once === letter || once === '')) {
      continue;
    }
    const others = [once, ...written];
    if (others.some((other) => folded(other) !== once) || seen(seen(letter)) !== seen(letter)) {
      wrong.push(code.toString(16));
    }
  }
  assert.deepEqual(wrong, []);
});

test('folding is stable for letters of two cases or several parts, before an accent and another letter', () => {
  const wrong = [];
  for (let code = 0; code <= 0xffff; code++) {
    const letter = String.fromCodePoint(code);
    const hasCase = letter.toLowerCase() !== letter.toUpperCase();
    const hasParts = letter.normalize('NFKD') !== letter && !/\p{Script=Hangul}/u.test(letter);
    if (!hasCase && !hasParts) {
      continue;
    }
    for (const after of ['\u030c', '\u0301', '\u0307', '\u0345', '\u0323\u0302', 'σ', ' ς']) {
      const text = letter + after;
      const once = folded(text);
      // In parts: the capitals of what is composed may have its accents in another order.
      const parts = text.normalize('NFD');
      const others = [once, text.toLowerCase(), parts, parts.toLowerCase(), parts.toUpperCase()];
      if (others.some((other) => folded(other) !== once)) {
        wrong.push(`${code.toString(16)} ${JSON.stringify(after)}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
});
