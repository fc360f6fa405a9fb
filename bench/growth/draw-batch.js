'use strict';

// Run by turns.js: draws a batch of pictures whenever it is told to, and answers how long each took and how large it was.

const { randomInt } = require('node:crypto');
const { performance } = require('node:perf_hooks');

const ccap = require('../..');
const { collectGarbage } = require('../measure.js');

const CHARSET = '23CDFHJKLMTVX';

process.on('message', ({ options, letters, charset = CHARSET, calls }) => {
  const texts = Array.from({ length: calls }, () => randomText(letters, charset));
  const bytes = new Array(calls).fill(0);
  collectGarbage();
  const start = performance.now();
  for (let i = 0; i < calls; i += 1) {
    bytes[i] = ccap.render(texts[i], options).length;
  }
  process.send({ micros: ((performance.now() - start) * 1000) / calls, bytes });
});
process.on('disconnect', () => process.exit());

function randomText(letters, charset) {
  let text = '';
  while (text.length < letters) {
    text += charset[randomInt(charset.length)];
  }
  return text;
}
