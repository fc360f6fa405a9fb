'use strict';

const { timeoutError } = require('./errors.js');

/**
 * Bounds how long others may take, all of them for the same time: so they fall due in the order in which they came, and one timer
 * does for all.
 */
class Deadlines {
  #timeout;
  // After this come those that wait, the one that is due first first. Each holds on to its neighbours while it waits and to nothing
  // afterwards: a set, or a list that kept its links, would lead from what is garbage to what is new, and all of it would grow old.
  #ring = newRing();
  #timer = null;

  constructor(timeout) {
    this.#timeout = timeout;
  }

  /**
   * The value, or a promise of it that rejects when it takes too long; `what` is who takes it. `by` is the function that it came
   * from: one that sees to it by itself needs no second deadline.
   */
  within(value, what, by) {
    return by?.[SETTLES_WITHIN] <= this.#timeout || !isThenable(value)
      ? value
      : this.#wait(value, what);
  }

  /** From now on `late` is called when the time is over, unless what this returns is deleted before. */
  add(late) {
    const newest = this.#ring.older;
    const entry = {
      due: performance.now() + this.#timeout,
      late,
      older: newest,
      newer: this.#ring,
    };
    newest.newer = entry;
    this.#ring.older = entry;
    this.#arm();
    return entry;
  }

  /** Whether it was still waited for. */
  delete(entry) {
    if (!remove(entry)) {
      return false;
    }
    // The timer stays for the next one. It must not keep the process alive for nobody.
    if (this.#ring.newer === this.#ring) {
      this.#timer?.unref();
    }
    return true;
  }

  #wait(promise, what) {
    return new Promise((resolve, reject) => {
      const entry = this.add(() => reject(timeoutError(what, this.#timeout)));
      promise.then(
        (value) => {
          this.delete(entry);
          resolve(value);
        },
        (error) => {
          this.delete(entry);
          reject(error);
        },
      );
    });
  }

  #arm() {
    if (this.#timer === null) {
      this.#start(this.#timeout);
    } else if (this.#ring.newer === this.#ring.older) {
      this.#timer.ref();
    }
  }

  /** A busy event loop looks at its timers first: what has arrived by then is not late. So it is heard before anything fails. */
  #start(millis) {
    this.#timer = setTimeout(() => {
      const now = performance.now();
      setImmediate(() => this.#expire(now));
    }, millis);
  }

  /** Those are late that were due at this time. */
  #expire(now) {
    this.#timer = null;
    for (let first = this.#ring.newer; first !== this.#ring; first = this.#ring.newer) {
      if (first.due > now) {
        this.#start(Math.ceil(first.due - performance.now()));
        return;
      }
      remove(first);
      first.late();
    }
  }
}

/** The ring's own entry, for which nobody waits: so there is always a first and a last one. */
function newRing() {
  const ring = { due: Number.POSITIVE_INFINITY, late: null, older: null, newer: null };
  ring.older = ring;
  ring.newer = ring;
  return ring;
}

/** Takes an entry out of its ring, if it is in it. */
function remove(entry) {
  const { older, newer } = entry;
  if (newer === null) {
    return false;
  }
  older.newer = newer;
  newer.older = older;
  entry.older = null;
  entry.newer = null;
  return true;
}

const SETTLES_WITHIN = Symbol('settles within');

/** Marks a function of ours whose promises settle within this time, whatever comes. One that is put around it does not have the mark. */
function settlesWithin(timeout, call) {
  call[SETTLES_WITHIN] = timeout;
  return call;
}

function isThenable(value) {
  return typeof value?.then === 'function';
}

module.exports = { Deadlines, isThenable, settlesWithin };
