'use strict';

const libraries = {
  'ccap-rs jpeg': {
    type: 'image/jpeg',
    load: () => loadCcap({ width: 256, height: 60 }),
    hits: ccapHits,
  },
  'ccap-rs png': {
    type: 'image/png',
    load: () => loadCcap({ width: 256, height: 60, format: 'png' }),
    hits: ccapHits,
  },
  'svg-captcha': { type: 'image/svg+xml', load: loadSvgCaptcha },
  'trek-captcha': { type: 'image/gif', load: loadTrekCaptcha },
};

/**
 * What is put behind the same handler, by name: each library, and after it a handler that answers one picture of it again and again, which
 * is what the server takes for so many bytes without any library. Each loads its library when it is asked for, so that a server holds
 * one alone; what it then returns makes a picture: `{ text, image }`, or a promise of that. `hits` counts those that came from a
 * cache.
 */
const contenders = Object.fromEntries(
  Object.entries(libraries).flatMap(([name, library]) => [
    [name, library],
    [emptyOf(name), { type: library.type, isReference: true, load: () => loadOne(library) }],
  ]),
);

/** What the handler without the library is called. */
function emptyOf(name) {
  return `as many bytes as ${name}`;
}

function loadCcap(style) {
  const ccap = require('../..');
  return () => {
    const [text, image] = ccap({ ...style }).get();
    return { text, image };
  };
}

function ccapHits() {
  return require('../..').stats().hits;
}

function loadSvgCaptcha() {
  const svgCaptcha = require('svg-captcha');
  const options = require('../svg-options.js');
  return () => {
    const { text, data } = svgCaptcha.create({ ...options });
    return { text, image: data };
  };
}

function loadTrekCaptcha() {
  const trekCaptcha = require('trek-captcha');
  return async () => {
    const { token, buffer } = await trekCaptcha();
    return { text: token, image: buffer };
  };
}

function loadOne({ load }) {
  const draw = load();
  let one;
  return () => {
    one ??= draw();
    return one;
  };
}

module.exports = { contenders, emptyOf };
