'use strict';

const fs = require('node:fs');
const { isUint8Array } = require('node:util/types');

const native = require('./binding.js');
const { invalidType, isArray, outOfRange, withCode } = require('./errors.js');
const {
  isNumeric,
  isRecord,
  readBoolean,
  readLanguage,
  readOptions,
  toInteger,
  warnOfMisspelt,
} = require('./options.js');
const { pooled } = require('./pool.js');

/** In a realm of its own, as in a test under Jest, this file gets what it can hand on. */
const binding = native.defaults() instanceof Object ? native : require('./realm.js').adopt(native);
const { draw, take, tryTake } = pooled(binding);
/** Every drawing option with its default, as the core has them. */
const DEFAULTS = Object.freeze(binding.defaults());
const KNOWN = new Set([...Object.keys(DEFAULTS), 'generate']);
const BOUNDS = ['cacheSize', 'maxCaches', 'maxBytes', 'maxIdle'];
const SPOKEN = ['lang', 'background'];

/**
 * Makes a captcha, with or without `new`: `ccap()`, `ccap(width, height, offset)` or `ccap({ ...options })`.
 */
function ccap(...args) {
  // A subclass wants a prototype of its own; everybody else goes the plain way, which is faster.
  return new.target === undefined || new.target === ccap
    ? new Captcha(args)
    : Reflect.construct(Captcha, [args], new.target);
}

/** The key that was checked last: a service that makes an instance in each request makes the same one again and again. */
let lastChecked = '';
/** Others that were checked, for a service with several styles: at most as many as there may be caches. */
const checked = new Set();
const MOST_CHECKED = 1024;

/** What a name stands for has changed: no key is known to be right any more. */
function forgetChecked() {
  lastChecked = '';
  checked.clear();
}

function check(key) {
  if (key === lastChecked) {
    return;
  }
  if (!checked.has(key)) {
    binding.check(key);
    if (checked.size === MOST_CHECKED) {
      checked.clear();
    }
    checked.add(key);
  }
  lastChecked = key;
}

/** What the core says of a style, in whichever way pictures of it are asked for. */
function checkStyle({ font, generate }, key) {
  check(key);
  // The default charset is nobody's wish: other fonts need it for random texts alone.
  if (font !== null && generate === null) {
    binding.checkRandom(key);
  }
}

/**
 * Plain data: the options as they were read, and the key by which the native side finds their cache. Nothing else in
 * the process knows that an instance exists, so a service may make one in each request.
 */
class Captcha {
  #options;
  #key;

