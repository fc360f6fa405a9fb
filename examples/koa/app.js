'use strict';

const { createHash, randomBytes, timingSafeEqual } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { bodyParser } = require('@koa/bodyparser');
const Koa = require('koa');
const { MemoryStore } = require('./stores/memory');

const STYLE = { width: 256, height: 60, offset: 40, quality: 50, fontsize: 57 };

const MIME_TYPES = new Map([
  ['jpeg', 'image/jpeg'],
  ['png', 'image/png'],
  ['webp', 'image/webp'],
  ['gif', 'image/gif'],
  ['bmp', 'image/bmp'],
]);

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

// 128 bits in base64url. Nothing else gets as far as the store.
const PID = /^[\w-]{22}$/;

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

async function withStore(ctx, action) {
  try {
    return await action();
  } catch (error) {
    ctx.throw(503, 'The answers cannot be stored at the moment', { cause: error, expose: true });
  }
}

const digest = (text) => createHash('sha256').update(text.trim().toUpperCase()).digest();

// Digests are compared, being of one length: timingSafeEqual needs that, and it tells nothing.
function isRight(code, answer) {
  // Neither side may be missing: undefined equals undefined, and that must not let anyone in.
  if (typeof code !== 'string' || typeof answer !== 'string') return false;
  return code.trim() !== '' && timingSafeEqual(digest(code), digest(answer));
}

async function errorsAsJson(ctx, next) {
  ctx.set(HEADERS);
  try {
    await next();
  } catch (error) {
    ctx.status = error.expose ? error.status : 500;
    ctx.body = { error: error.expose ? error.message : 'Something went wrong' };
    if (ctx.status >= 500) ctx.app.emit('error', error, ctx);
  }
}

function file(name, type) {
  const content = readFileSync(join(__dirname, name), 'utf8');
  return {
    GET(ctx) {
      ctx.type = type;
      ctx.body = content;
    },
  };
}

/** ttl: for how many milliseconds an answer is good. */
function createApp({ store = new MemoryStore(), style = STYLE, ttl = 120_000 } = {}) {
  const mimeType = MIME_TYPES.get(style.format ?? 'jpeg');
  if (!mimeType) throw new TypeError(`Unknown picture format: ${style.format}`);

  const routes = new Map([
    ['/', file('page.html', 'html')],
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
        async GET(ctx) {
          // In every request, as the service with ccap did, where each instance stayed in a
          // global array for ever. An instance of ccap-rs is garbage after this handler.
          const [text, picture] = require('ccap')(style).get();
          const pid = randomBytes(16).toString('base64url');
          await withStore(ctx, () => store.set(pid, text, ttl));
          ctx.body = { pid, img: `data:${mimeType};base64,${picture.toString('base64')}` };
        },

        async POST(ctx) {
          const { pid, code } = await readBody(ctx);
          const known = typeof pid === 'string' && PID.test(pid);
          // Taken before it is compared, whatever the code is: each picture is good for one try.
          const answer = known ? await withStore(ctx, () => store.take(pid)) : undefined;
          ctx.body = { ok: isRight(code, answer) };
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
            store: { name: store.name, size: store.size },
            ccap: require('ccap').stats(),
          };
        },
      },
    ],
  ]);

  const playground = require('ccap/playground')({ base: '/playground' });
  const app = new Koa();
  app.use((ctx, next) => {
    if (!/^\/playground(\/|$)/.test(ctx.path)) return next();
    // It is a handler for Node's own request and response, and answers by itself.
    ctx.respond = false;
    playground(ctx.req, ctx.res);
  });
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
