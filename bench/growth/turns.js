'use strict';

const { fork } = require('node:child_process');
const path = require('node:path');

const ask = require('../ask.js');
const { median, spread } = require('../measure.js');

const DRAW_BATCH = path.join(__dirname, 'draw-batch.js');

/**
 * Times fresh pictures of many kinds, which take turns as in `interleave`. Each place, which is a size or a number of letters,
 * is a process of its own: a service shows one kind of picture, and the glyphs that it keeps are those of that kind.
 *
 * @param places For each the kinds of pictures that its process draws: `options`, the number of `letters`, and the `charset` they are from
 * @returns For each place and kind the median microseconds of a picture, how far the rounds lay apart, and the median bytes.
 */
async function timePictures(places, { warmup, rounds, calls }) {
  const results = places.map((kinds) => kinds.map(() => ({ micros: [], bytes: [] })));
  const children = places.map(() => fork(DRAW_BATCH));
  try {
    for (let round = -1; round < rounds; round += 1) {
      for (let turn = 0; turn < places.length; turn += 1) {
        const place = (turn + round + 1) % places.length;
        for (const [kind, what] of places[place].entries()) {
          const batch = await ask(children[place], { ...what, calls: round < 0 ? warmup : calls });
          if (round >= 0) {
            results[place][kind].micros.push(batch.micros);
            results[place][kind].bytes.push(...batch.bytes);
          }
        }
      }
    }
  } finally {
    for (const child of children) {
      child.kill();
    }
  }
  return results.map((kinds) =>
    kinds.map(({ micros, bytes }) => ({
      micros: median(micros),
      spread: spread(micros),
      bytes: median(bytes),
    })),
  );
}

module.exports = timePictures;