  constructor(args) {
    this.#options = readStyle(args);
    this.#key = keyOf(this.#options);
    checkStyle(this.#options, this.#key);
  }

  get() {
    const captcha = Captcha.#own(this);
    if (captcha.#options.generate === null) {
      return take(captcha.#key);
    }
    const text = captcha.#generate();
    return [text, draw(captcha.#key, text)];
  }

  async getAsync() {
    return Captcha.#own(this).#getSoon();
  }

  timerIsRunning() {
    return binding.isRunning() ? 1 : 0;
  }

  clearTimeout() {
    binding.stop();
    return true;
  }

  setTimeout() {
    binding.start();
  }

  [Symbol.for('nodejs.util.inspect.custom')](_depth, _options, inspect) {
    return #options in this ? `ccap ${inspect(this.#options)}` : 'ccap {}';
  }

  /** A picture that is there, or a promise of one. */
  #getSoon() {
    if (this.#options.generate === null) {
      return tryTake(this.#key) ?? binding.drawAsync(this.#key);
    }
    return binding.drawAsync(this.#key, this.#generate());
  }

  #generate() {
    const text = this.#options.generate.call(this);
    if (typeof text !== 'string') {
      throw invalidType('The value returned by "generate"', 'of type string', text);
    }
    return text;
  }

  static #own(value) {
    if (typeof value !== 'object' || value === null || !(#options in value)) {
      throw withCode(
        new TypeError('Value of "this" must be a captcha made by ccap()'),
        'ERR_INVALID_THIS',
      );
    }
    return value;
  }

  static {
    for (const name of [...Object.keys(DEFAULTS), 'generate']) {
      Object.defineProperty(Captcha.prototype, name, {
        configurable: true,
        enumerable: true,
        get() {
          return Captcha.#own(this).#options[name];
        },
      });
    }
    // For challenges, to which a promise of what is there is of no use. It is no method, which would bypass a getAsync() of
    // somebody else's.
    Captcha.prototype.getAsync[Symbol.for('ccap-rs.soon')] = (captcha) =>
      Captcha.#own(captcha).#getSoon();
    // To callers there is one function: `captcha instanceof ccap`, `captcha.constructor === ccap`.
    Object.defineProperty(Captcha.prototype, 'constructor', { value: ccap });
    ccap.prototype = Captcha.prototype;
  }
}

function render(text, options) {
  if (typeof text !== 'string') {
    throw invalidType('The "text" argument', 'of type string', text);
  }
  return draw(keyOf(readStyle(styleArguments(options))), text);
}

function speak(text, options) {
  return binding.speak(...readSpoken(text, options));
}

async function speakAsync(text, options) {
  return binding.speakAsync(...readSpoken(text, options));
}

function readSpoken(text, options) {
  if (typeof text !== 'string') {
    throw invalidType('The "text" argument', 'of type string', text);
  }
  const given = readOptions(options ?? undefined, SPOKEN);
  return [text, readLanguage(given), readBoolean(given, 'background', true)];
}

/** Fonts larger than the core takes are not read. */
const MOST_BYTES_OF_FONT = 32 * 1024 * 1024;

function loadFont(name, file) {
  if (typeof name !== 'string') {
    throw invalidType('The "name" argument', 'of type string', name);
  }
  binding.loadFont(name, bytesOf(file));
  forgetChecked();
}

function bytesOf(file) {
  if (isUint8Array(file)) {
    return file;
  }
  if (typeof file !== 'string' && !(file instanceof URL)) {
    throw invalidType('The "font" argument', 'a Buffer, a Uint8Array, a path or a file URL', file);
  }
  const handle = fs.openSync(file, 'r');
  try {
    const stat = fs.fstatSync(handle);
    if (!stat.isFile() || stat.size > MOST_BYTES_OF_FONT) {
      const received = stat.isFile() ? stat.size : String(file);
      throw outOfRange('font', `a file of at most ${MOST_BYTES_OF_FONT} bytes`, received);
    }
    return fs.readFileSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

function unloadFont(name) {
  if (typeof name !== 'string') {
    throw invalidType('The "name" argument', 'of type string', name);
  }
  const wasLoaded = binding.unloadFont(name);
  forgetChecked();
  return wasLoaded;
}

function fonts() {
  return binding.fonts();
}

/** An optional argument that is an options object, as `readStyle` takes it. */
function styleArguments(options) {
  if (options && (typeof options !== 'object' || isArray(options))) {
    throw invalidType('The "options" argument', 'of type Object', options);
  }
  return [options];
}

async function warm(options) {
  const read = readStyle(styleArguments(options));
  const key = keyOf(read);
  checkStyle(read, key);
  // Such pictures are never cached.
  if (read.generate !== null) {
    return;
  }
  // A picture a time, so that other work comes between and the process can end; and no more than the cache holds, so that it
  // ends though others take what is drawn.
  for (let left = binding.prepare(key); left > 0 && (await binding.drawAhead(key)); ) {
    left -= 1;
  }
}

function stats() {
  return binding.stats();
}

function configure(given) {
  if (!isRecord(given)) {
    throw invalidType('The "options" argument', 'of type Object', given);
  }
  const bounds = {};
  for (const [name, value] of Object.entries(readOptions(given, BOUNDS))) {
    if (value !== undefined) {
      bounds[name] = toInteger(name, value);
    }
  }
  return binding.configure(bounds);
}

/** Reads each option once, in either argument form; getters of the caller's may throw what they like. */
function readStyle(args) {
  const [first] = args;
  const isObject = typeof first === 'object' && first !== null;
  if (isArray(first) || (first && !isObject && !isNumeric(first))) {
    throw invalidType('The first argument', 'of type number or an options object', first);
  }
  if (isObject) {
    warnOfMisspelt(first, KNOWN);
  }
  const given = isObject
    ? withoutEverybodys(first)
    : withoutEverybodys({ width: first, height: args[1], offset: args[2] });
  const options = {
    width: numberOption('width', given.width, DEFAULTS.width),
    height: numberOption('height', given.height, DEFAULTS.height),
    offset: numberOption('offset', given.offset, DEFAULTS.offset),
    quality: numberOption('quality', given.quality, DEFAULTS.quality),
    fontsize: numberOption('fontsize', given.fontsize, DEFAULTS.fontsize),
    length: numberOption('length', given.length, DEFAULTS.length),
    charset: stringOption('charset', given.charset, DEFAULTS.charset),
    format: formatOption(given.format),
    level: stringOption('level', given.level, DEFAULTS.level),
    color: stringOption('color', given.color, DEFAULTS.color),
    background: stringOption('background', given.background, DEFAULTS.background),
    kind: stringOption('kind', given.kind, DEFAULTS.kind),
    operators: stringOption('operators', given.operators, DEFAULTS.operators),
    min: numberOption('min', given.min, DEFAULTS.min),
    max: numberOption('max', given.max, DEFAULTS.max),
    terms: numberOption('terms', given.terms, DEFAULTS.terms),
    theme: stringOption('theme', given.theme, DEFAULTS.theme),
    frames: numberOption('frames', given.frames, DEFAULTS.frames),
    delay: numberOption('delay', given.delay, DEFAULTS.delay),
    loop: numberOption('loop', given.loop, DEFAULTS.loop),
    font: fontOption(given.font),
    generate: generateOption(given.generate),
  };
  if (options.kind === 'math' && options.generate !== null) {
    throw outOfRange('kind', '\'text\' where there is a "generate"', options.kind);
  }
  return options;
}

/** The options without what somebody put into Object.prototype, which is nobody's option. There hardly ever is anything. */
function withoutEverybodys(given) {
  const everybodys = Object.keys(Object.prototype);
  if (everybodys.length === 0) {
    return given;
  }
  const options = {};
  for (const name of KNOWN) {
    const value = given[name];
    const isOwn = !everybodys.includes(name) || Object.hasOwn(given, name);
    options[name] = isOwn || value !== Object.prototype[name] ? value : undefined;
  }
  return options;
}

/** As in ccap: what is falsy means the default, numeric strings count as numbers, fractions are cut off. */
function numberOption(name, value, byDefault) {
  return value ? toInteger(name, value) : byDefault;
}

function stringOption(name, value, byDefault) {
  if (!value) {
    return byDefault;
  }
  if (typeof value !== 'string') {
    throw invalidType(`The "${name}" option`, 'of type string', value);
  }
  if (value.includes('\n')) {
    throw outOfRange(name, 'without line breaks', value);
  }
  return value;
}

/** The format is also called by the ending of its files. */
function formatOption(value) {
  const format = stringOption('format', value, DEFAULTS.format);
  return format === 'jpg' ? 'jpeg' : format;
}

/** A name, or some, which are read once. */
function fontOption(value) {
  if (!value) {
    return DEFAULTS.font;
  }
  if (typeof value === 'string') {
    return nameOfFont(value);
  }
  if (!isArray(value)) {
    throw invalidType('The "font" option', 'of type string or an array of strings', value);
  }
  const { length } = value;
  if (!(length >= 1 && length <= MOST_NAMED)) {
    throw outOfRange('font', `a name or 1 to ${MOST_NAMED} of them`, length);
  }
  return Object.freeze(Array.from({ length }, (_, i) => nameOfFont(value[i])));
}

/** As many names as the core takes. */
const MOST_NAMED = 8;

/** What separates names from each other, and from other options, is in none. */
function nameOfFont(name) {
  if (typeof name !== 'string') {
    throw invalidType('A name in the "font" option', 'of type string', name);
  }
  if (name === '' || /[\n,]/.test(name)) {
    throw outOfRange('font', 'the name of an embedded font or of one that was loaded', name);
  }
  return name;
}

function generateOption(value) {
  if (!value) {
    return null;
  }
  if (typeof value !== 'function') {
    throw invalidType('The "generate" option', 'of type function', value);
  }
  return value;
}

/**
 * The form in which options cross to the native side, one field a line, to be checked there. A string is read in a fraction
 * of the time that an object's properties are. What is the default is left out, as far as it can be: the shorter, the faster.
 */
function keyOf(o) {
  const charset = o.charset === DEFAULTS.charset ? '' : o.charset;
  const size = `${o.width}\n${o.height}\n${o.offset}\n${o.quality}\n${o.fontsize}\n${o.length}`;
  const look = `${size}\n${charset}\n${o.format}\n${o.level}`;
  const rest = restOf(o);
  return rest === '' ? look : `${look}\n${rest}`;
}

/** The options that hardly anybody sets; nothing if nobody did. */
function restOf(o) {
  const isDefault =
    o.color === DEFAULTS.color &&
    o.background === DEFAULTS.background &&
    o.kind === DEFAULTS.kind &&
    o.operators === DEFAULTS.operators &&
    o.min === DEFAULTS.min &&
    o.max === DEFAULTS.max &&
    o.terms === DEFAULTS.terms &&
    o.theme === DEFAULTS.theme &&
    o.frames === DEFAULTS.frames &&
    o.delay === DEFAULTS.delay &&
    o.loop === DEFAULTS.loop &&
    o.font === DEFAULTS.font;
  if (isDefault) {
    return '';
  }
  const sum = `${o.kind}\n${o.operators}\n${o.min}\n${o.max}\n${o.terms}`;
  const motion = `${o.frames}\n${o.delay}\n${o.loop}`;
  const font = o.font === null ? '' : String(o.font);
  return `${o.color ?? ''}\n${o.background ?? ''}\n${sum}\n${o.theme}\n${motion}\n${font}`;
}

module.exports = ccap;
// Written so that Node finds these as named exports for `import { render } from 'ccap-rs'`.
module.exports.render = render;
module.exports.speak = speak;
module.exports.speakAsync = speakAsync;
module.exports.warm = warm;
module.exports.loadFont = loadFont;
module.exports.unloadFont = unloadFont;
module.exports.fonts = fonts;
module.exports.stats = stats;
module.exports.configure = configure;
