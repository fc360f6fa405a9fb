'use strict';

// The sealed way: an id carries its own answer, and kept is which pictures have been tried.

const { isAnswer } = require('./answers.js');
const { isThenable } = require('./deadlines.js');
const { storeError } = require('./errors.js');
const { Numbers, chunkOf } = require('./numbers.js');
const { Seal, isInSlot } = require('./seal.js');

/**
 * @param within Bounds the time that the marks may take.
 * @param normalise The form in which answers are compared.
 */
function sealedWay({ marks, secrets, ttl, skew, normalise, within }) {
  const seal = new Seal(secrets);
  const numbers = new Numbers({ open, ttl, skew });

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
      const { name, index } = chunkOf(opened.epoch, opened.number);
      let isFirst;
      try {
        // Marked before it is compared, whatever the answer is: each picture is good for one try.
        isFirst = marks.mark(name, index);
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
      return isFirst === true && isAnswer(answer) && isInSlot(normalise(answer), opened.slot);
    },
  };
}

const MARKS = 'The marks';

module.exports = { sealedWay };
