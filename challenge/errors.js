'use strict';

// What challenges fail with, other than options that cannot be read.

const { withCode } = require('../errors.js');

/** The message tells nothing of the cause: it may end up in a response. One that is no store's fault stays as it is. */
function storeError(message, cause) {
  return cause?.code === 'ERR_CHALLENGE_TIMEOUT'
    ? cause
    : withCode(new Error(message, { cause }), 'ERR_CHALLENGE_STORE');
}

function timeoutError(what, timeout) {
  const error = new Error(`${what} took longer than ${timeout} ms`);
  return withCode(error, 'ERR_CHALLENGE_TIMEOUT');
}

function busyError(maxPending) {
  const error = new Error(`${maxPending} pictures are being issued. Try again in a moment`);
  return quiet(withCode(error, 'ERR_CHALLENGE_BUSY'));
}

/** Without a stack: it tells of a visitor, and not of a place in the code. */
function quiet(error) {
  Object.defineProperty(error, 'stack', {
    value: `${error.name}: ${error.message}`,
    configurable: true,
    writable: true,
  });
  return error;
}

module.exports = { busyError, quiet, storeError, timeoutError };
