'use strict';

const { readFunction, readOptions } = require('../options.js');

/** How often, at most, all chunks are looked at for those that are over, in ms. */
const SWEEP = 1000;

/**
 * Remembers in one process which pictures have been tried.
 */
function memoryMarks(options) {
  const { now } = readMarksOptions(options);
  return new MemoryMarks(now);
}

/**
 * A bitmap for each chunk of numbers: made by the first try of a picture in it, and dropped when the last one in it is over.
 * Exact: nothing is dropped before. There are as many chunks as an issuer has opened within the lifetime of one, of 8,192 pictures
 * each at most, so that a picture that can still be answered takes a bit if its chunk has been tried, and next to nothing if not.
 */
class MemoryMarks {
  #chunks = new Map();
  #now;
  #sweepAt = Number.NEGATIVE_INFINITY;

  constructor(now) {
    this.#now = now;
  }

  /** Chunks that are known. */
  get size() {
    return this.#chunks.size;
  }

  /** Bytes of their bitmaps. */
  get bytes() {
    let bytes = 0;
    for (const { bits } of this.#chunks.values()) {
      bytes += bits?.length ?? 0;
    }
    return bytes;
  }

  open(chunk, size, lifetime) {
    const now = this.#now();
    this.#sweep(now);
    if (this.#chunks.has(chunk)) {
      return false;
    }
    this.#chunks.set(chunk, { size, expires: now + lifetime, bits: null });
    return true;
  }

  mark(chunk, index) {
    const now = this.#now();
    this.#sweep(now);
    const known = this.#chunks.get(chunk);
    // One that was not opened here might be marked elsewhere: then nobody here could tell.
    if (known === undefined || now >= known.expires || !(index < known.size)) {
      return undefined;
    }
    known.bits ??= new Uint8Array(Math.ceil(known.size / 8));
    const bit = 1 << (index & 7);
    const isFirst = (known.bits[index >> 3] & bit) === 0;
    known.bits[index >> 3] |= bit;
    return isFirst;
  }

  #sweep(now) {
    if (now < this.#sweepAt) {
      return;
    }
    this.#sweepAt = now + SWEEP;
    for (const [name, { expires }] of this.#chunks) {
      if (now >= expires) {
        this.#chunks.delete(name);
      }
    }
  }
}

function readMarksOptions(given) {
  const options = readOptions(given, ['now']);
  // A monotonic clock: setting the system's time must neither expire pictures nor revive them.
  return { now: readFunction(options, 'now', () => performance.now()) };
}

module.exports = { memoryMarks };
