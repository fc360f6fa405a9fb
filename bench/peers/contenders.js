'use strict';

// Who draws fresh pictures, and how.

const { randomInt } = require('node:crypto');
const svgCaptcha = require('svg-captcha');
const trekCaptcha = require('trek-captcha');

const ccap = require('../..');
const SVG_OPTIONS = require('../svg-options.js');

const CHARSET = '23CDFHJKLMTVX';
const FORMATS = ['png', 'jpeg', 'webp', 'gif', 'bmp'];

const contenders = [
  ...FORMATS.map((format) => ({
    name: `ccap-rs ${format}`,
    call: () => ccap.render(randomText(), { format }),
    bytes: (image) => image.length,
  })),
  {
    name: 'svg-captcha',
    call: () => svgCaptcha.create({ ...SVG_OPTIONS }),
    // Plain ASCII: a letter is a byte.
    bytes: ({ data }) => data.length,
  },
  {
    // 4 grey letters on 150x50 with one line of noise.
    name: 'svg-captcha, its defaults',
    call: () => svgCaptcha.create(),
    bytes: ({ data }) => data.length,
  },
  {
    name: 'trek-captcha',
    call: () => trekCaptcha(),
    bytes: ({ buffer }) => buffer.length,
    isAsync: true,
  },
];

/** The others make up their texts in the time that is measured, so ours do too. */
function randomText() {
  let text = '';
  for (let i = 0; i < 6; i += 1) {
    text += CHARSET[randomInt(CHARSET.length)];
  }
  return text;
}

module.exports = contenders;
