'use strict';

const { invalidType, outOfRange, withCode } = require('../errors.js');
const { readOptions, readString } = require('../options.js');

const OPTIONS = [
  'as',
  'cookie',
  'idField',
  'idHeader',
  'answerField',
  'answerHeader',
  'read',
  'required',
];
const COOKIE_OPTIONS = ['name', 'path', 'domain', 'sameSite', 'secure'];
/** A token as HTTP has it: what a header or a cookie may be called. */
const TOKEN = /^[\w!#$%&'*+.^`|~-]{1,64}$/;
const FIELD = /^[\s\S]{1,64}$/;

/** Neither browsers nor what lies before them may keep a picture, or take it for anything but one. */
const HEADERS = Object.freeze({
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
});

/**
 * What the middlewares of all frameworks have in common; each of them only says how its framework reads a request and
 * sends a response.
 */
function httpChallenges(challenges, given) {
  if (typeof challenges?.issue !== 'function' || typeof challenges.verify !== 'function') {
    throw invalidType('The "challenges" argument', 'made by createChallenges()', challenges);
  }
  const options = readHttpOptions(given);

  return {
    /** A new picture: the headers, the cookie if there is one, and what to send, which has a type of its own or is JSON. */
    async issue(isSecure) {
      const challenge = await withStatus(challenges.issue());
      const cookie =
        options.cookie === null ? null : writeCookie(challenge, options.cookie, isSecure);
      return options.as === 'image'
        ? { headers: HEADERS, cookie, type: challenge.type, body: challenge.image }
        : { headers: HEADERS, cookie, type: 'application/json', body: challenge.toJSON() };
    },

    /** Whether the request has the right answer. `request` is what the caller's own `read` gets. */
    async verify(request, headers, body) {
      const { id, answer } = options.read
        ? readOwn(await options.read(request))
        : readRequest(options, headers, body);
      const isRight = (await withStatus(challenges.verify(id, answer))) === true;
      if (options.required && !isRight) {
        throw refusal();
      }
      return isRight;
    },
  };
}

/** The first place in which there is something. */
function readRequest({ cookie, idField, idHeader, answerField, answerHeader }, headers, body) {
  return {
    id: read(body, idField) || read(headers, idHeader) || readCookie(headers.cookie, cookie?.name),
    answer: read(body, answerField) || read(headers, answerHeader),
  };
}

function read(values, name) {
  const value = name === null ? undefined : values?.[name];
  return typeof value === 'string' ? value : undefined;
}

/** An id needs no decoding, nor is anything else in a cookie one. */
function readCookie(header, name) {
  if (typeof header !== 'string' || name === undefined) {
    return undefined;
  }
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) {
      return pair.slice(at + 1).trim();
    }
  }
  return undefined;
}

function readOwn(value) {
  if (typeof value !== 'object' || value === null) {
    throw invalidType('The value returned by "read"', 'an object with id and answer', value);
  }
  return value;
}

function writeCookie({ id, expiresAt }, { name, attributes, secure }, isSecure) {
  const maxAge = Math.max(1, Math.ceil((expiresAt - Date.now()) / 1000));
  const isForSecure = secure === 'auto' ? isSecure : secure;
  return `${name}=${id}; Max-Age=${maxAge}; ${attributes}${isForSecure ? '; Secure' : ''}`;
}

/** Frameworks take the status from an error; in Fastify it has another name. */
async function withStatus(promise) {
  try {
    return await promise;
  } catch (error) {
    if (error?.code === 'ERR_CHALLENGE_STORE') {
      error.status = 503;
      error.statusCode = 503;
    }
    throw error;
  }
}

function refusal() {
  const error = withCode(
    new Error('The captcha was not answered rightly'),
    'ERR_CHALLENGE_REFUSED',
  );
  return Object.assign(error, { status: 403, statusCode: 403, expose: true });
}

function readHttpOptions(given) {
  const options = readOptions(given, OPTIONS);
  const { read: own, required = false } = options;
  const as = readString(options, 'as', 'image', /^(?:image|json)$/, "one of 'image', 'json'");
  if (own !== undefined && typeof own !== 'function') {
    throw invalidType('The "read" option', 'of type function', own);
  }
  if (typeof required !== 'boolean') {
    throw invalidType('The "required" option', 'of type boolean', required);
  }
  const { cookie = as === 'image' ? {} : false } = options;
  if (as === 'image' && cookie === false) {
    // Else nobody would ever learn the id.
    throw outOfRange('cookie', 'an object while "as" is \'image\'', false);
  }
  return {
    as,
    cookie: cookie === false ? null : readCookieOptions(cookie),
    idField: readName(options, 'idField', 'captchaId', FIELD),
    idHeader: readName(options, 'idHeader', 'captcha-id', TOKEN)?.toLowerCase() ?? null,
    answerField: readName(options, 'answerField', 'captcha', FIELD),
    answerHeader: readName(options, 'answerHeader', 'captcha-answer', TOKEN)?.toLowerCase() ?? null,
    read: own,
    required,
  };
}

/** `false` stands for a place that is not looked at. */
function readName(options, name, byDefault, pattern) {
  const allowed =
    pattern === TOKEN ? 'the name of a header, or false' : '1 to 64 letters, or false';
  return options[name] === false ? null : readString(options, name, byDefault, pattern, allowed);
}

function readCookieOptions(given) {
  if (typeof given !== 'object' || given === null) {
    throw invalidType('The "cookie" option', 'an object or false', given);
  }
  const options = readOptions(given, COOKIE_OPTIONS);
  const name = readString(options, 'name', 'captcha', TOKEN, 'the name of a cookie');
  // No semicolon, no control character: they would end the attribute.
  const path = readString(options, 'path', '/', /^\/[ -:<-~]{0,255}$/, 'a path that starts with /');
  const sameSite = readString(options, 'sameSite', 'strict', /^(?:strict|lax|none)$/, SAME_SITE);
  const domain = options.domain === undefined ? null : readDomain(options);
  // Browsers refuse what is for all sites and not secure.
  const { secure = sameSite === 'none' ? true : 'auto' } = options;
  if (typeof secure !== 'boolean' && secure !== 'auto') {
    throw invalidType('The "secure" option', "of type boolean or 'auto'", secure);
  }
  if (sameSite === 'none' && secure !== true) {
    throw outOfRange('secure', 'true while "sameSite" is \'none\'', secure);
  }
  const site = `SameSite=${sameSite[0].toUpperCase()}${sameSite.slice(1)}`;
  const attributes = [`Path=${path}`, ...(domain ? [`Domain=${domain}`] : []), 'HttpOnly', site];
  return { name, attributes: attributes.join('; '), secure };
}

const SAME_SITE = "one of 'strict', 'lax', 'none'";

function readDomain(options) {
  return readString(options, 'domain', '', /^[A-Za-z0-9.-]{1,253}$/, 'the name of a host');
}

module.exports = { httpChallenges };
