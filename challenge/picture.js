'use strict';

// What a captcha gives, and what a visitor is shown of it.

const { invalidType, outOfRange } = require('../errors.js');
const { MAX_ANSWER, isAnswer } = require('./answers.js');

/** What a visitor is shown. Its answer is not in it, or sealed. */
class Challenge {
  constructor(id, image, type, expiresAt, audio) {
    this.id = id;
    this.image = image;
    this.type = type;
    this.expiresAt = expiresAt;
    if (audio !== undefined) {
      this.audio = audio;
    }
  }

  get dataURL() {
    return `data:${this.type};base64,${this.image.toString('base64')}`;
  }

  get audioURL() {
    return this.audio && `data:audio/wav;base64,${this.audio.toString('base64')}`;
  }

  /** What is undefined is left out by whoever writes it. */
  toJSON() {
    const { id, type, expiresAt, dataURL, audioURL } = this;
    return { id, type, expiresAt, dataURL, ...(audioURL && { audioURL }) };
  }
}

/** What the getAsync() of a captcha of ours has: it gives a picture that is there without a promise. */
const SOON = Symbol.for('ccap-rs.soon');

/** A picture, or a promise of one. */
function draw(captcha) {
  const { getAsync } = captcha;
  if (typeof getAsync !== 'function') {
    return captcha.get();
  }
  return SOON in getAsync ? getAsync[SOON](captcha) : captcha.getAsync();
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

module.exports = { Challenge, draw, mimeType, readPicture };
