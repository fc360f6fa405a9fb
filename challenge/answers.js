'use strict';

// What counts as the same answer, and whether two are.

const crypto = require('node:crypto');

/** UTF-16 code units of an answer: some times what any picture shows. */
const MAX_ANSWER = 256;
/** What most answers are made of, and needs no tables. */
const PLAIN = /^[\x21-\x7e]*$/;
/** Decimal digits of any script. */
const DIGIT = /\p{Nd}/gu;
/** Nobody sees these in a picture, and input methods and copying add them: white space, and what has no width. */
const UNSEEN = /[\p{White_Space}\p{Default_Ignorable_Code_Point}]+/gu;

function isAnswer(value) {
  return typeof value === 'string' && value !== '' && value.length <= MAX_ANSWER;
}

/**
 * An answer as it is compared: in the one writing of its letters (NFKC: full-width letters are the plain ones, and composed
 * letters the same as decomposed ones), without blanks and what has no width; the digits of any script are those of ours, as a
 * keyboard may have no others.
 */
function seen(text) {
  if (PLAIN.test(text)) {
    return text;
  }
  const plain = text.replace(UNSEEN, '').normalize('NFKC').replace(UNSEEN, '');
  return plain.replace(DIGIT, asciiDigit);
}

/** The digits of each script lie in a row, from its zero on. */
function asciiDigit(digit) {
  const code = digit.codePointAt(0);
  let value = 0;
  while (value < 9 && String.fromCodePoint(code - value - 1).search(DIGIT) === 0) {
    value += 1;
  }
  return String(value);
}

/**
 * The same without the difference of capital and small letters. Through both cases, as some letters meet in one of them alone
 * (the dotless i, the sharp s); in parts, as some accents are letters of their own in the other case (the iota below); and then
 * composed, as some letters are composed in one case alone. The two small sigmas are one.
 */
function folded(text) {
  if (PLAIN.test(text)) {
    return text.toLowerCase();
  }
  const parts = seen(text).normalize('NFKD');
  return seen(parts.toLowerCase().toUpperCase().toLowerCase()).replaceAll('ς', 'σ');
}

const one = Buffer.alloc(64);
const other = Buffer.alloc(64);

/**
 * Compares two digests in constant time. Each is 64 hexadecimal digits, so that nothing is left of what was compared before;
 * buffers made anew would be most of the work.
 */
function areEqual(digest, otherDigest) {
  one.write(digest, 'latin1');
  other.write(otherDigest, 'latin1');
  return crypto.timingSafeEqual(one, other);
}

module.exports = { MAX_ANSWER, areEqual, folded, isAnswer, seen };
