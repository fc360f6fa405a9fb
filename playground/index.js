'use strict';

const { randomInt } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { invalidType, outOfRange } = require('../errors.js');
const ccap = require('../index.js');

/** Every drawing option; a text stands for `generate`. */
const NAMES = Object.keys(ccap.prototype).filter((name) => name !== 'generate');

const MAX_PICTURES = 12;
/** Far more than every option at its longest. */
const MAX_URL = 4096;

const ASSETS = new Map([
  ['/', ['page.html', 'text/html; charset=utf-8']],
  ['/page.css', ['page.css', 'text/css; charset=utf-8']],
  ['/page.js', ['page.js', 'text/javascript; charset=utf-8']],
  ['/icon.svg', ['icon.svg', 'image/svg+xml']],
]);

const HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/**
 * Makes the playground: a `(req, res)` handler for `node:http`, Express, or whatever hands out Node's own two objects.
 *
 * It keeps no state between requests, and its pictures come from no cache: a service in the same process keeps its own.
 */
function createPlayground({ base = '' } = {}) {
  if (typeof base !== 'string') {
    throw invalidType('The "base" option', 'of type string', base);
  }
  if (base !== '' && !base.startsWith('/')) {
    throw outOfRange('base', "'' or a path that begins with '/'", base);
  }
  const prefix = base.replace(/\/+$/, '');
  const assets = new Map(
    Array.from(ASSETS, ([path, [name, type]]) => [
      path,
      { type, content: readFileSync(join(__dirname, name)) },
    ]),
  );

  return function playground(req, res) {
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      return sendError(req, res, 405, 'ERR_METHOD', 'The playground is only read', {
        Allow: 'GET, HEAD',
      });
    }
    if (req.url.length > MAX_URL) {
      return sendError(
        req,
        res,
        414,
        'ERR_URL',
        `The address is longer than ${MAX_URL} characters`,
      );
    }
    const [path, query = ''] = cut(req.url);
    // Where Express has mounted it, the whole address is another one.
    const [whole] = cut(req.originalUrl ?? req.url);
    const isFolder = path === prefix || (path === '/' && !prefix);
    if (isFolder && !whole.endsWith('/')) {
      const [, search = ''] = cut(req.originalUrl ?? req.url);
      // Relative, so that it holds behind a proxy; the page's own addresses are relative to its folder.
      const folder = whole.slice(whole.lastIndexOf('/') + 1);
      return send(req, res, 308, '', { Location: `${folder}/${search && `?${search}`}` });
    }
    const name = path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : undefined;
    if (name === '/pictures') {
      return sendPictures(req, res, new URLSearchParams(query));
    }
    const asset = assets.get(name);
    if (!asset) {
      return sendError(req, res, 404, 'ERR_NOT_FOUND', 'There is nothing at this address');
    }
    return send(req, res, 200, asset.content, { 'Content-Type': asset.type });
  };
}

let isWarm = false;

/** Fonts are read when a letter first needs them; the times that the page shows are those of a service that runs. */
function warmUp() {
  if (!isWarm) {
    isWarm = true;
    for (let i = 0; i < 20; i++) {
      ccap.render('K7WPX2');
    }
  }
}

async function sendPictures(req, res, query) {
  try {
    const answer = await drawPictures(readQuery(query), () => res.destroyed);
    if (answer) {
      sendJson(req, res, 200, answer);
    }
  } catch (error) {
    const { code, message } = error;
    const mine = code !== 'ERR_INVALID_ARG_TYPE' && code !== 'ERR_OUT_OF_RANGE';
    sendError(req, res, mine ? 500 : 400, code ?? 'ERR_INTERNAL', message);
  }
}

/** The options, the text and the count in a query, as they stand there: judging the options is the package's own business. */
function readQuery(query) {
  const given = {};
  for (const name of [...NAMES, 'text', 'count']) {
    const values = query.getAll(name);
    if (values.length > 0) {
      // An array is what the package refuses, and so a name that comes twice is not half ignored.
      given[name] = values.length === 1 ? values[0] : values;
    }
  }
  const { text, count = '1', ...options } = given;
  if (!/^\d{1,2}$/.test(count) || count < 1 || count > MAX_PICTURES) {
    throw outOfRange('count', `>= 1 && <= ${MAX_PICTURES}`, count);
  }
  return { options, text: text === '' ? undefined : text, count: Number(count) };
}

/** Draws what was asked for, unless the one who asked has gone. */
async function drawPictures({ options, text, count }, isGone) {
  const { width, height, format, length, charset } = ccap(options);
  const letters = [...new Set(charset)];
  const someText = () => Array.from({ length }, () => letters[randomInt(letters.length)]).join('');

  warmUp();
  const firstText = text ?? someText();
  const { image, ms } = timed(() => ccap.render(firstText, options));
  const pictures = [[firstText, image]];
  while (pictures.length < count) {
    if (isGone()) {
      return undefined;
    }
    // With a text of its own a picture comes past the caches, which belong to the service beside this.
    const generate = () => text ?? someText();
    pictures.push(await ccap({ ...options, generate }).getAsync());
  }
  return {
    width,
    height,
    format,
    ms,
    pictures: pictures.map(([says, image]) => ({
      text: says,
      size: image.length,
      src: `data:image/${format};base64,${image.toString('base64')}`,
    })),
  };
}

/** Draws here and now, so that the time is the drawing's own; the middle one of three, since the machine does other things. */
function timed(draw) {
  const runs = [];
  while (runs.length < 3) {
    const start = performance.now();
    const image = draw();
    runs.push({ image, ms: performance.now() - start });
  }
  return runs.sort((a, b) => a.ms - b.ms)[1];
}

function sendError(req, res, status, code, message, headers) {
  // The package's messages name the option first, in quotes.
  const option = status === 400 ? message.match(/"(\w+)"/)?.[1] : undefined;
  sendJson(req, res, status, { error: { code, message, option } }, headers);
}

function sendJson(req, res, status, value, headers) {
  const type = { 'Content-Type': 'application/json; charset=utf-8' };
  send(req, res, status, JSON.stringify(value), { ...type, ...headers });
}

function send(req, res, status, body, headers) {
  const content = Buffer.from(body);
  res.writeHead(status, { ...HEADERS, ...headers, 'Content-Length': content.length });
  res.end(req.method === 'HEAD' ? undefined : content);
}

/** An address's path and query. */
function cut(url) {
  const at = url.indexOf('?');
  return at < 0 ? [url] : [url.slice(0, at), url.slice(at + 1)];
}

module.exports = createPlayground;
module.exports.createPlayground = createPlayground;
