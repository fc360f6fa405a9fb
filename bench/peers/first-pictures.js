'use strict';

// Run by fresh-pictures.js, a process a time: `first-pictures.js NAME CALLS` prints the microseconds a picture of the first ones that
// the process draws. Loading is not among them.

const { timeRound } = require('../measure.js');
const contenders = require('./contenders.js');

async function main([name, calls]) {
  const contender = contenders.find((candidate) => candidate.name === name);
  const { micros } = await timeRound(contender, Number(calls));
  console.log(JSON.stringify(micros));
}

main(process.argv.slice(2));
