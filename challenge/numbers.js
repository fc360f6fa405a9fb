'use strict';

const { storeError } = require('./errors.js');
const { newEpoch } = require('./seal.js');

/** Pictures of a chunk at most: a kilobyte of marks. */
const SIZE = 8192;
/** For how long a chunk takes new pictures, in ms: when it is lost and nobody notices, that is for how long they are lost too. */
const WINDOW = 30_000;
/** Of the window and of the size, the share that is left when the next chunk is opened. */
const AHEAD = 1 / 4;
/** How long a chunk is used even if it is in doubt, and how soon opening ahead is tried again, in ms. */
const PAUSE = 1000;
/** Epochs that are somebody else's already: none is, unless a process has been copied while it ran. */
const MAX_TRIES = 3;

/**
 * The numbers of one issuer's pictures. Each comes once, and not before its chunk has been opened where the marks are; a chunk is
 * opened once, whatever comes of it. They go up to 2^48, beyond which nothing is sealed: at a million a second that is nine years.
 */
class Numbers {
  #open;
  #marks;
  #lifetime;
  #epoch = null;
  #next = 0;
  #current = null;
  #ahead = null;
  #opening = null;
  #retryAt = 0;
  #doubtedAt = Number.NEGATIVE_INFINITY;

  /**
   * @param open Opens a chunk: `(name, size, lifetime)` gives a promise of true, or of false if there is one of that name.
   * @param marks For how many marks of each picture there is room in it.
   */
  constructor({ open, ttl, skew, marks }) {
    this.#open = open;
    this.#marks = marks;
    // Of its last picture too.
    this.#lifetime = WINDOW + ttl + skew;
  }

  /** The next number and its epoch, or a promise of them while a chunk is being opened. */
  take() {
    const now = performance.now();
    if (!this.#isGood(this.#current, now)) {
      this.#current = this.#isGood(this.#ahead, now) ? this.#ahead : null;
      this.#ahead = null;
    }
    const chunk = this.#current;
    if (chunk === null) {
      return this.#openNext().then(() => this.take());
    }
    if (isEnding(chunk, now)) {
      this.#openAhead(now);
    }
    const { epoch, next: number } = chunk;
    chunk.next += 1;
    return { epoch, number };
  }

  isOwn(epoch) {
    return epoch === this.#epoch;
  }

  /** Told that a chunk is not there, or that nobody answers: those that are open may be gone too. */
  doubt() {
    this.#doubtedAt = performance.now();
  }

  /** Whether a chunk has room, and is not in doubt: one that is goes when it has been open for a while. */
  #isGood(chunk, now) {
    return (
      hasRoom(chunk, now) && (chunk.openedAt > this.#doubtedAt || now - chunk.openedAt < PAUSE)
    );
  }

  /** Nobody waits for it: where it fails there is another try, and in the end one that somebody waits for. */
  #openAhead(now) {
    if (this.#ahead === null && this.#opening === null && now >= this.#retryAt) {
      this.#openNext().catch(() => {
        this.#retryAt = performance.now() + PAUSE;
      });
    }
  }

  /** Opens one chunk more, for all who wait for one. */
  #openNext() {
    this.#opening ??= this.#openOne().finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  async #openOne() {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      this.#epoch ??= newEpoch();
      const epoch = this.#epoch;
      const next = this.#next;
      this.#next += SIZE;
      // Its time there starts later than here, and it is known to be there from the reply on.
      const until = performance.now() + WINDOW;
      if (await this.#open(chunkOf(epoch, next).name, SIZE * this.#marks, this.#lifetime)) {
        this.#ahead = { epoch, next, end: next + SIZE, openedAt: performance.now(), until };
        return;
      }
      this.#epoch = null;
      this.#next = 0;
    }
    throw storeError('Every chunk that was to be opened is there already');
  }
}

function hasRoom(chunk, now) {
  return chunk !== null && chunk.next < chunk.end && now < chunk.until;
}

function isEnding({ next, end, until }, now) {
  return end - next < SIZE * AHEAD || until - now < WINDOW * AHEAD;
}

let last = { epoch: '', chunk: -1, name: '' };

/** Where a picture's first mark is: the name of its chunk, and its place in it. Each further mark lies a chunk's size behind. */
function chunkOf(epoch, number) {
  const index = number % SIZE;
  const chunk = (number - index) / SIZE;
  // Most pictures are of the chunk that the one before was of.
  if (last.chunk !== chunk || last.epoch !== epoch) {
    last = { epoch, chunk, name: `${Buffer.from(epoch, 'latin1').toString('base64url')}.${chunk}` };
  }
  return { name: last.name, index };
}

module.exports = { Numbers, SIZE, chunkOf };
