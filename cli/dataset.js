'use strict';

const fs = require('node:fs');
const { constants } = require('node:os');
const { dirname, join, resolve } = require('node:path');
const { setImmediate } = require('node:timers/promises');
const { isDeepStrictEqual } = require('node:util');
const ccap = require('../index.js');
const { Failure, UsageError, describe } = require('./errors.js');
const {
  DRAWING_FLAGS,
  DRAWING_HELP,
  checked,
  drawingOptions,
  readArgs,
  wholeNumber,
} = require('./flags.js');
const { Progress } = require('./progress.js');

const help = `Usage: ccap-rs dataset DIR -n COUNT [options]

Draws COUNT pictures into DIR: 000000.png, 000001.png and so on; manifest.tsv, a line
'file<TAB>text' for each; and dataset.json, the options that they were drawn with.

However it was stopped, the same command goes on where it stopped, and a larger COUNT
adds to what is there. One process at a time may draw into DIR.

Options:
  -n, --count COUNT  how many
  --overwrite        begin anew, whatever is in DIR
  --format FORMAT    jpeg, png, webp, gif, bmp or svg (png)
${DRAWING_HELP}  -h, --help         show this

Example:
  ccap-rs dataset pictures -n 10000 --level hard
`;

async function run(args) {
  const { values, positionals } = readArgs(args, {
    ...DRAWING_FLAGS,
    count: { type: 'string', short: 'n' },
    overwrite: { type: 'boolean' },
  });
  if (positionals.length !== 1) {
    throw new UsageError(
      positionals.length === 0 ? 'DIR is missing' : 'one DIR is filled at a time',
    );
  }
  if (values.count === undefined) {
    throw new UsageError('-n COUNT is missing');
  }
  const count = wholeNumber('-n', values.count, 1, Number.MAX_SAFE_INTEGER);
  const [folder] = positionals;
  await drawDataset(folder, count, drawingOptions(values), { overwrite: values.overwrite });
}

/** Draws what is missing of `count` pictures into a folder. */
async function drawDataset(folder, count, options, { overwrite = false } = {}) {
  const captcha = checked(() => ccap({ format: 'png', ...options }));
  const manifest = attempt(() => new Manifest(folder, captcha, overwrite), folder);
  const progress = new Progress(manifest.length, count, 'pictures');
  let signal;
  const stop = (name) => {
    signal = name;
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    while (manifest.length < count && !signal) {
      attempt(() => manifest.add(captcha.get()), folder);
      progress.show(manifest.length);
      if (manifest.length % 64 === 0) {
        // Signals are told between turns of the event loop.
        await setImmediate();
      }
    }
  } catch (error) {
    progress.end();
    const state = `${manifest.length} of ${count} pictures are in ${folder}`;
    throw error instanceof Failure ? new Failure(`${error.message}; ${state}`) : error;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    manifest.close();
  }
  progress.end();
  if (signal) {
    const how = overwrite ? 'Without --overwrite the' : 'The';
    process.stderr.write(
      `Stopped: ${manifest.length} of ${count} pictures are in ${folder}. ${how} same command goes on.\n`,
    );
    // For whoever listens to the signal too, and so lives on.
    process.exitCode = 128 + constants.signals[signal];
    // Without its listener the signal ends the process, as its parent expects.
    return process.kill(process.pid, signal);
  }
  process.stdout.write(`${manifest.length} pictures in ${folder}\n`);
}

/**
 * The pictures of a folder and the file that says what they show. A picture's line is written after the picture: what has
 * a line is whole, whenever the process was killed; and a line that has no end yet does not count.
 */
class Manifest {
  /** How many pictures there are. */
  length = 0;
  #folder;
  #format;
  #file;
  #bytes = 0;

  constructor(folder, captcha, overwrite) {
    this.#folder = folder;
    this.#format = captcha.format;
    makeFolder(resolve(folder));
    const path = join(folder, 'manifest.tsv');
    if (overwrite) {
      fs.rmSync(path, { force: true });
    }
    this.#file = fs.openSync(path, 'a+');
    const { generate, ...options } = Object.fromEntries(
      Object.keys(ccap.prototype).map((name) => [name, captcha[name]]),
    );
    this.#readLines();
    if (this.length > 0) {
      this.#checkOptions(options);
    } else {
      this.#writeOptions(options);
    }
  }

  add([text, image]) {
    const name = this.#nameOf(this.length);
    const line = `${name}\t${text}\n`;
    fs.writeFileSync(join(this.#folder, name), image);
    if (fs.fstatSync(this.#file).size !== this.#bytes) {
      throw new Failure('another process draws into it; draw it anew with --overwrite');
    }
    fs.appendFileSync(this.#file, line);
    this.#bytes += Buffer.byteLength(line);
    this.length++;
  }

  close() {
    fs.closeSync(this.#file);
  }

  #nameOf(index) {
    return `${String(index).padStart(6, '0')}.${this.#format}`;
  }

  #readLines() {
    const content = fs.readFileSync(this.#file, 'utf8');
    const whole = content.slice(0, content.lastIndexOf('\n') + 1);
    for (const line of whole.split('\n').slice(0, -1)) {
      const [name] = line.split('\t');
      if (
        !line.includes('\t') ||
        !/^\d{6,}\.\w+$/.test(name) ||
        Number.parseInt(name, 10) !== this.length
      ) {
        throw new Failure(
          `line ${this.length + 1} of its manifest.tsv is not of a picture that this command drew; --overwrite begins anew`,
        );
      }
      this.length++;
    }
    this.#bytes = Buffer.byteLength(whole);
    fs.ftruncateSync(this.#file, this.#bytes);
  }

  #checkOptions(options) {
    let before;
    try {
      before = JSON.parse(fs.readFileSync(join(this.#folder, 'dataset.json'), 'utf8'));
    } catch {
      throw new Failure(
        'it has pictures, but no dataset.json that says how they were drawn; --overwrite begins anew',
      );
    }
    const differing = Object.keys({ ...before, ...options }).filter(
      (name) => !isDeepStrictEqual(before?.[name], options[name]),
    );
    if (differing.length > 0) {
      const [name] = differing;
      throw new Failure(
        `its pictures were drawn with another ${name} (${before?.[name]}, not ${options[name]}); --overwrite begins anew`,
      );
    }
  }

  #writeOptions(options) {
    const path = join(this.#folder, 'dataset.json');
    // Renamed into place, so that there is never half of it.
    fs.writeFileSync(`${path}.part`, `${JSON.stringify(options, null, 2)}\n`);
    fs.renameSync(`${path}.part`, path);
  }
}

/** As mkdir's `recursive`, which never ends where the system says that a folder's parent is missing though it is there (/proc). */
function makeFolder(path) {
  if (fs.existsSync(path)) {
    return;
  }
  makeFolder(dirname(path));
  fs.mkdirSync(path);
}

/** What goes wrong with files, and why; bugs stay what they are. */
function attempt(action, folder) {
  try {
    return action();
  } catch (error) {
    if (error instanceof Failure || error.syscall) {
      const what = error instanceof Failure ? error.message : describe(error);
      throw new Failure(`cannot draw into ${error.path ?? folder}: ${what}`);
    }
    throw error;
  }
}

module.exports = { drawDataset, help, run };
