'use strict';

const { httpChallenges } = require('./http.js');

/**
 * Middleware for Koa: `issue` sends a picture, `verify` sets `ctx.state.captcha` to whether it was answered rightly.
 */
function koaChallenges(challenges, options) {
  const http = httpChallenges(challenges, options);
  return {
    async issue(ctx) {
      const { method, secure: isSecure } = ctx;
      const sent = http.issue({ request: ctx, method, headers: ctx.headers, isSecure });
      const { headers, cookie, type, body } = await sent;
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
    },

    async audio(ctx) {
      const { method, headers: asked, query } = ctx;
      const { headers, type, body } = await http.audio({
        request: ctx,
        method,
        headers: asked,
        query,
      });
      ctx.set(headers);
      ctx.status = 200;
      ctx.type = type;
      if (body) {
        ctx.body = body;
      }
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

module.exports = { koaChallenges };
