'use strict';

// What every part of the package says of options that it cannot take, with Node's codes and in the words of Node's own
// messages. The core says the same of what it checks.

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

/** As Array.isArray, which throws for a revoked proxy. */
function isArray(value) {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

/** What came, as Node's own messages put it, and short whatever it is. Never runs code of the value's. */
function describe(value) {
  switch (typeof value) {
    case 'undefined':
      return 'undefined';
    case 'function':
      return 'a function';
    case 'object':
      return value === null ? 'null' : isArray(value) ? 'an array' : 'an object';
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

module.exports = { invalidType, isArray, outOfRange, quoted, withCode };
