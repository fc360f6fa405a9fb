'use strict';

/** How often a terminal is redrawn at most, in ms. */
const INTERVAL = 100;
/** Where there is no terminal, a line each so many. */
const STEP = 1000;
const WIDTH = 40;

/** Tells on stderr how far something is: a bar on a terminal, elsewhere a line now and then, so that logs stay short. */
class Progress {
  #first;
  #count;
  #unit;
  #start = Date.now();
  #shown = this.#start;
  #done;
  #isTerminal = process.stderr.isTTY && process.env.TERM !== 'dumb';

  constructor(first, count, unit) {
    this.#first = first;
    this.#done = first;
    this.#count = count;
    this.#unit = unit;
    if (first > 0 && first < count) {
      process.stderr.write(`${first} of ${count} ${unit} are there; going on\n`);
    }
  }

  show(done) {
    this.#done = done;
    if (!this.#isTerminal) {
      if (done % STEP === 0 && done < this.#count) {
        process.stderr.write(`${done} of ${this.#count} ${this.#unit}\n`);
      }
      return;
    }
    if (Date.now() - this.#shown >= INTERVAL) {
      this.#draw();
    }
  }

  /** Leaves the bar as it is at the end, on a line of its own. */
  end() {
    if (this.#isTerminal && this.#done > this.#first) {
      this.#draw();
      process.stderr.write('\n');
    }
  }

  #draw() {
    this.#shown = Date.now();
    const seconds = (this.#shown - this.#start) / 1000;
    const rate = (this.#done - this.#first) / Math.max(seconds, 0.001);
    const left = Math.ceil((this.#count - this.#done) / Math.max(rate, 0.001));
    const filled = Math.floor((this.#done / this.#count) * WIDTH);
    const bar = '#'.repeat(filled) + '.'.repeat(WIDTH - filled);
    const rest = this.#done < this.#count ? `${left} s left` : `${seconds.toFixed(1)} s`;
    const line = `[${bar}] ${this.#done} / ${this.#count}, ${Math.round(rate)}/s, ${rest}`;
    // A line that wraps could not be drawn over.
    const columns = (process.stderr.columns || 80) - 1;
    process.stderr.write(`\r${line.slice(0, columns).padEnd(Math.min(columns, 78))}`);
  }
}

module.exports = { Progress };
