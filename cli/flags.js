'use strict';

const { basename } = require('node:path');
const { parseArgs } = require('node:util');
const ccap = require('../index.js');
const { Failure, UsageError, describe } = require('./errors.js');

/** A flag for each drawing option, under its own name. What it may be is the package's to judge. */
const DRAWING_FLAGS = Object.fromEntries(
  [...Object.keys(ccap.prototype).filter((name) => name !== 'generate'), 'font-file'].map(
    (name) => [name, { type: 'string' }],
  ),
);

const DRAWING_HELP = `  --width PX         32 to 1024 (256)
  --height PX        16 to 512 (60)
  --offset N         pitch of the letters, 1 to 1024 (40)
  --quality N        of a JPEG, 1 to 100 (50)
  --fontsize N       size of the letters, 8 to 1024 (57)
  --length N         letters of a random text, 1 to 16 (6)
  --charset LETTERS  that a random text is made of, or digits, letters, hanzi (13 that
                     are told apart)
  --level LEVEL      easy, normal or hard (normal)
  --color COLOR      of the ink: '#rgb', '#rrggbb' or random (a deep one by chance)
  --background COLOR of the ground: the same, or transparent (a pale one by chance)
  --kind KIND        text, or math for sums, whose answer is the text (text)
  --operators SIGNS  of sums, some of '+-×÷', also written '*' and '/' (+-)
  --min N            least operand of sums, 1 to 99 (1)
  --max N            greatest operand of sums, 1 to 99 (20)
  --terms N          operands of a sum, 2 to 3 (2)
  --theme THEME      light, or dark for light ink on dark ground (light)
  --frames N         of a GIF that moves, 1 to 16 (1)
  --delay MS         of each frame, 20 to 5000 (200)
  --loop N           times that all frames are shown, 0 to 100, 0 is for ever (0)
  --font NAME        of an embedded font, such as nunito-black (all of them)
  --font-file FILE   a .ttf or .otf file to draw with instead
`;

/** Reads flags and what stands without one; complains in the words of a command line. */
function readArgs(args, options) {
  let read;
  try {
    read = parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    // What looks like a flag is none's value; Node writes its advice on that into further lines.
    const [, flag] =
      error.message.match(/^Option '(\S+?),?[ '].*argument (?:missing|is ambiguous)/) ?? [];
    throw new UsageError(flag ? `${flag} needs a value` : error.message.split(/[.\n]/)[0]);
  }
  for (const [name, value] of Object.entries(read.values)) {
    // To the package an empty option is its default, but here a shell's empty variable is what made it.
    if (value === '') {
      throw new UsageError(`--${name} needs a value`);
    }
  }
  return read;
}

/** The drawing options among flags. A font's file is loaded under its own name, as far as that can be one. */
function drawingOptions({ 'font-file': file, ...values }) {
  const options = Object.fromEntries(
    Object.entries(values).filter(([name]) => name in DRAWING_FLAGS),
  );
  if (file === undefined) {
    return options;
  }
  if (options.font !== undefined) {
    throw new UsageError('--font and --font-file are two ways to say one thing: choose one');
  }
  const font = `file-${basename(file).replace(/[^\w.-]/g, '-')}`.slice(0, 64);
  try {
    checked(() => ccap.loadFont(font, file));
  } catch (error) {
    throw error.syscall ? new Failure(`cannot read ${file}: ${describe(error)}`) : error;
  }
  return { ...options, font };
}

/** Runs what may find an option or a text wanting. */
function checked(action) {
  try {
    return action();
  } catch (error) {
    const isOption = error.code === 'ERR_OUT_OF_RANGE' || error.code === 'ERR_INVALID_ARG_TYPE';
    throw isOption ? new UsageError(error.message) : error;
  }
}

/** A whole number as a flag gives it. */
function wholeNumber(name, value, least, most) {
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= least && number <= most)) {
    const range = most < Number.MAX_SAFE_INTEGER ? `from ${least} to ${most}` : `from ${least}`;
    throw new UsageError(`${name} must be a whole number ${range}, not '${value}'`);
  }
  return number;
}

module.exports = { DRAWING_FLAGS, DRAWING_HELP, checked, drawingOptions, readArgs, wholeNumber };
