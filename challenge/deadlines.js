'use strict';

const { timeoutError } = require('./errors.js');

/**
 * Bounds how long others may take, all of them for the same time: so they fall due in the order in which they came, and one timer
 * does for all.
 */
class Deadlines {
  #timeout;
  // In the order of their being due, which a set keeps.
  #waiting = new Set();
  #timer = null;

  constructor(timeout) {
    this.#timeout = timeout;
  }

  /** The value, or a promise of it that rejects when it takes too long; `what` is who takes it. */
  within(value, what) {
    return isThenable(value) ? this.#wait(value, what) : value;
  }

  #wait(promise, what) {
    return new Promise((resolve, reject) => {
      const entry = { due: performance.now() + this.#timeout, what, reject };
      this.#waiting.add(entry);
      this.#arm();
      promise.then(
        (value) => {
          this.#forget(entry);
          resolve(value);
        },
        (error) => {
          this.#forget(entry);
          reject(error);
        },
      );
    });
  }

  #forget(entry) {
    // The timer stays for the next one. It must not keep the process alive for nobody.
    if (this.#waiting.delete(entry) && this.#waiting.size === 0) {
      this.#timer?.unref();
    }
  }

  #arm() {
    if (this.#timer === null) {
      // A busy event loop looks at its timers first: what has arrived by then is not late.
      this.#timer = setTimeout(() => setImmediate(() => this.#expire()), this.#timeout);
    } else if (this.#waiting.size === 1) {
      this.#timer.ref();
    }
  }

  #expire() {
    this.#timer = null;
    const now = performance.now();
    for (const entry of this.#waiting) {
      if (entry.due > now) {
        const rest = Math.ceil(entry.due - now);
        this.#timer = setTimeout(() => setImmediate(() => this.#expire()), rest);
        return;
      }
      this.#waiting.delete(entry);
      entry.reject(timeoutError(entry.what, this.#timeout));
    }
  }
}

function isThenable(value) {
  return typeof value?.then === 'function';
}

module.exports = { Deadlines, isThenable };
