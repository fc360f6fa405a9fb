'use strict';

const { getSystemErrorMap } = require('node:util');

/** The command was not given as it has to be. Ends the process with 2. */
class UsageError extends Error {}

/** It was, but could not be carried out. Ends the process with 1. */
class Failure extends Error {}

/** What the system said, without the call and the path that Node wraps it in. */
function describe(error) {
  return getSystemErrorMap().get(error.errno)?.[1] ?? error.message;
}

module.exports = { Failure, UsageError, describe };
