'use strict';

/**
 * Keeps the answers of one process. Bounded, so that pictures nobody answers cannot fill the
 * memory: when it is full the oldest answer goes.
 */
class MemoryStore {
  name = 'memory';
  // A Map iterates in the order of insertion: its front is the oldest answer.
  #answers = new Map();
  #max;
  #now;

  // A monotonic clock: setting the system's time must neither expire answers nor revive them.
  constructor({ max = 10_000, now = () => performance.now() } = {}) {
    this.#max = max;
    this.#now = now;
  }

  /** The number of answers held; ones that have expired but were not swept yet are among them. */
  get size() {
    return this.#answers.size;
  }

  async set(id, answer, ttlMs) {
    const now = this.#now();
    this.#sweep(now);
    // Deleted first, because setting a key that is present would leave it at its old place.
    this.#answers.delete(id);
    this.#answers.set(id, { answer, expires: now + ttlMs });
    if (this.#answers.size > this.#max) this.#answers.delete(this.#answers.keys().next().value);
  }

  /** Gets and deletes in one step, with no await in between: of many takers one wins. */
  async take(id) {
    const entry = this.#answers.get(id);
    this.#answers.delete(id);
    // Checked here too, as the sweep does not reach everything that has expired.
    return entry && this.#now() < entry.expires ? entry.answer : undefined;
  }

  close() {
    this.#answers.clear();
  }

  /**
   * Drops what has expired at the front. No timer, which would keep the process alive, and no
   * walk over everything: each entry is dropped once, so a set() costs O(1) on average. With
   * different lifetimes a long-lived entry can hold expired ones behind it for a while: they
   * are never handed out, and the bound holds for them as well.
   */
  #sweep(now) {
    for (const [id, { expires }] of this.#answers) {
      if (now < expires) break;
      this.#answers.delete(id);
    }
  }
}

module.exports = { MemoryStore };
