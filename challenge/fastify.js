'use strict';

const { httpChallenges } = require('./http.js');

/**
 * Handlers and hooks for Fastify: `issue` sends a picture, `verify` sets `request.captcha` to whether it was answered
 * rightly.
 */
function fastifyChallenges(challenges, options) {
  const http = httpChallenges(challenges, options);
  return {
    async issue(request, reply) {
      const { method, headers: asked, protocol } = request;
      const isSecure = protocol === 'https';
      let sent;
      try {
        sent = await http.issue({ request, method, headers: asked, isSecure });
      } catch (error) {
        // For error handlers of the service's own, which know nothing of an error's headers.
        reply.headers(error?.headers ?? {});
        throw error;
      }
      const { headers, cookie, type, body } = sent;
      reply.headers(headers);
      if (cookie) {
        reply.header('Set-Cookie', cookie);
      }
      if (type) {
        reply.type(type);
      }
      // The reply itself is returned, which tells a handler and a hook alike that it has been sent.
      return reply.send(body ?? undefined);
    },

    async audio(request, reply) {
      const { method, headers: asked, query } = request;
      let said;
      try {
        said = await http.audio({ request, method, headers: asked, query });
      } catch (error) {
        reply.headers(error?.headers ?? {});
        throw error;
      }
      const { headers, type, body } = said;
      return reply
        .headers(headers)
        .type(type)
        .send(body ?? undefined);
    },

    async verify(request) {
      // First, so that nothing can leave another one's result in place.
      request.captcha = false;
      const { headers, body } = request;
      request.captcha = await http.verify({ request, headers, body });
    },
  };
}

module.exports = { fastifyChallenges };
