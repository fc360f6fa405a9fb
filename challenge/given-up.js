'use strict';

/** Ids that are remembered at most. With more of them the oldest goes, about which the store is asked again. */
const MAX = 10_000;

/**
 * Ids whose try was given up: nobody knows whether it has used them up, so they count as used. Each for as long as a picture lasts.
 */
class GivenUp {
  #until = new Map();
  #lifetime;

  constructor(lifetime) {
    this.#lifetime = lifetime;
  }

  get size() {
    return this.#until.size;
  }

  add(id) {
    const now = performance.now();
    this.#until.delete(id);
    for (const [oldest, until] of this.#until) {
      if (now < until && this.#until.size < MAX) {
        break;
      }
      this.#until.delete(oldest);
    }
    this.#until.set(id, now + this.#lifetime);
  }

  has(id) {
    return this.#until.size > 0 && this.#until.has(id);
  }
}

module.exports = { GivenUp, MAX };
