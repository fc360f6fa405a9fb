'use strict';

const crypto = require('node:crypto');
const { memoryStore } = require('./memory-store.js');
const { invalidType, outOfRange, withCode } = require('../errors.js');
const { readInteger, readOptions } = require('./options.js');
const { redisStore } = require('./redis-store.js');

const OPTIONS = ['captcha', 'store', 'ttl', 'secret', 'caseSensitive'];
const DAY = 86_400_000;
const ID_BYTES = 16;
/** What 16 bytes are in base64url. Nothing else gets as far as the store. */
const ID = /^[A-Za-z0-9_-]{22}$/;
/** UTF-16 code units of an answer: some times what any picture shows. */
const MAX_ANSWER = 256;
const MIN_SECRET = 16;

/** Issues pictures and verifies what visitors typed, each picture once. */
function createChallenges(options) {
  const { captcha, store, ttl, secret, caseSensitive } = readChallengeOptions(options);
  const normalise = caseSensitive ? trimmed : folded;
  // What is kept of a right answer, and whether an answer fits what was kept.
  const answers = secret === null ? plainAnswers(normalise) : hashedAnswers(normalise, secret);

  async function issue() {
    const [text, image] = readPicture(await draw(captcha), normalise);
    const id = newId();
    // Before the store's clock starts: so the time told is never later than the store's.
    const expiresAt = Date.now() + ttl;
    try {
      await store.set(id, answers.keep(id, text), ttl);
    } catch (error) {
      throw storeError('The store failed to keep an answer', error);
    }
    return new Challenge(id, image, mimeType(image, captcha), expiresAt);
  }

  async function verify(id, answer) {
    if (typeof id !== 'string' || !ID.test(id)) {
      return false;
    }
    let kept;
    try {
      // Taken before it is compared, whatever the answer is: each picture is good for one try.
      kept = await store.take(id);
    } catch (error) {
      throw storeError('The store failed to take an answer', error);
    }
    // Neither side may be missing: undefined equals undefined, and that must not let anyone in.
    return isAnswer(kept) && isAnswer(answer) && answers.fit(id, kept, answer);
  }

  return { issue, verify };
}

/** What a visitor is shown. Its answer is not in it. */
class Challenge {
  constructor(id, image, type, expiresAt) {
    this.id = id;
    this.image = image;
    this.type = type;
    this.expiresAt = expiresAt;
  }

  get dataURL() {
    return `data:${this.type};base64,${this.image.toString('base64')}`;
  }

  toJSON() {
    const { id, type, expiresAt, dataURL } = this;
    return { id, type, expiresAt, dataURL };
  }
}

function draw(captcha) {
  return typeof captcha.getAsync === 'function' ? captcha.getAsync() : captcha.get();
}

/** A text that nobody could ever answer with is an error here, and not a riddle for the visitor. */
function readPicture(picture, normalise) {
  if (!Array.isArray(picture)) {
    throw invalidType(
      'The value returned by the captcha',
      'an array of a text and a picture',
      picture,
    );
  }
  const [text, image] = picture;
  if (typeof text !== 'string') {
    throw invalidType("The captcha's text", 'of type string', text);
  }
  if (!isAnswer(text) || normalise(text) === '') {
    const allowed = `1 to ${MAX_ANSWER} letters, not only white space`;
    throw outOfRange("the captcha's text", allowed, text);
  }
  if (!(image instanceof Uint8Array)) {
    throw invalidType("The captcha's picture", 'an instance of Buffer or Uint8Array', image);
  }
  return [text, Buffer.isBuffer(image) ? image : viewOf(image)];
}

