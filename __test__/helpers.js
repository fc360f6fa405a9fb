const { spawn } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const assert = require('node:assert/strict');

const FORMATS = ['jpeg', 'png', 'webp', 'gif', 'bmp', 'svg'];

/** The numeric options with the least and the most that each may be. */
const LIMITS = {
  width: [32, 1024],
  height: [16, 512],
  offset: [1, 1024],
  quality: [1, 100],
  fontsize: [8, 1024],
  length: [1, 16],
  min: [1, 99],
  max: [1, 99],
  terms: [2, 3],
  frames: [1, 16],
  delay: [20, 5000],
  loop: [0, 100],
};

/** How many letters of a string an error message shows. */
const SHOWN = 16;

const DEFAULTS = {
  width: 256,
  height: 60,
  offset: 40,
  quality: 50,
  fontsize: 57,
  length: 6,
  charset: '23CDFHJKLMTVX',
  format: 'jpeg',
  level: 'normal',
  color: null,
  background: null,
  kind: 'text',
  operators: '+-',
  min: 1,
  max: 20,
  terms: 2,
  theme: 'light',
  frames: 1,
  delay: 200,
  loop: 0,
  font: null,
  generate: null,
};

/** Decodes a picture: its format, its size, and its pixels as rows of red, green, blue. */
async function decode(image) {
  if (image.toString('latin1', 0, 2) === 'BM') {
    return decodeBmp(image);
  }
  // Required here, so that children that decode nothing do not load it.
  const sharp = require('sharp');
  const { format } = await sharp(image).metadata();
  const { data, info } = await sharp(image)
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  assert.equal(info.channels, 3);
  return { format, width: info.width, height: info.height, pixels: data };
}

function decodeBmp(image) {
  const { width, height, data } = require('bmp-js').decode(image);
  const pixels = Buffer.alloc(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    // bmp-js gives alpha, blue, green, red.
    pixels[3 * i] = data[4 * i + 3];
    pixels[3 * i + 1] = data[4 * i + 2];
    pixels[3 * i + 2] = data[4 * i + 1];
  }
  return { format: 'bmp', width, height, pixels };
}

/** Where a decoded picture is dark: its contrast from 0 to 255, the share of ink, and a map. */
function inkOf({ pixels }) {
  const count = pixels.length / 3;
  const light = new Float64Array(count);
  let darkest = 255;
  let brightest = 0;
  for (let i = 0; i < count; i++) {
    const [r, g, b] = [pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]];
    light[i] = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    darkest = Math.min(darkest, light[i]);
    brightest = Math.max(brightest, light[i]);
  }
  const middle = (darkest + brightest) / 2;
  const map = light.map((value) => (value < middle ? 1 : 0));
  const share = map.reduce((sum, value) => sum + value, 0) / count;
  return { contrast: brightest - darkest, share, map };
}

function hash(image) {
  return createHash('sha256').update(image).digest('base64');
}

/** Checks the outside of a result: a real two-element array of a text and a Buffer. */
function assertResult(result, length = 6) {
  assert.ok(Array.isArray(result));
  assert.equal(result.length, 2);
  assert.equal(typeof result[0], 'string');
  assert.equal(result[0].length, length);
  assert.ok(Buffer.isBuffer(result[1]));
  assert.ok(result[1].length > 50);
}

/** What `action` throws, which need not be an error. */
function thrownBy(action) {
  try {
    action();
  } catch (thrown) {
    return thrown;
  }
  assert.fail('nothing was thrown');
}

/** What `promise` is rejected with. */
async function rejectionOf(promise) {
  try {
    await promise;
  } catch (thrown) {
    return thrown;
  }
  assert.fail('the promise was fulfilled');
}

function assertTypeError(error, message) {
  assertError(error, TypeError, 'ERR_INVALID_ARG_TYPE', message);
}

function assertRangeError(error, message) {
  assertError(error, RangeError, 'ERR_OUT_OF_RANGE', message);
}

function assertError(error, kind, code, message) {
  assert.equal(error?.message, message);
  assert.equal(error.constructor, kind);
  assert.equal(error.code, code);
  assert.ok(message.length < 300, `${message.length} characters`);
}

/** Waits until `condition` holds; the limit is a safety net, not an expectation. */
async function until(condition, limit = 60_000) {
  for (const start = Date.now(); !condition(); ) {
    assert.ok(Date.now() - start < limit, `waited in vain for ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Time enough for the thread that refills to do what it should not. */
function pause() {
  return new Promise((resolve) => setTimeout(resolve, 50));
}

/** Lets what is due on the event loop happen. */
function turn() {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Runs a script of `children` in a process of its own, and kills it after `limit` ms. Its output,
 * exit code and signal are what it is judged by.
 */
function run(script, args = [], { execArgv = [], env: more = {}, limit = 300_000 } = {}) {
  // A child is no part of the runner that this process may be a part of.
  const { NODE_TEST_CONTEXT, NODE_OPTIONS, ...inherited } = process.env;
  const env = { ...inherited, ...more };
  const file = path.join(__dirname, 'children', script);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...execArgv, file, ...args], { env });
    const output = { stdout: '', stderr: '' };
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, limit);
    for (const stream of ['stdout', 'stderr']) {
      child[stream].setEncoding('utf8').on('data', (chunk) => {
        output[stream] += chunk;
      });
    }
    child.on('error', reject).on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ ...output, code, signal, timedOut });
    });
  });
}

/** Runs a child that checks things itself: it must end well and say so. Gives its other lines. */
async function runChecked(script, args, options) {
  const { stdout, stderr, code, signal, timedOut } = await run(script, args, options);
  const lines = stdout.trimEnd().split('\n');
  const end = timedOut ? 'was killed for taking too long' : `ended with ${signal ?? code}`;
  const good = code === 0 && stderr === '' && lines.pop() === 'done';
  assert.ok(good, `${script} ${end}\n${stdout}\n${stderr}`);
  return lines;
}

/** How many pixels of a picture that is {@link decode}d have each color, written as an option. */
function colorsOf({ pixels }) {
  const counts = new Map();
  for (let i = 0; i < pixels.length; i += 3) {
    const color = `#${pixels.toString('hex', i, i + 3)}`;
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  return counts;
}

/** Ink and ground, the darker first: of the colors of a picture, those between which all others lie. */
function twoColorsOf(picture) {
  const colors = [...colorsOf(picture).keys()].sort((a, b) => luminanceOf(a) - luminanceOf(b));
  return [colors[0], colors[colors.length - 1]];
}

/** As WCAG 2.2 defines it. */
function contrastOf(...colors) {
  const [dark, light] = colors.map(luminanceOf).sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** Relative luminance, as WCAG 2.2 defines it. */
function luminanceOf(color) {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** What a child of {@link runChecked} says last. */
function done() {
  say('done');
}

/** Prints at once, so that nothing is lost when the process ends in the next moment. */
function say(line) {
  fs.writeSync(1, `${line}\n`);
}

module.exports = {
  DEFAULTS,
  FORMATS,
  LIMITS,
  SHOWN,
  assertRangeError,
  assertResult,
  assertTypeError,
  colorsOf,
  contrastOf,
  decode,
  done,
  hash,
  inkOf,
  luminanceOf,
  pause,
  rejectionOf,
  run,
  runChecked,
  say,
  thrownBy,
  turn,
  twoColorsOf,
  until,
};
