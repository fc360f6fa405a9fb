'use strict';

const { writeFileSync } = require('node:fs');
const { Failure, describe } = require('./errors.js');

/** Writes a file, or to stdout where its name is `-`. */
function write(output, bytes) {
  if (output === '-') {
    process.stdout.write(bytes);
    return;
  }
  try {
    writeFileSync(output, bytes);
  } catch (error) {
    throw new Failure(`cannot write ${output}: ${describe(error)}`);
  }
}

module.exports = { write };
