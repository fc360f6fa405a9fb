'use strict';

// Ids that carry what would otherwise be stored. An id is 69 bytes, in base64url 92 letters and digits with no bit left over, so
// that there is one writing of each:
//
//     head  16  epoch (10) and number (6) of the picture, as one block of AES-256
//     body  37  when it expires (6), and its answer in a slot of one size (31)
//     tag   16
//
// Body and tag are XAES-256-GCM (C2SP): AES-256-GCM under a key derived for each epoch, with a nonce that is the epoch and the
// number. An epoch is random, 80 bits of it, and drawn by one issuer alone, in one thread of one process; its numbers go up. So no
// nonce comes twice, whoever else has the same secret. What a picture is for is authenticated with it, and not in it.

const crypto = require('node:crypto');
const { SLOT, writeSlot } = require('./slot.js');

const EPOCH = 10;
const NUMBER = 6;
const HEAD = EPOCH + NUMBER;
const EXPIRES = 6;
const BODY = EXPIRES + SLOT;
const TAG = 16;
const SIZE = HEAD + BODY + TAG;
const ID = /^[A-Za-z0-9_-]{92}$/;
/** The key of an epoch that was met, to be found again: as many as a large service has processes, and some that have ended. */
const MAX_EPOCHS = 1024;
const GCM = Object.freeze({ authTagLength: TAG });

// For what is built and used up within one call: a new buffer costs as much as the cipher does.
const whole = Buffer.alloc(SIZE);
const head = whole.subarray(0, HEAD);
const body = whole.subarray(HEAD, HEAD + BODY);
const tag = whole.subarray(HEAD + BODY);
const nonce = Buffer.alloc(12);
const blocks = Buffer.alloc(32);

/**
 * Seals and opens ids with secrets: the first one seals, each of them opens.
 *
 * @param secrets KeyObjects, one at least.
 */
class Seal {
  #keys;

  constructor(secrets) {
    this.#keys = secrets.map((secret) => new Keys(secret));
  }

  /** An id. No two calls may have the same epoch and number. */
  seal({ epoch, number, expiresAt, text }, purpose) {
    const [keys] = this.#keys;
    nonce.writeUIntBE(number, 6, NUMBER);
    const cipher = crypto.createCipheriv('aes-256-gcm', keys.keyOf(epoch), nonce, GCM);
    if (purpose !== undefined) {
      cipher.setAAD(bytesOf(purpose));
    }
    body.writeUIntBE(expiresAt, 0, EXPIRES);
    writeSlot(text, body, EXPIRES);
    body.set(cipher.update(body));
    cipher.final();
    tag.set(cipher.getAuthTag());
    head.write(epoch, 'latin1');
    head.writeUIntBE(number, EPOCH, NUMBER);
    head.set(keys.lock.update(head));
    return whole.toString('base64url');
  }

  /** What is in an id: `{ epoch, number, expiresAt, slot }`, or null for what was not sealed here, or for something else. */
  open(id, purpose) {
    if (typeof id !== 'string' || !ID.test(id)) {
      return null;
    }
    whole.write(id, 'base64url');
    for (const keys of this.#keys) {
      const opened = openWith(keys, purpose);
      if (opened !== null) {
        return opened;
      }
    }
    return null;
  }
}

/** Opens what is in `whole`, and leaves it there. */
function openWith(keys, purpose) {
  const found = keys.unlock.update(head);
  const epoch = found.toString('latin1', 0, EPOCH);
  const number = found.readUIntBE(EPOCH, NUMBER);
  nonce.writeUIntBE(number, 6, NUMBER);
  // Anybody can make up an epoch: a key is kept when something has opened with it, and not before.
  const key = keys.known(epoch) ?? keys.derive(epoch);
  const decipher = crypto.createDecipheriv('aes-256-gcm', key, nonce, GCM);
  if (purpose !== undefined) {
    decipher.setAAD(bytesOf(purpose));
  }
  decipher.setAuthTag(tag);
  const opened = decipher.update(body);
  try {
    decipher.final();
  } catch {
    return null;
  }
  keys.keep(epoch, key);
  return {
    epoch,
    number,
    expiresAt: opened.readUIntBE(0, EXPIRES),
    slot: opened.subarray(EXPIRES),
  };
}

/** What one secret gives: the block cipher of heads, and the key of each epoch. */
class Keys {
  lock;
  unlock;
  #derive;
  #mask;
  #epochs = new Map();

  constructor(secret) {
    const bytes = Buffer.from(crypto.hkdfSync('sha256', secret, '', 'ccap-rs challenge, 1', 64));
    const [headKey, bodyKey] = [bytes.subarray(0, 32), bytes.subarray(32)];
    // Block by block, each by itself: these objects go on for ever, which is what makes them fast.
    this.lock = crypto.createCipheriv('aes-256-ecb', headKey, null).setAutoPadding(false);
    this.unlock = crypto.createDecipheriv('aes-256-ecb', headKey, null).setAutoPadding(false);
    this.#derive = crypto.createCipheriv('aes-256-ecb', bodyKey, null).setAutoPadding(false);
    this.#mask = doubled(this.#derive.update(Buffer.alloc(16)));
  }

  keyOf(epoch) {
    const known = this.#epochs.get(epoch);
    if (known !== undefined) {
      return known;
    }
    const key = this.derive(epoch);
    this.keep(epoch, key);
    return key;
  }

  known(epoch) {
    return this.#epochs.get(epoch);
  }

  keep(epoch, key) {
    if (this.#epochs.has(epoch)) {
      return;
    }
    if (this.#epochs.size === MAX_EPOCHS) {
      this.#epochs.delete(this.#epochs.keys().next().value);
    }
    this.#epochs.set(epoch, key);
  }

  /** XAES-256-GCM's key for the first half of its nonce, which here is the epoch and two zeros. */
  derive(epoch) {
    blocks.fill(0);
    for (const [at, which] of [
      [0, 1],
      [16, 2],
    ]) {
      blocks[at + 1] = which;
      blocks[at + 2] = 0x58;
      blocks.write(epoch, at + 4, 'latin1');
      for (let i = 0; i < 16; i++) {
        blocks[at + i] ^= this.#mask[i];
      }
    }
    return crypto.createSecretKey(this.#derive.update(blocks));
  }
}

/** Times x in GF(2^128), as CMAC has it. */
function doubled(block) {
  const twice = Buffer.alloc(16);
  for (let i = 0; i < 16; i++) {
    twice[i] = (block[i] << 1) | (block[i + 1] >> 7);
  }
  twice[15] ^= block[0] >> 7 ? 0x87 : 0;
  return twice;
}

/** Not in UTF-8, which has one writing for all halves of pairs that stand alone. */
function bytesOf(purpose) {
  return Buffer.from(purpose, 'utf16le');
}

/** A new epoch, as a string of 10 bytes. */
function newEpoch() {
  return crypto.randomBytes(EPOCH).toString('latin1');
}

module.exports = { Keys, MAX_EPOCHS, Seal, newEpoch };
