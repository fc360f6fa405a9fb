'use strict';

const { extname } = require('node:path');
const ccap = require('../index.js');
const { UsageError } = require('./errors.js');
const { DRAWING_FLAGS, DRAWING_HELP, checked, drawingOptions, readArgs } = require('./flags.js');
const { write } = require('./output.js');

const help = `Usage: ccap-rs draw [TEXT] -o FILE [options]

Draws TEXT, 1 to 16 letters, or without it a random text, which is then printed, or a
random sum, whose answer is: to stdout, or to stderr if the picture goes there.

Options:
  -o, --output FILE  where to; - is stdout
  --format FORMAT    jpeg, png, webp, gif, bmp or svg (as FILE's ending says, else jpeg)
${DRAWING_HELP}  -h, --help         show this

Examples:
  ccap-rs draw -o captcha.png
  ccap-rs draw HELLO --level hard --width 320 --height 90 -o hello.webp
  ccap-rs draw --kind math --operators '+×' --max 9 -o sum.png
  ccap-rs draw -o - --format png > captcha.png
`;

/** What is made by chance of each option that a TEXT leaves nothing to do. */
const RANDOM = {
  length: 'text',
  charset: 'text',
  operators: 'sum',
  min: 'sum',
  max: 'sum',
  terms: 'sum',
};

const FORMATS = new Map([
  ['.jpg', 'jpeg'],
  ['.jpeg', 'jpeg'],
  ['.png', 'png'],
  ['.webp', 'webp'],
  ['.gif', 'gif'],
  ['.bmp', 'bmp'],
  ['.svg', 'svg'],
]);

async function run(args) {
  const flags = { ...DRAWING_FLAGS, output: { type: 'string', short: 'o' } };
  const { values, positionals } = readArgs(args, flags);
  const [text, ...more] = positionals;
  if (more.length > 0) {
    throw new UsageError(
      `one TEXT is drawn, but there are ${positionals.length}: put quotes around it`,
    );
  }
  for (const [name, made] of Object.entries(RANDOM)) {
    if (text !== undefined && name in values) {
      throw new UsageError(`--${name} is for a random ${made}, but there is a TEXT`);
    }
  }
  const { output } = values;
  if (output === undefined) {
    throw new UsageError('-o FILE is missing; -o - is stdout');
  }

  const options = drawingOptions(values);
  options.format ??= formatOf(output);
  const [says, image] = checked(() =>
    text === undefined ? ccap(options).get() : [text, ccap.render(text, options)],
  );
  write(output, image);
  if (text === undefined) {
    (output === '-' ? process.stderr : process.stdout).write(`${says}\n`);
  }
}

function formatOf(file) {
  const ending = extname(file);
  if (file === '-' || ending === '' || ending === '.') {
    return 'jpeg';
  }
  const format = FORMATS.get(ending.toLowerCase());
  if (!format) {
    const known = [...FORMATS.keys()].join(', ');
    throw new UsageError(`'${ending}' is none of ${known}: name one with --format`);
  }
  return format;
}

module.exports = { help, run };
