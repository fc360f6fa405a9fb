'use strict';

// The sealed way: an id carries its own answer, and kept is which pictures have been tried.

const { isAnswer } = require('./answers.js');
const { isThenable } = require('./deadlines.js');
const { storeError } = require('./errors.js');
const { Numbers, SIZE, chunkOf } = require('./numbers.js');
const { Seal } = require('./seal.js');
const { isInSlot, readSlot } = require('./slot.js');

/**
 * @param within Bounds the time that the marks may take.
 * @param plays How often a picture is said aloud at most: each time is a mark of its own.
 * @param normalise The form in which answers are compared.
 */
function sealedWay({ marks, secrets, ttl, skew, plays, normalise, within }) {
  const seal = new Seal(secrets);
  const numbers = new Numbers({ open, ttl, skew, marks: 1 + plays });

  async function open(name, size, lifetime) {
    try {
      return (await within(marks.open(name, size, lifetime), MARKS)) === true;
    } catch (error) {
      throw storeError('The marks failed to open a chunk', error);
    }
  }

  function sealed({ epoch, number }, text, purpose) {
    const expiresAt = Date.now() + ttl;
    const id = seal.seal({ epoch, number, expiresAt, text: normalise(text) }, purpose);
    return { id, expiresAt };
  }

  /** Of this process's own pictures the time is exact; elsewhere the clock may differ. */
  function isOver({ epoch, expiresAt }) {
    const now = Date.now();
    const grace = numbers.isOwn(epoch) ? 0 : skew;
    return now >= expiresAt + grace || expiresAt > now + ttl + skew;
  }

  /** Whether nobody has set this mark of a picture before; nothing else than true means so. */
  async function mark({ epoch, number }, which) {
    const { name, index } = chunkOf(epoch, number);
    let isFirst;
    try {
      isFirst = marks.mark(name, index + which * SIZE);
      if (isThenable(isFirst)) {
        isFirst = await within(isFirst, MARKS);
      }
    } catch (error) {
      numbers.doubt();
      throw storeError('The marks failed to mark a picture', error);
    }
    if (isFirst === undefined || isFirst === null) {
      numbers.doubt();
    }
    return isFirst;
  }

  return {
    keep(text, purpose) {
      const taken = numbers.take();
      return isThenable(taken)
        ? taken.then((later) => sealed(later, text, purpose))
        : sealed(taken, text, purpose);
    },

    async check(id, answer, purpose) {
      const opened = seal.open(id, purpose);
      if (opened === null || isOver(opened)) {
        return false;
      }
      // Marked before it is compared, whatever the answer is: each picture is good for one try.
      const isFirst = await mark(opened, 0);
      return isFirst === true && isAnswer(answer) && isInSlot(normalise(answer), opened.slot);
    },

    /** What a picture says, to be said aloud, which is one time of a few; null where there is none to be had. */
    async hear(id, purpose) {
      const opened = seal.open(id, purpose);
      const text = opened === null || isOver(opened) ? null : readSlot(opened.slot);
      for (let play = 1; text !== null && play <= plays; play += 1) {
        const isFirst = await mark(opened, play);
        if (isFirst === true) {
          return text;
        }
        if (isFirst !== false) {
          return null;
        }
      }
      return null;
    },
  };
}

const MARKS = 'The marks';

module.exports = { sealedWay };
