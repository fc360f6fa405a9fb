'use strict';

/**
 * The options as given, or none. Unlike ccap's own, unknown ones are errors: a mistyped `secret` would otherwise leave
 * the answers in the clear without anybody noticing.
 */
function readOptions(given, known) {
  if (given === undefined) {
    return {};
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
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

/** As in ccap: numeric strings count as numbers, fractions are cut off. Unlike there, 0 is not the default. */
function readInteger(options, name, byDefault, least, most) {
  const value = options[name];
  if (value === undefined) {
    return byDefault;
  }
  if (!isNumeric(value)) {
    throw invalidType(`The "${name}" option`, 'of type number', value);
  }
  const number = Math.trunc(Number(value));
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

function isNumeric(value) {
  return (
    typeof value === 'number' ||
    (typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value)))
  );
}

function invalidType(what, expected, received) {
  const message = `${what} must be ${expected}. Received ${describe(received)}`;
  return withCode(new TypeError(message), 'ERR_INVALID_ARG_TYPE');
}

function outOfRange(name, allowed, received) {
  const shown = typeof received === 'string' ? quoted(received) : String(received);
  const message = `The value of "${name}" is out of range. It must be ${allowed}. Received ${shown}`;
  return withCode(new RangeError(message), 'ERR_OUT_OF_RANGE');
}

function withCode(error, code) {
  error.code = code;
  return error;
}

/** What came, as Node's own messages put it, and short whatever it is. Never runs code of the value's. */
function describe(value) {
  switch (typeof value) {
    case 'undefined':
      return 'undefined';
    case 'function':
      return 'a function';
    case 'object':
      return value === null ? 'null' : 'an object';
    case 'string':
      return `type string (${quoted(value)})`;
    default:
      return `type ${typeof value} (${shortened(String(value))})`;
  }
}

function quoted(text) {
  return JSON.stringify(shortened(text));
}

function shortened(text) {
  return text.length > 16 ? `${text.slice(0, 16)}...` : text;
}

function list(names) {
  return names.map((name) => `"${name}"`).join(', ');
}

module.exports = { invalidType, outOfRange, readInteger, readOptions, readString, withCode };
