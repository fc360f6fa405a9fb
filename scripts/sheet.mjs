// `npm run sheet -- [FILE]`: a contact sheet of fresh pictures at twice their size, to look at after any change to drawing.

import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { build } from './steps.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    level: { type: 'string' },
    length: { type: 'string' },
    width: { type: 'string' },
    height: { type: 'string' },
    count: { type: 'string', default: '24' },
  },
});

await build();
const require = createRequire(import.meta.url);
const ccap = require('../index.js');
const sharp = require('sharp');

const SCALE = 2;
const COLUMNS = 3;
const GAP = 10;

const { count: countText, ...options } = values;
const count = Number(countText);
const captcha = ccap({ ...options, format: 'png' });
const step = { x: captcha.width * SCALE + GAP, y: captcha.height * SCALE + GAP };
const tiles = [];
const texts = [];
for (let i = 0; i < count; i++) {
  const [text, image] = captcha.get();
  texts.push(text);
  tiles.push({
    input: await sharp(image)
      .resize(captcha.width * SCALE)
      .toBuffer(),
    left: GAP + (i % COLUMNS) * step.x,
    top: GAP + Math.floor(i / COLUMNS) * step.y,
  });
}
const file = positionals[0] ?? 'sheet.png';
await sharp({
  create: {
    width: GAP + COLUMNS * step.x,
    height: GAP + Math.ceil(count / COLUMNS) * step.y,
    channels: 3,
    background: 'white',
  },
})
  .composite(tiles)
  .png()
  .toFile(file);
console.log(`${file}: ${texts.join(' ')}`);
