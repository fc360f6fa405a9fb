'use strict';

/** Bytes that may be taken up at once; who wants more than are free is refused, not queued. */
class Budget {
  #free;

  constructor(bytes) {
    this.#free = bytes;
  }

  /** A share of so many bytes, or nothing where so many are not free. */
  reserve(bytes) {
    if (bytes > this.#free) {
      return undefined;
    }
    this.#free -= bytes;
    let held = bytes;
    const shrink = (to) => {
      this.#free += held - to;
      held = to;
    };
    return { shrink, release: () => shrink(0) };
  }
}

module.exports = { Budget };
