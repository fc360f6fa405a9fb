'use strict';

const crypto = require('node:crypto');
const { invalidType, isArray, outOfRange } = require('../errors.js');
const { readBoolean, readInteger, readLanguage, readOptions } = require('../options.js');
const { folded, seen } = require('./answers.js');
const { Deadlines, isThenable } = require('./deadlines.js');
const { busyError } = require('./errors.js');
const { GivenUp } = require('./given-up.js');
const { memoryMarks } = require('./memory-marks.js');
const { memoryStore } = require('./memory-store.js');
const { Challenge, draw, mimeType, readPicture } = require('./picture.js');
const { redisMarks } = require('./redis-marks.js');
const { redisStore } = require('./redis-store.js');
const { sealedWay } = require('./sealed.js');
const { storedWay } = require('./stored.js');

const OPTIONS = [
  'captcha',
  'marks',
  'store',
  'secret',
  'ttl',
  'skew',
  'caseSensitive',
  'timeout',
  'maxPending',
  'audioPlays',
];
const DAY = 86_400_000;
const MIN_SECRET = 16;
const MAX_SECRETS = 8;
const MAX_PURPOSE = 1024;
const MAX_PLAYS = 10;

/** Issues pictures and verifies what visitors typed, each picture once. */
function createChallenges(given) {
  const options = readChallengeOptions(given);
  const { captcha, ttl, skew, timeout, maxPending, normalise } = options;
  const deadlines = new Deadlines(timeout);
  const within = (value, what, by) => deadlines.within(value, what, by);
  const way = options.store ? storedWay({ ...options, within }) : sealedWay({ ...options, within });
  const givenUp = new GivenUp(ttl + skew);
  let pending = 0;

  /** Has to be followed by `pending -= 1`. */
  function begin() {
    if (pending >= maxPending) {
      throw busyError(maxPending);
    }
    pending += 1;
  }

  async function issue(about) {
    const { purpose, spoken } = readWhat(about, ['for', 'audio', 'lang']);
    begin();
    try {
      const drawn = within(draw(captcha), 'The captcha');
      const [text, image] = readPicture(isThenable(drawn) ? await drawn : drawn, normalise);
      const audio = spoken === null ? undefined : await within(speak(text, spoken), 'The sound');
      const kept = way.keep(text, purpose);
      const { id, expiresAt } = isThenable(kept) ? await kept : kept;
      return new Challenge(id, image, mimeType(image, captcha), expiresAt, audio);
    } finally {
      pending -= 1;
    }
  }

  async function audio(id, about) {
    const { purpose, lang } = readWhat(about, ['for', 'lang']);
    begin();
    try {
      const text = await way.hear(id, purpose);
      return text === null ? null : await within(speak(text, lang), 'The sound');
    } finally {
      pending -= 1;
    }
  }

  async function verify(id, answer, about) {
    const { purpose } = readWhat(about, ['for']);
    if (givenUp.has(id)) {
      return false;
    }
    try {
      return await way.check(id, answer, purpose);
    } catch (error) {
      if (error.code === 'ERR_CHALLENGE_TIMEOUT') {
        givenUp.add(id);
      }
      throw error;
    }
  }

  return { issue, audio, verify };
}

/** Loaded by who asks for sound: challenges alone need no drawing. */
function speak(text, lang) {
  return require('../index.js').speakAsync(text, { lang });
}

const NOTHING = Object.freeze({ purpose: undefined, lang: readLanguage({}), spoken: null });

/** What a picture is for, and what else is said of it. */
function readWhat(about, known) {
  if (about === undefined) {
    return NOTHING;
  }
  const options = readOptions(about, known);
  const lang = readLanguage(options);
  return {
    purpose: readPurpose(options),
    lang,
    spoken: readBoolean(options, 'audio', false) ? lang : null,
  };
}

/** Something that is named and missing is a mistake: without it the picture would be for everything. */
function readPurpose(options) {
  if (!('for' in options)) {
    return undefined;
  }
  const purpose = options.for;
  if (typeof purpose !== 'string') {
    throw invalidType('The "for" option', 'of type string', purpose);
  }
  if (purpose === '' || purpose.length > MAX_PURPOSE) {
    throw outOfRange('for', `1 to ${MAX_PURPOSE} letters`, purpose);
  }
  return purpose;
}

function readChallengeOptions(given) {
  const options = readOptions(given, OPTIONS);
  const { captcha, store, marks, secret } = options;
  if (!has(captcha, 'getAsync') && !has(captcha, 'get')) {
    throw invalidType('The "captcha" option', 'an object with getAsync() or get()', captcha);
  }
  if (store !== undefined && (!has(store, 'set') || !has(store, 'take'))) {
    throw invalidType('The "store" option', 'an object with set() and take()', store);
  }
  if (marks !== undefined && (!has(marks, 'open') || !has(marks, 'mark'))) {
    throw invalidType('The "marks" option', 'an object with open() and mark()', marks);
  }
  if (store !== undefined && marks !== undefined) {
    throw invalidType('The "marks" option', 'undefined while there is a "store"', marks);
  }
  const secrets = secret === undefined ? null : readSecrets(secret);
  return {
    captcha,
    store,
    marks: store === undefined ? (marks ?? marksByDefault()) : undefined,
    secrets: store === undefined ? (secrets ?? [ownSecret()]) : secrets,
    ttl: readInteger(options, 'ttl', 120_000, 1, DAY),
    skew: readInteger(options, 'skew', 5000, 0, DAY),
    normalise: readBoolean(options, 'caseSensitive', false) ? seen : folded,
    timeout: readInteger(options, 'timeout', 5000, 1, 600_000),
    maxPending: readInteger(options, 'maxPending', 1000, 1, 1_000_000),
    plays: readInteger(options, 'audioPlays', 3, 0, MAX_PLAYS),
  };
}

let ownSecretKey = null;

/** The process's own, for those who give none. */
function ownSecret() {
  ownSecretKey ??= crypto.createSecretKey(crypto.randomBytes(32));
  return ownSecretKey;
}

let hasWarned = false;

/** Of the processes of a cluster each would know its own pictures alone, and most visitors come back to another one. */
function marksByDefault() {
  if (!hasWarned && require('node:cluster').isWorker) {
    hasWarned = true;
    process.emitWarning(
      'Challenges with no "marks" and no "store" are good in one process alone, and this is one of a cluster. ' +
        'Give all of them one "secret", and redisMarks() as "marks"',
      { type: 'CcapWarning', code: 'CCAP_CLUSTER' },
    );
  }
  return memoryMarks();
}

/** The first one is for new pictures; the others are for those that are still good. */
function readSecrets(secret) {
  const list = isArray(secret) ? [...secret] : [secret];
  if (list.length === 0 || list.length > MAX_SECRETS) {
    throw outOfRange('secret', `1 to ${MAX_SECRETS} of them`, list.length);
  }
  return list.map(readSecret);
}

/** An empty secret is an error, as from a variable that is not set. */
function readSecret(secret) {
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

module.exports = { createChallenges, memoryMarks, memoryStore, redisMarks, redisStore };
