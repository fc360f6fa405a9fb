'use strict';

const { readFunction, readOptions } = require('../options.js');

/** How often, at most, all chunks are looked at for those that are over, in ms. */
const SWEEP = 1000;
/** Marks that a bitmap is made for at a time: most of a chunk's are never made. */
const PAGE = 8192;

/**
 * Remembers in one process which pictures have been tried.
 */
function memoryMarks(options) {
  const { now } = readMarksOptions(options);
  return new MemoryMarks(now);
}

/**
 * A bitmap for each chunk of numbers: made, a page at a time, by the first mark in it, and dropped when the last one in it is over.
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
      for (const page of bits) {
        bytes += page?.length ?? 0;
      }
    }
    return bytes;
  }

  open(chunk, size, lifetime) {
    const now = this.#now();
    this.#sweep(now);
    if (this.#chunks.has(chunk)) {
      return false;
    }
    this.#chunks.set(chunk, { size, expires: now + lifetime, bits: [] });
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
    const page = Math.floor(index / PAGE);
    known.bits[page] ??= new Uint8Array(Math.ceil(Math.min(PAGE, known.size) / 8));
    const bits = known.bits[page];
    const at = (index % PAGE) >> 3;
    const bit = 1 << (index & 7);
    const isFirst = (bits[at] & bit) === 0;
    bits[at] |= bit;
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
