'use strict';

// Answers in room of one size, whatever they are, so that neither what is kept nor how long comparing takes tells their length.

const crypto = require('node:crypto');

const SLOT = 31;

/**
 * Writes an answer in the same room whatever it is: as it is, after its length, or when it is too long for that its hash. No two
 * answers are written alike.
 */
function writeSlot(text, target, at) {
  target.fill(0, at, at + SLOT);
  if (text.length < SLOT && Buffer.byteLength(text) < SLOT) {
    target[at] = target.write(text, at + 1);
  } else {
    target[at] = 0xff;
    target.set(
      crypto
        .createHash('sha256')
        .update(text)
        .digest()
        .subarray(0, SLOT - 1),
      at + 1,
    );
  }
}

/** The answer in a slot; null where there is but its hash. */
function readSlot(slot) {
  return slot[0] < SLOT ? slot.toString('utf8', 1, 1 + slot[0]) : null;
}

// For what is written and compared within one call: new buffers would be most of the work.
const right = Buffer.alloc(SLOT);
const typed = Buffer.alloc(SLOT);

/** Whether a slot has this answer, in constant time. Any other text than the answer gives another slot. */
function isInSlot(text, slot) {
  writeSlot(text, typed, 0);
  return crypto.timingSafeEqual(typed, slot);
}

/** Whether two answers are the same, in constant time. */
function areSame(text, otherText) {
  writeSlot(text, right, 0);
  return isInSlot(otherText, right);
}

module.exports = { SLOT, areSame, isInSlot, readSlot, writeSlot };
