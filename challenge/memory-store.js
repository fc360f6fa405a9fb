'use strict';

const { readFunction, readInteger, readOptions } = require('../options.js');

/**
 * Entries that each set() looks at, at the old end and wherever the hand is. Few, so that nobody waits for a sweep; more
 * than the one it adds, or the hand would run after the newest for ever.
 */
const LOOKS = 2;

/**
 * Keeps the answers of one process, bounded and expiring.
 */
function memoryStore(options) {
  return new MemoryStore(readMemoryOptions(options));
}

/**
 * A map to find an answer by its id, and a list of the same entries by age, the oldest first. There is no timer, which could
 * keep the process alive: each set() makes room for itself.
 */
class MemoryStore {
  #entries = new Map();
  // A ring: after this come the oldest, before it the newest.
  #ring = newRing();
  // Walks round the ring for ever: with different lifetimes, what has expired may lie behind what has not.
  #hand = this.#ring;
  #max;
  #now;

  constructor({ max, now }) {
    this.#max = max;
    this.#now = now;
  }

  get size() {
    return this.#entries.size;
  }

  async set(id, answer, ttlMs) {
    const now = this.#now();
    this.#drop(this.#entries.get(id));
    this.#sweep(now);
    if (this.#entries.size >= this.#max) {
      this.#drop(this.#ring.newer);
    }
    const newest = this.#ring.older;
    const entry = { id, answer, expires: now + ttlMs, older: newest, newer: this.#ring };
    newest.newer = entry;
    this.#ring.older = entry;
    this.#entries.set(id, entry);
  }

  /** Gets and deletes in one step, with no await in between: of many takers one wins. */
  async take(id) {
    const entry = this.#entries.get(id);
    this.#drop(entry);
    return entry !== undefined && this.#now() < entry.expires ? entry.answer : undefined;
  }

  #sweep(now) {
    for (let i = 0; i < LOOKS && now >= this.#ring.newer.expires; i++) {
      this.#drop(this.#ring.newer);
    }
    for (let i = 0; i < LOOKS; i++) {
      const looked = this.#hand;
      this.#hand = looked.newer;
      if (now >= looked.expires) {
        this.#drop(looked);
      }
    }
  }

  #drop(entry) {
    if (entry === undefined) {
      return;
    }
    if (entry === this.#hand) {
      this.#hand = entry.newer;
    }
    entry.older.newer = entry.newer;
    entry.newer.older = entry.older;
    this.#entries.delete(entry.id);
  }
}

/** The ring's own entry, in which nothing is kept and which never expires: so there is always an oldest one. */
function newRing() {
  const ring = { id: '', answer: '', expires: Number.POSITIVE_INFINITY, older: null, newer: null };
  ring.older = ring;
  ring.newer = ring;
  return ring;
}

function readMemoryOptions(given) {
  const options = readOptions(given, ['max', 'now']);
  const max = readInteger(options, 'max', 10_000, 1, 10_000_000);
  // A monotonic clock: setting the system's time must neither expire answers nor revive them.
  return { max, now: readFunction(options, 'now', () => performance.now()) };
}

module.exports = { memoryStore };
