'use strict';

const { invalidType, isArray, outOfRange, quoted, toInteger, withCode } = require('../errors.js');

/**
 * The options as given, or none. Unlike ccap's own, unknown ones are errors: a mistyped `secret` would otherwise leave
 * the answers in the clear without anybody noticing.
 */
function readOptions(given, known) {
  if (given === undefined) {
    return {};
  }
  if (typeof given !== 'object' || given === null || isArray(given)) {
    throw invalidType('The "options" argument', 'of type Object', given);
  }
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) {
      const message = `The option ${quoted(name)} is unknown. It must be one of ${list(known)}`;
      throw withCode(new TypeError(message), 'ERR_INVALID_ARG_VALUE');
    }
  }
  return given;
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

function list(names) {
  return names.map((name) => `"${name}"`).join(', ');
}

module.exports = { readInteger, readOptions, readString };
