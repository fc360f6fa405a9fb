'use strict';

// How every part of the package reads an option, and refuses one.

const { invalidType, isArray, outOfRange, quoted, withCode } = require('./errors.js');

/**
 * The options as given, or none, each read once. Unlike a picture's, which ccap's users rely upon, unknown ones are errors: a
 * mistyped `secret` would otherwise go unnoticed. Only an object's own keys are options: what somebody put into
 * `Object.prototype` is not.
 */
function readOptions(given, known) {
  const options = Object.create(null);
  if (given === undefined) {
    return options;
  }
  if (!isRecord(given)) {
    throw invalidType('The "options" argument', 'of type Object', given);
  }
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) {
      const message = `The option ${quoted(name)} is unknown. It must be one of ${list(known)}`;
      throw withCode(new TypeError(message), 'ERR_INVALID_ARG_VALUE');
    }
    options[name] = given[name];
  }
  return options;
}

function isRecord(value) {
  return typeof value === 'object' && value !== null && !isArray(value);
}

/** As in ccap: numeric strings count as numbers, fractions are cut off. */
function toInteger(name, value) {
  if (!isNumeric(value)) {
    throw invalidType(`The "${name}" option`, 'of type number', value);
  }
  return Math.trunc(Number(value));
}

function isNumeric(value) {
  return (
    typeof value === 'number' ||
    (typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value)))
  );
}

/** As in ccap, but for 0, which is not the default. */
function readInteger(options, name, byDefault, least, most) {
  const value = options[name];
  if (value === undefined) {
    return byDefault;
  }
  const number = toInteger(name, value);
  // Written so that NaN fails.
  if (!(number >= least && number <= most)) {
    throw outOfRange(name, `>= ${least} && <= ${most}`, number);
  }
  return number;
}

function readString(options, name, byDefault, pattern, allowed) {
  const { [name]: value = byDefault } = options;
  if (typeof value !== 'string') {
    throw invalidType(`The "${name}" option`, 'of type string', value);
  }
  if (!pattern.test(value)) {
    throw outOfRange(name, allowed, value);
  }
  return value;
}

/** One that texts are said in. */
function readLanguage(options) {
  return readString(options, 'lang', 'en', /^(?:en|zh)$/, "one of 'en', 'zh'");
}

function readBoolean(options, name, byDefault) {
  const { [name]: value = byDefault } = options;
  if (typeof value !== 'boolean') {
    throw invalidType(`The "${name}" option`, 'of type boolean', value);
  }
  return value;
}

/** One that may be left out, and is undefined then. */
function readFunction(options, name, byDefault) {
  const { [name]: value = byDefault } = options;
  if (value !== undefined && typeof value !== 'function') {
    throw invalidType(`The "${name}" option`, 'of type function', value);
  }
  return value;
}

/** Names that were warned of, so that each is once. With more of them it is quiet. */
const warned = new Set();
const MAX_WARNED = 100;

/**
 * Warns of an option that is none and is spelt much like one. A picture's unknown options have to be ignored, as ccap's users rely
 * on that; but `fontSize` is not meant to be.
 */
function warnOfMisspelt(given, known) {
  for (const name of Object.keys(given)) {
    if (known.has(name) || warned.has(name) || warned.size >= MAX_WARNED) {
      continue;
    }
    const meant = [...known].find((one) => isMuchLike(name, one));
    if (meant !== undefined) {
      warned.add(name);
      process.emitWarning(
        `The option ${quoted(name)} is unknown and ignored. Did you mean "${meant}"?`,
        { type: 'CcapWarning', code: 'CCAP_OPTION' },
      );
    }
  }
}

/** Whether two names differ in capitals and signs alone, or by one slip: a letter more, less, other, or two that changed places. */
function isMuchLike(name, other) {
  const plain = name.toLowerCase().replace(/[^a-z]/g, '');
  if (plain === other || Math.abs(plain.length - other.length) > 1 || other.length < 5) {
    return plain === other;
  }
  let start = 0;
  while (start < plain.length && plain[start] === other[start]) {
    start += 1;
  }
  const [rest, wanted] = [plain.slice(start), other.slice(start)];
  const isSwapped = rest[0] === wanted[1] && rest[1] === wanted[0];
  return (
    rest.slice(1) === wanted.slice(1) ||
    rest.slice(1) === wanted ||
    rest === wanted.slice(1) ||
    (isSwapped && rest.slice(2) === wanted.slice(2))
  );
}

function list(names) {
  return names.map((name) => `"${name}"`).join(', ');
}

module.exports = {
  isNumeric,
  isRecord,
  readBoolean,
  readFunction,
  readInteger,
  readLanguage,
  readOptions,
  readString,
  toInteger,
  warnOfMisspelt,
};
