'use strict';

const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const ccap = require('../index.js');
const { readOptions, readString } = require('../options.js');
const { Budget } = require('./budget.js');
const { drawPictures, readQuery } = require('./pictures.js');

/** Far more than every option at its longest. */
const MAX_URL = 4096;
/** The most bytes of what is said. */
const MAX_SPEECH = 437_228;
/** For how long an answer may wait to be taken, in ms. */
const PATIENCE = 30_000;
/** For the whole process, in bytes of answers: those that are being drawn, and those that wait until their visitor takes them. */
const budget = new Budget(16e6);

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
    "media-src 'self'",
    "connect-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

const JSON_TYPE = { 'Content-Type': 'application/json; charset=utf-8' };

/**
 * Makes the playground: a `(req, res)` handler for `node:http`, Express, or whatever hands out Node's own two objects.
 *
 * It keeps nothing between requests, and its pictures come from no cache: a service in the same process keeps its own.
 */
function createPlayground(given) {
  const options = readOptions(given, ['base']);
  const base = readString(options, 'base', '', /^(?:\/|$)/, "'' or a path that begins with '/'");
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
      const message = `The address is longer than ${MAX_URL} characters`;
      return sendError(req, res, 414, 'ERR_URL', message);
    }
    const [path, query = ''] = cut(req.url);
    // Where Express has mounted it, the whole address is another one.
    const [whole, search] = cut(req.originalUrl ?? req.url);
    const isFolder = path === prefix || (path === '/' && !prefix);
    if (isFolder && !whole.endsWith('/')) {
      // A path whatever it looks like: `//host` and `/\host` would be another host's address.
      const folder = `/${whole.replace(/^[/\\\s]+/, '')}/`;
      return send(req, res, 308, '', { Location: search ? `${folder}?${search}` : folder });
    }
    const name = path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : undefined;
    if (name === '/speech') {
      return sendSpeech(req, res, new URLSearchParams(query));
    }
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

async function sendPictures(req, res, query) {
  if (req.method === 'HEAD') {
    // How long it would be only drawing tells.
    return res.writeHead(200, { ...HEADERS, ...JSON_TYPE }).end();
  }
  try {
    const { errors, wanted } = readQuery(query);
    if (errors) {
      return sendErrors(req, res, 400, errors);
    }
    const share = budget.reserve(wanted.bytes);
    if (!share) {
      const message = 'As many pictures as fit are being drawn. Try again in a moment';
      return sendError(req, res, 503, 'ERR_BUSY', message, { 'Retry-After': '1' });
    }
    try {
      const answer = await drawPictures(wanted, () => res.destroyed);
      if (answer) {
        share.shrink(sendJson(req, res, 200, answer));
        await untilTaken(res);
      }
    } finally {
      share.release();
    }
  } catch ({ code = 'ERR_INTERNAL', message }) {
    sendError(req, res, 500, code, message);
  }
}

/** Says a text, in the way of `ccap.speak`. */
async function sendSpeech(req, res, query) {
  const said = { 'Content-Type': 'audio/wav', 'Accept-Ranges': 'none' };
  if (req.method === 'HEAD') {
    return res.writeHead(200, { ...HEADERS, ...said }).end();
  }
  const share = budget.reserve(MAX_SPEECH);
  if (!share) {
    const message = 'As much as fits is being drawn and said. Try again in a moment';
    return sendError(req, res, 503, 'ERR_BUSY', message, { 'Retry-After': '1' });
  }
  try {
    const lang = query.get('lang') ?? 'en';
    share.shrink(
      send(req, res, 200, await ccap.speakAsync(query.get('text') ?? '', { lang }), said),
    );
    await untilTaken(res);
  } catch ({ code = 'ERR_INTERNAL', message }) {
    sendError(req, res, code === 'ERR_OUT_OF_RANGE' ? 400 : 500, code, message);
  } finally {
    share.release();
  }
}

/** Waits until an answer has been handed to the system or the visitor has gone, which one who takes too long is taken for. */
function untilTaken(res) {
  return new Promise((resolve) => {
    if (res.destroyed) {
      return resolve();
    }
    const timer = setTimeout(() => {
      res.destroy();
      // One that waits behind another of its connection has no end that is told.
      resolve();
    }, PATIENCE);
    timer.unref();
    res.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function sendError(req, res, status, code, message, headers) {
  sendErrors(req, res, status, [{ code, message }], headers);
}

function sendErrors(req, res, status, errors, headers) {
  const shown = errors.map(({ code, message }) => {
    // The package's messages name the option first, in quotes.
    const option = status === 400 ? message.match(/"(\w+)"/)?.[1] : undefined;
    return { code, message, option };
  });
  sendJson(req, res, status, { errors: shown }, headers);
}

function sendJson(req, res, status, value, headers) {
  return send(req, res, status, JSON.stringify(value), { ...JSON_TYPE, ...headers });
}

/** Gives the body's size in bytes. */
function send(req, res, status, body, headers) {
  const content = Buffer.from(body);
  res.writeHead(status, { ...HEADERS, ...headers, 'Content-Length': content.length });
  res.end(req.method === 'HEAD' ? undefined : content);
  return content.length;
}

/** An address's path and query. */
function cut(url) {
  const at = url.indexOf('?');
  return at < 0 ? [url] : [url.slice(0, at), url.slice(at + 1)];
}

module.exports = createPlayground;
module.exports.createPlayground = createPlayground;
