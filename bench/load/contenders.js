'use strict';

/**
 * What is put behind the same handler, by name. Each loads its library when it is asked for, so that a server holds one alone;
 * what it then returns makes a picture: `{ text, image }`, or a promise of that. `hits` counts those that came from a cache.
 */
const contenders = {
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
  /** One picture again and again: what the server takes without any library. */
  'nothing drawn': { type: 'image/png', isReference: true, load: loadNothing },
};

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

function loadNothing() {
  const image = require('../..').render('K7WPX2', { format: 'png' });
  return () => ({ text: 'K7WPX2', image });
}

module.exports = contenders;
