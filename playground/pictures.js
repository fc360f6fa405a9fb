'use strict';

// What the page asks for: some options, perhaps a text, and how many pictures. Judged by the package itself, and drawn past its
// caches, which belong to the service beside this.

const { setImmediate } = require('node:timers/promises');
const binding = require('../binding.js');
const { outOfRange } = require('../errors.js');
const ccap = require('../index.js');

/** Every drawing option; a text stands for `generate`. */
const NAMES = Object.keys(ccap.prototype).filter((name) => name !== 'generate');

const TYPES = { svg: 'image/svg+xml' };

const MAX_PICTURES = 12;
/** In bytes of the answer to one request: of large pictures there are fewer, and always one. */
const MAX_BYTES = 4e6;
/** The most bytes a pixel: an SVG has none, the others have a palette; a JPEG has none, and what its best quality keeps was seen at up to 1.6. */
const PIXEL = { jpeg: 2, png: 1, webp: 1, gif: 1, bmp: 1, svg: 0 };
/** The most bytes a picture besides: headers, tables, what fills up a BMP's rows, and the text. */
const FRAME = 4096;
/** The most bytes of an SVG's path. */
const PATH = 12288;

/** What a question is made of, each with its place among the fields of a key; all others are left to their defaults there. */
const LENGTH_FIELD = 5;
const KIND_FIELD = 11;
const FONT_FIELD = 20;

/** Until letters and code have been used often enough for a time to be that of a service that runs. */
const WARM_DRAWINGS = 40;
/** In ms, after which no further drawing begins: no request keeps the others waiting for long. */
const WARM_TIME = 20;
const TIMED_TIME = 24;

/**
 * A query's options, text and count, or the errors in them: one for each that the package refuses by itself, else what it says
 * of all together.
 */
function readQuery(query) {
  const given = {};
  for (const name of [...NAMES, 'text', 'count']) {
    const values = query.getAll(name);
    if (values.length > 0) {
      // An array is what the package refuses, and so a name that comes twice is not half ignored.
      given[name] = values.length === 1 ? values[0] : values;
    }
  }
  const { text: letters, count = '1', ...options } = given;
  const text = letters === '' ? undefined : letters;
  // Which letters there are is the fonts' to say, if there are such fonts.
  const font = areFonts(options.font) ? { font: options.font } : {};
  const errors = [
    // Each with a text, so that the default charset is not asked for letters that the fonts may lack.
    ...Object.entries(options).map(([name, value]) =>
      refusal(() => captchaOf({ ...(name === 'charset' && font), [name]: value }, 'A')),
    ),
    // The smallest picture there is.
    text === undefined
      ? undefined
      : refusal(() => ccap.render(text, { ...font, width: 32, height: 16 })),
    refusal(() => checkCount(count)),
  ].filter(Boolean);
  if (errors.length > 0) {
    return { errors };
  }
  let captcha;
  const together = refusal(() => {
    captcha = captchaOf(options, text);
  });
  return together
    ? { errors: [together] }
    : { wanted: { options, text, ...amount(captcha, count) } };
}

function areFonts(given) {
  const names = ccap.fonts().map(({ name }) => name);
  return given !== undefined && [given].flat().every((name) => names.includes(name));
}

/** The instance that draws pictures with a text of the asker's, or with random ones. With a sum no text can be generated. */
function captchaOf(options, text) {
  const hasText = text !== undefined && options.kind !== 'math';
  return ccap(hasText ? { ...options, generate: () => text } : options);
}

function checkCount(count) {
  if (!/^\d{1,2}$/.test(count) || count < 1 || count > MAX_PICTURES) {
    throw outOfRange('count', `>= 1 && <= ${MAX_PICTURES}`, count);
  }
}

/** What an attempt is refused with, if it is. What else goes wrong is no matter of options. */
function refusal(attempt) {
  try {
    attempt();
  } catch (error) {
    if (error.code === 'ERR_INVALID_ARG_TYPE' || error.code === 'ERR_OUT_OF_RANGE') {
      return error;
    }
    throw error;
  }
}

/** How many pictures it will be, and how many bytes at most. */
function amount({ width, height, format, frames }, count) {
  const pixels = width * height * (format === 'gif' ? frames : 1);
  // In an answer they stand in base64.
  const bytes = Math.ceil(
    ((pixels * PIXEL[format] + (format === 'svg' ? PATH : 0) + FRAME) * 4) / 3,
  );
  const many = Math.max(1, Math.min(count, Math.floor(MAX_BYTES / bytes)));
  return { count: many, bytes: many * bytes };
}

/** Draws what was asked for, unless the one who asked has gone. */
async function drawPictures({ options, text, count }, isGone) {
  const captcha = captchaOf(options, text);
  const { width, height, format } = captcha;
  const key = keyOfQuestion(captcha);
  const something = text === undefined ? () => binding.question(key) : () => [text, text];
  const pictures = [];
  const add = (says, image) =>
    pictures.push({
      text: says,
      size: image.length,
      src: `data:${TYPES[format] ?? `image/${format}`};base64,${image.toString('base64')}`,
    });

  const [firstText, firstAnswer] = something();
  const { image, ms } = timed(() => ccap.render(firstText, options));
  add(firstAnswer, image);
  while (pictures.length < count) {
    if (isGone()) {
      return undefined;
    }
    const [shown, answer] = something();
    add(answer, await drawPastCaches(shown, options));
  }
  return { width, height, format, ms, pictures };
}

/** The key by which the native side makes up what is drawn, and what is typed then. */
function keyOfQuestion({ length, charset, kind, operators, min, max, terms, font }) {
  const before = KIND_FIELD - LENGTH_FIELD - 1;
  const text = `${'\n'.repeat(LENGTH_FIELD)}${length}\n${charset}${'\n'.repeat(before)}`;
  const sum = `${kind}\n${operators}\n${min}\n${max}\n${terms}`;
  return `${text}${sum}${'\n'.repeat(FONT_FIELD - KIND_FIELD - 4)}${font ?? ''}`;
}

/** A picture of a text of its own comes past the caches. */
async function drawPastCaches(text, options) {
  if (options.kind === 'math') {
    // With this kind nothing is generated; other requests come between two pictures.
    await setImmediate();
    return ccap.render(text, options);
  }
  const [, image] = await captchaOf(options, text).getAsync();
  return image;
}

/**
 * Draws here and now, so that the time is the drawing's own: when all of it is warm, and the middle one of three, since the
 * machine does other things.
 */
function timed(draw) {
  const start = performance.now();
  const elapsed = () => performance.now() - start;
  for (let i = 0; i < WARM_DRAWINGS && elapsed() < WARM_TIME; i++) {
    draw();
  }
  const runs = [];
  do {
    const before = performance.now();
    const image = draw();
    runs.push({ image, ms: performance.now() - before });
  } while (runs.length < 3 && elapsed() < TIMED_TIME);
  return runs.sort((a, b) => a.ms - b.ms)[(runs.length - 1) >> 1];
}

module.exports = { drawPictures, readQuery };
