'use strict';

// The storing way: an id is random, and kept is its answer.

const crypto = require('node:crypto');
const { withCode } = require('../errors.js');
const { areEqual, isAnswer } = require('./answers.js');
const { storeError } = require('./errors.js');
const { areSame } = require('./slot.js');

const ID_BYTES = 16;
/** What 16 bytes are in base64url. Nothing else gets as far as the store. */
const ID = /^[A-Za-z0-9_-]{22}$/;
const STORE = 'The store';

/**
 * @param secrets None, and the store gets the answers as they are, or those whose first one hashes them.
 * @param within Bounds the time that the store may take.
 * @param normalise The form in which answers are compared.
 */
function storedWay({ store, secrets, ttl, normalise, within }) {
  // What is kept of a right answer, and whether an answer fits what was kept.
  const answers = secrets === null ? plainAnswers(normalise) : hashedAnswers(normalise, secrets);

  return {
    async keep(text, purpose) {
      const id = newId();
      const key = keyOf(id, purpose);
      // Before the store's clock starts: so the time told is never later than the store's.
      const expiresAt = Date.now() + ttl;
      try {
        await within(store.set(key, answers.keep(key, text), ttl), STORE, store.set);
      } catch (error) {
        throw storeError('The store failed to keep an answer', error);
      }
      return { id, expiresAt };
    },

    async check(id, answer, purpose) {
      if (typeof id !== 'string' || !ID.test(id)) {
        return false;
      }
      const key = keyOf(id, purpose);
      let kept;
      try {
        // Taken before it is compared, whatever the answer is: each picture is good for one try.
        kept = await within(store.take(key), STORE, store.take);
      } catch (error) {
        throw storeError('The store failed to take an answer', error);
      }
      // Neither side may be missing: undefined equals undefined, and that must not let anyone in.
      return isAnswer(kept) && isAnswer(answer) && answers.fit(key, kept, answer);
    },

    /** A store gives an answer once, and that is for the one who types it. */
    async hear() {
      const what =
        'With a "store" there is sound only where the picture is issued: issue({ audio: true })';
      throw withCode(new Error(what), 'ERR_CHALLENGE_AUDIO');
    },
  };
}

/** Under what an answer is kept: with another purpose it is not found. */
function keyOf(id, purpose) {
  if (purpose === undefined) {
    return id;
  }
  const hash = crypto.createHash('sha256').update(id).update(Buffer.from(purpose, 'utf16le'));
  return hash.digest('base64url').slice(0, id.length);
}

let pool = Buffer.alloc(0);
let poolAt = 0;

/** From the system's generator, for 256 ids at once: a call for each costs more than all the rest of it. */
function newId() {
  if (poolAt === pool.length) {
    pool = crypto.randomFillSync(Buffer.allocUnsafeSlow(256 * ID_BYTES));
    poolAt = 0;
  }
  const id = pool.toString('base64url', poolAt, poolAt + ID_BYTES);
  poolAt += ID_BYTES;
  return id;
}

function plainAnswers(normalise) {
  return {
    keep: (_key, text) => text,
    fit(_key, kept, answer) {
      const right = normalise(kept);
      return right !== '' && areSame(right, normalise(answer));
    },
  };
}

/** Keys are of one length, so that a key and a text behind it cannot be taken for another two. */
function hashedAnswers(normalise, secrets) {
  const hashed = (secret, key, text) =>
    crypto
      .createHmac('sha256', secret)
      .update(key + normalise(text))
      .digest('hex');
  return {
    keep: (key, text) => hashed(secrets[0], key, text),
    fit: (key, kept, answer) =>
      HMAC.test(kept) && secrets.some((secret) => areEqual(kept, hashed(secret, key, answer))),
  };
}

const HMAC = /^[0-9a-f]{64}$/;

module.exports = { storedWay };
