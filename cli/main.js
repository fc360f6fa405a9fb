#!/usr/bin/env node
'use strict';

const { Failure, UsageError, describe } = require('./errors.js');

const HELP = `Usage: ccap-rs <command> [options]

Commands:
  draw [TEXT]   draw one picture
  dataset DIR   draw many, with a file that says what each shows
  speak TEXT    say a text aloud, as a WAV file
  serve         a page in the browser on which every option can be tried

Options:
  -h, --help      show this, or after a command what that takes
  -v, --version   show the version

Examples:
  ccap-rs draw -o captcha.png
  ccap-rs dataset pictures -n 10000 --level hard
  ccap-rs serve
`;

// Loaded when they are named: neither help nor a typing error needs the addon.
const COMMANDS = {
  draw: () => require('./draw.js'),
  dataset: () => require('./dataset.js'),
  speak: () => require('./speak.js'),
  serve: () => require('./serve.js'),
};

async function main(args) {
  const [first, ...rest] = args;
  if (first === undefined) {
    throw new UsageError('a command is missing');
  }
  if (first === '--version' || first === '-v') {
    return say(`${require('../package.json').version}\n`);
  }
  if (first === '--help' || first === '-h' || (first === 'help' && rest.length === 0)) {
    return say(HELP);
  }
  const [name, given] = first === 'help' ? [rest[0], ['--help']] : [first, rest];
  if (!Object.hasOwn(COMMANDS, name)) {
    const what = name.startsWith('-') ? 'option' : 'command';
    throw new UsageError(`there is no ${what} '${name}'`);
  }
  const { help, run } = COMMANDS[name]();
  const end = given.indexOf('--');
  const flags = end < 0 ? given : given.slice(0, end);
  if (flags.includes('--help') || flags.includes('-h')) {
    return say(help);
  }
  try {
    await run(given);
  } catch (error) {
    if (error instanceof UsageError) {
      error.command ??= name;
    }
    throw error;
  }
}

function say(text) {
  process.stdout.write(text);
}

// Whoever reads no further, as `head` does, has had enough: nothing has failed.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') {
    process.stderr.write(`ccap-rs: cannot write to stdout: ${describe(error)}\n`);
    process.exitCode = 1;
  }
  process.exit();
});
process.stderr.on('error', () => {});

main(process.argv.slice(2)).catch((error) => {
  if (error instanceof UsageError) {
    const command = error.command ? `ccap-rs ${error.command}` : 'ccap-rs';
    process.stderr.write(`${command}: ${error.message}\nTry '${command} --help'.\n`);
    process.exitCode = 2;
  } else {
    // Anything but a failure is a bug or a broken installation, of which more is worth telling.
    const message = error instanceof Failure ? error.message : (error.stack ?? error);
    process.stderr.write(`ccap-rs: ${message}\n`);
    process.exitCode = 1;
  }
});
