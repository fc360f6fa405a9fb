'use strict';

const ccap = require('../index.js');
const { UsageError } = require('./errors.js');
const { checked, readArgs } = require('./flags.js');
const { write } = require('./output.js');

const help = `Usage: ccap-rs speak TEXT -o FILE [options]

Says TEXT, 1 to 16 letters A to Z, digits, spaces and signs of arithmetic, as a WAV file.

Options:
  -o, --output FILE  where to; - is stdout
  --lang LANG        en or zh: the language of the digits and signs (en)
  --no-background    nobody murmurs behind the letters
  -h, --help         show this

Example:
  ccap-rs speak K7WRX2 --lang zh -o captcha.wav
`;

async function run(args) {
  const { values, positionals } = readArgs(args, {
    output: { type: 'string', short: 'o' },
    lang: { type: 'string' },
    'no-background': { type: 'boolean' },
  });
  if (positionals.length !== 1) {
    throw new UsageError(
      positionals.length === 0
        ? 'TEXT is missing'
        : `one TEXT is said, but there are ${positionals.length}: put quotes around it`,
    );
  }
  const { output, lang } = values;
  if (output === undefined) {
    throw new UsageError('-o FILE is missing; -o - is stdout');
  }
  const options = { background: !values['no-background'], ...(lang && { lang }) };
  write(
    output,
    checked(() => ccap.speak(positionals[0], options)),
  );
}

module.exports = { help, run };