function viewOf({ buffer, byteOffset, byteLength }) {
  return Buffer.from(buffer, byteOffset, byteLength);
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

function isAnswer(value) {
  return typeof value === 'string' && value !== '' && value.length <= MAX_ANSWER;
}

/** Composed letters and decomposed ones look the same, and which of the two is typed depends on the system. */
function trimmed(text) {
  return text.trim().normalize('NFC');
}

function folded(text) {
  return trimmed(text).toLowerCase();
}

function plainAnswers(normalise) {
  return {
    keep: (_id, text) => text,
    fit(_id, kept, answer) {
      const right = normalise(kept);
      // Digests are compared, being of one length, which tells nothing of the answer's.
      return right !== '' && equal(sha256(right), sha256(normalise(answer)));
    },
  };
}

/** Ids are of one length, so that an id and a text behind it cannot be taken for another two. */
function hashedAnswers(normalise, secret) {
  const keep = (id, text) =>
    crypto
      .createHmac('sha256', secret)
      .update(id + normalise(text))
      .digest('hex');
  return {
    keep,
    fit: (id, kept, answer) => HMAC.test(kept) && equal(kept, keep(id, answer)),
  };
}

const HMAC = /^[0-9a-f]{64}$/;
const one = Buffer.alloc(64);
const other = Buffer.alloc(64);

/**
 * Compares two digests in constant time. Each is 64 hexadecimal digits, so that nothing is left of what was compared before;
 * buffers made anew would be most of the work.
 */
function equal(digest, otherDigest) {
  one.write(digest, 'latin1');
  other.write(otherDigest, 'latin1');
  return crypto.timingSafeEqual(one, other);
}

/** The one-shot form takes half the time, but Node 18 does not have it. */
const sha256 = crypto.hash
  ? (text) => crypto.hash('sha256', text, 'hex')
  : (text) => crypto.createHash('sha256').update(text).digest('hex');

const SIGNATURES = [
  ['image/jpeg', 'ffd8ff'],
  ['image/png', '89504e470d0a1a0a'],
  ['image/gif', '47494638'],
  ['image/bmp', '424d'],
  ['image/webp', '57454250', 8],
  ['image/svg+xml', Buffer.from('<svg').toString('hex')],
].map(([type, hex, at = 0]) => ({ type, bytes: Buffer.from(hex, 'hex'), at }));

const FORMATS = ['jpeg', 'png', 'gif', 'bmp', 'webp', 'avif'];

/** The picture's own first bytes are believed before what the captcha says about it. */
function mimeType(image, captcha) {
  for (const { type, bytes, at } of SIGNATURES) {
    if (bytes.every((byte, i) => image[at + i] === byte)) {
      return type;
    }
  }
  return FORMATS.includes(captcha.format) ? `image/${captcha.format}` : 'application/octet-stream';
}

/** The message tells nothing of the cause: it may end up in a response. */
function storeError(message, cause) {
  return withCode(new Error(message, { cause }), 'ERR_CHALLENGE_STORE');
}

function readChallengeOptions(given) {
  const options = readOptions(given, OPTIONS);
  const { captcha, store = memoryStore(), secret, caseSensitive = false } = options;
  if (!has(captcha, 'getAsync') && !has(captcha, 'get')) {
    throw invalidType('The "captcha" option', 'an object with getAsync() or get()', captcha);
  }
  if (!has(store, 'set') || !has(store, 'take')) {
    throw invalidType('The "store" option', 'an object with set() and take()', store);
  }
  if (typeof caseSensitive !== 'boolean') {
    throw invalidType('The "caseSensitive" option', 'of type boolean', caseSensitive);
  }
  const ttl = readInteger(options, 'ttl', 120_000, 1, DAY);
  return { captcha, store, ttl, secret: readSecret(secret), caseSensitive };
}

/** An empty secret is an error, as from a variable that is not set: without one nothing would be hashed. */
function readSecret(secret) {
  if (secret === undefined) {
    return null;
  }
  if (typeof secret !== 'string' && !(secret instanceof Uint8Array)) {
    throw invalidType('The "secret" option', 'of type string or an instance of Uint8Array', secret);
  }
  const bytes = Buffer.from(secret);
  if (bytes.length < MIN_SECRET) {
    // Without the secret itself.
    throw outOfRange('secret', `at least ${MIN_SECRET} bytes long`, bytes.length);
  }
  return crypto.createSecretKey(bytes);
}

function has(value, method) {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    typeof value[method] === 'function'
  );
}

module.exports = { createChallenges, memoryStore, redisStore };
