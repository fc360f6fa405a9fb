'use strict';

const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { bodyParser } = require('@koa/bodyparser');
const ccap = require('ccap');
const { createChallenges, memoryMarks } = require('ccap/challenge');
const Koa = require('koa');
const ratelimit = require('koa-ratelimit');

const STYLE = { width: 256, height: 60, offset: 40, quality: 50, fontsize: 57 };

const HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    'img-src data:',
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
};

const BODY_ERRORS = new Map([
  [413, 'The body is larger than 4 kB'],
  [415, 'The encoding of the body is not supported'],
]);

const parseBody = bodyParser({
  enableTypes: ['json', 'form'],
  jsonLimit: '4kb',
  formLimit: '4kb',
});

async function readBody(ctx) {
  try {
    await parseBody(ctx, async () => {});
  } catch (error) {
    // The rest is read and thrown away: else the answer could be lost with the connection.
    ctx.req.resume();
    // Errors of the decompression come without a status. They are the sender's as well.
    const status = BODY_ERRORS.has(error.status) ? error.status : 400;
    ctx.throw(status, BODY_ERRORS.get(status) ?? 'The body cannot be read', { cause: error });
  }
  return ctx.request.body;
}

async function errorsAsJson(ctx, next) {
  ctx.set(HEADERS);
  try {
    await next();
  } catch (error) {
    const { status, message } = visible(error);
    ctx.status = status;
    ctx.body = { error: message };
    if (status >= 500) ctx.app.emit('error', error, ctx);
  }
}

const UNAVAILABLE = ['ERR_CHALLENGE_STORE', 'ERR_CHALLENGE_TIMEOUT', 'ERR_CHALLENGE_BUSY'];

/** What of an error is the visitor's business. */
function visible(error) {
  if (UNAVAILABLE.includes(error.code)) {
    return { status: 503, message: 'The service is busy. Please try again in a moment' };
  }
  return error.expose ? error : { status: 500, message: 'Something went wrong' };
}

/** Addresses that are counted at most. With more of them the oldest is forgotten. */
const MAX_VISITORS = 100_000;

class Visitors extends Map {
  set(address, count) {
    if (this.size >= MAX_VISITORS && !this.has(address)) this.delete(this.keys().next().value);
    return super.set(address, count);
  }
}

/** So many requests a minute from one address. */
function limited(max) {
  return ratelimit({
    driver: 'memory',
    db: new Visitors(),
    duration: 60_000,
    max,
    throw: true,
    errorMessage: 'Too many pictures. Please wait a minute',
  });
}

function file(name, type, edit = (text) => text) {
  const content = edit(readFileSync(join(__dirname, name), 'utf8'));
  return {
    GET(ctx) {
      ctx.type = type;
      ctx.body = content;
    },
  };
}

/** The page on which every option can be tried. Anybody who reaches it can have pictures drawn. */
function playground() {
  const handle = require('ccap/playground')({ base: '/playground' });
  return (ctx, next) => {
    if (!/^\/playground(\/|$)/.test(ctx.path)) return next();
    // It is a handler for Node's own request and response, and answers by itself.
    ctx.respond = false;
    handle(ctx.req, ctx.res);
  };
}

/** The page without the line that links to it. */
function withoutPlayground(page) {
  return page.replace(/.*href="playground\/".*\n/, '');
}

/**
 * Without a store a picture's id carries its answer, sealed with the secret, and the marks know which have been tried.
 *
 * ttl: for how many milliseconds an answer is good. limit: pictures a minute for one address.
 */
function createApp({ marks, secret, store, style = STYLE, ttl = 120_000, limit = 60 } = {}) {
  const tried = store ? undefined : (marks ?? memoryMarks());
  const challenges = createChallenges({ captcha: ccap(style), marks: tried, secret, store, ttl });
  const limitPictures = limited(limit);
  const app = new Koa();
  const developing = app.env === 'development';

  const routes = new Map([
    ['/', file('page.html', 'html', developing ? undefined : withoutPlayground)],
    ['/page.css', file('page.css', 'css')],
    ['/page.js', file('page.js', 'js')],
    [
      '/favicon.ico',
      {
        GET(ctx) {
          ctx.status = 204;
        },
      },
    ],
    [
      '/verification',
      {
        GET: (ctx) =>
          limitPictures(ctx, async () => {
            // Nobody sees the picture then.
            if (ctx.method === 'HEAD') {
              ctx.status = 200;
              ctx.type = 'json';
              return;
            }
            const { id, dataURL } = await challenges.issue();
            ctx.body = { pid: id, img: dataURL };
          }),

        async POST(ctx) {
          const { pid, code } = await readBody(ctx);
          ctx.body = { ok: await challenges.verify(pid, code) };
        },
      },
    ],
    [
      '/stats',
      {
        GET(ctx) {
          ctx.body = {
            pid: process.pid,
            uptime: process.uptime(),
            memory: process.memoryUsage.rss(),
            answers: store?.size,
            marks: tried && { chunks: tried.size, bytes: tried.bytes },
            ccap: ccap.stats(),
          };
        },
      },
    ],
  ]);

  if (developing) app.use(playground());
  app.use(errorsAsJson);
  app.use((ctx) => {
    const route = routes.get(ctx.path);
    if (!route) ctx.throw(404, 'There is nothing at this address');
    const method = ctx.method === 'HEAD' ? 'GET' : ctx.method;
    if (Object.hasOwn(route, method)) return route[method](ctx);
    ctx.set('Allow', Object.keys(route).join(', ').replace('GET', 'GET, HEAD'));
    ctx.throw(405, 'This address does not know the method');
  });
  return app;
}

module.exports = { createApp };
