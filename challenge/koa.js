'use strict';

const { httpChallenges } = require('./http.js');

/**
 * Middleware for Koa: `issue` sends a picture, `verify` sets `ctx.state.captcha` to whether it was answered rightly.
 */
function koaChallenges(challenges, options) {
  const http = httpChallenges(challenges, options);
  return {
    async issue(ctx) {
      const { method, headers, secure: isSecure } = ctx;
      send(ctx, await http.issue({ request: ctx, method, headers, isSecure }));
    },

    async audio(ctx) {
      const { method, headers, query } = ctx;
      send(ctx, await http.audio({ request: ctx, method, headers, query }));
    },

    async verify(ctx, next) {
      // First, so that nothing can leave another one's result in place.
      ctx.state.captcha = false;
      const { headers, request } = ctx;
      ctx.state.captcha = await http.verify({ request: ctx, headers, body: request.body });
      // In Koa 1, whose middlewares are generators, there is none: `yield verify(this); yield next;`
      await next?.();
    },
  };
}

function send(ctx, { headers, cookie, type, body }) {
  ctx.set(headers);
  if (cookie) {
    ctx.append('Set-Cookie', cookie);
  }
  ctx.status = 200;
  if (type) {
    ctx.type = type;
  }
  if (body) {
    ctx.body = body;
  }
}

module.exports = { koaChallenges };
