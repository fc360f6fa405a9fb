'use strict';

const { invalidType, outOfRange, withCode } = require('../errors.js');
const {
  readBoolean,
  readFunction,
  readLanguage,
  readOptions,
  readString,
} = require('../options.js');
const { quiet } = require('./errors.js');

const OPTIONS = [
  'as',
  'cookie',
  'idField',
  'idHeader',
  'answerField',
  'answerHeader',
  'read',
  'for',
  'required',
  'message',
  'lang',
];
const COOKIE_OPTIONS = ['name', 'path', 'domain', 'sameSite', 'secure'];
/** A token as HTTP has it: what a header or a cookie may be called. */
const TOKEN = /^[\w!#$%&'*+.^`|~-]{1,64}$/;
const FIELD = /^[\s\S]{1,64}$/;
const MESSAGE = 'The letters do not match the picture, or it is too old. Please try a new one.';

/** Neither browsers nor what lies before them may keep a picture, or take it for anything but one. */
const HEADERS = Object.freeze({
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
});

const AUDIO = 'audio/wav';
/** Players ask for parts of what may come in parts; each would be said anew. */
const AUDIO_HEADERS = Object.freeze({ ...HEADERS, 'Accept-Ranges': 'none' });
const NO_AUDIO = 'There is no sound for this picture, or no more of it. Please try a new one.';

/** In seconds: one who is told that too many are being issued may try again as soon as that. */
const RETRY_AFTER = '1';

/**
 * What the middlewares of all frameworks have in common; each of them only says how its framework reads a request and
 * sends a response.
 */
function httpChallenges(challenges, given) {
  if (typeof challenges?.issue !== 'function' || typeof challenges.verify !== 'function') {
    throw invalidType('The "challenges" argument', 'made by createChallenges()', challenges);
  }
  const options = readHttpOptions(given);
  const type = options.as === 'json' ? 'application/json' : null;
  let hasParsed = false;

  async function about(request) {
    return options.for === undefined ? undefined : { for: await options.for(request) };
  }

  /**
   * With a parser before it, a body that is not parsed is somebody's who sends rubbish. Without one all are, and nobody could ever
   * get in.
   */
  function checkParser(headers, body, answer) {
    hasParsed ||= body !== undefined && body !== null;
    if (!hasParsed && answer === undefined && hasBody(headers)) {
      throw withCode(
        new Error(
          'The request has a body that nothing has parsed: put a body parser before verify',
        ),
        'ERR_CHALLENGE_BODY',
      );
    }
  }

  return {
    /**
     * A new picture: the headers, the cookie if there is one, and what to send, which has a type of its own or is JSON. For who
     * asks for the head alone nothing is drawn.
     */
    async issue({ request, method, headers, isSecure }) {
      if (method === 'HEAD') {
        return { headers: HEADERS, cookie: null, type, body: null };
      }
      forgetKept(headers);
      const challenge = await withStatus(challenges.issue(await about(request)));
      const cookie =
        options.cookie === null ? null : writeCookie(challenge, options.cookie, isSecure);
      return options.as === 'image'
        ? { headers: HEADERS, cookie, type: challenge.type, body: challenge.image }
        : { headers: HEADERS, cookie, type, body: challenge.toJSON() };
    },

    /** The picture that the request has the id of, said aloud: a WAV file, in the form of `issue`. For who asks for the head alone it is not said. */
    async audio({ request, method, headers, query }) {
      if (method === 'HEAD') {
        return { headers: AUDIO_HEADERS, cookie: null, type: AUDIO, body: null };
      }
      forgetKept(headers);
      const { id } = options.read
        ? readOwn(await options.read(request))
        : readRequest(options, headers, query);
      const lang = typeof options.lang === 'function' ? await options.lang(request) : options.lang;
      const said = challenges.audio(id, { ...(await about(request)), lang });
      const body = await withStatus(said);
      if (body === null) {
        throw visitors(404, 'ERR_CHALLENGE_AUDIO', NO_AUDIO);
      }
      return { headers: AUDIO_HEADERS, cookie: null, type: AUDIO, body };
    },

    /** Whether the request has the right answer. `request` is what the caller's own functions get. */
    async verify({ request, headers, body }) {
      const { id, answer } = options.read
        ? readOwn(await options.read(request))
        : readRequest(options, headers, body);
      if (options.read === undefined && options.answerField !== null) {
        checkParser(headers, body, answer);
      }
      const purpose = await about(request);
      const isRight = (await withStatus(challenges.verify(id, answer, purpose))) === true;
      if (options.required && !isRight) {
        throw refusal(await readMessage(options.message, request));
      }
      return isRight;
    },
  };
}

/**
 * What is sent is new each time, whatever the browser says that it has: else a framework would answer that nothing has changed, and
 * the visitor would get the cookie of a picture that he does not see, or lose one of the times that a picture is said.
 */
function forgetKept(headers) {
  delete headers['if-none-match'];
  delete headers['if-modified-since'];
}

/** The id from the one place that has one, and the answer from the first that does. */
function readRequest({ cookie, idField, idHeader, answerField, answerHeader }, headers, body) {
  const ids = [
    read(body, idField),
    read(headers, idHeader),
    readCookie(headers.cookie, cookie?.name),
  ].filter(Boolean);
  return {
    // Where two places differ neither is believed: somebody else may have written one of them.
    id: ids.every((id) => id === ids[0]) ? ids[0] : undefined,
    answer: read(body, answerField) || read(headers, answerHeader),
  };
}

/** Only an own field is one: what somebody put into Object.prototype is not. */
function read(values, name) {
  const isThere = name !== null && typeof values === 'object' && values !== null;
  const value = isThere && Object.hasOwn(values, name) ? values[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}

function hasBody(headers) {
  return Number(headers['content-length']) > 0 || headers['transfer-encoding'] !== undefined;
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

async function readMessage(message, request) {
  const text = typeof message === 'function' ? await message(request) : message;
  if (typeof text !== 'string') {
    throw invalidType('The value returned by "message"', 'of type string', text);
  }
  return text;
}

function writeCookie({ id, expiresAt }, { name, attributes, secure }, isSecure) {
  const maxAge = Math.max(1, Math.ceil((expiresAt - Date.now()) / 1000));
  const isForSecure = secure === 'auto' ? isSecure : secure;
  return `${name}=${id}; Max-Age=${maxAge}; ${attributes}${isForSecure ? '; Secure' : ''}`;
}

const UNAVAILABLE = ['ERR_CHALLENGE_STORE', 'ERR_CHALLENGE_TIMEOUT', 'ERR_CHALLENGE_BUSY'];

/** Frameworks take the status from an error; in Fastify it has another name. */
async function withStatus(promise) {
  try {
    return await promise;
  } catch (error) {
    if (UNAVAILABLE.includes(error?.code)) {
      error.status = 503;
      error.statusCode = 503;
      if (error.code === 'ERR_CHALLENGE_BUSY') {
        error.headers = { 'Retry-After': RETRY_AFTER };
      }
    }
    throw error;
  }
}

function refusal(message) {
  return visitors(403, 'ERR_CHALLENGE_REFUSED', message);
}

/** A visitor's error: to be shown to whoever asked, and not worth a stack in a log. */
function visitors(status, code, message) {
  const error = quiet(withCode(new Error(message), code));
  return Object.assign(error, { status, statusCode: status, expose: true });
}

function readHttpOptions(given) {
  const options = readOptions(given, OPTIONS);
  const as = readString(options, 'as', 'image', /^(?:image|json)$/, "one of 'image', 'json'");
  const { cookie = as === 'image' ? {} : false } = options;
  if (as === 'image' && cookie === false) {
    // Else nobody would ever learn the id.
    throw outOfRange('cookie', 'an object while "as" is \'image\'', false);
  }
  // The id is looked for in one place, unless told otherwise: in one that only this host can write, if there is one.
  const [field, header] = cookie === false ? ['captchaId', 'captcha-id'] : [false, false];
  return {
    as,
    cookie: cookie === false ? null : readCookieOptions(cookie),
    idField: readName(options, 'idField', field, FIELD),
    idHeader: readName(options, 'idHeader', header, TOKEN)?.toLowerCase() ?? null,
    answerField: readName(options, 'answerField', 'captcha', FIELD),
    answerHeader: readName(options, 'answerHeader', 'captcha-answer', TOKEN)?.toLowerCase() ?? null,
    read: readFunction(options, 'read'),
    for: readFunction(options, 'for'),
    required: readBoolean(options, 'required', false),
    message: readMessageOption(options),
    lang: typeof options.lang === 'function' ? options.lang : readLanguage(options),
  };
}

function readMessageOption({ message = MESSAGE }) {
  if (typeof message !== 'function' && typeof message !== 'string') {
    throw invalidType('The "message" option', 'of type string or function', message);
  }
  if (message === '') {
    throw outOfRange('message', 'a sentence for the visitor', message);
  }
  return message;
}

/** `false` stands for a place that is not looked at. */
function readName(options, name, byDefault, pattern) {
  const { [name]: value = byDefault } = options;
  if (value === false) {
    return null;
  }
  const allowed =
    pattern === TOKEN ? 'the name of a header, or false' : '1 to 64 letters, or false';
  return readString(options, name, byDefault, pattern, allowed);
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
  const [prefix] = /^__(?:Host|Secure)-/i.exec(name) ?? [];
  // What browsers would drop without a word.
  const mustBeSecure = prefix !== undefined || sameSite === 'none';
  const { secure = mustBeSecure ? true : 'auto' } = options;
  if (typeof secure !== 'boolean' && secure !== 'auto') {
    throw invalidType('The "secure" option', "of type boolean or 'auto'", secure);
  }
  const why = prefix ? `"name" starts with ${prefix}` : '"sameSite" is \'none\'';
  if (mustBeSecure && secure !== true) {
    throw outOfRange('secure', `true while ${why}`, secure);
  }
  if (/^__Host-/i.test(name) && path !== '/') {
    throw outOfRange('path', `'/' while ${why}`, path);
  }
  if (/^__Host-/i.test(name) && domain !== null) {
    throw outOfRange('domain', `undefined while ${why}`, domain);
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
