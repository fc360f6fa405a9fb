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
      const { headers, cookie, type, body } = await http.issue(request.protocol === 'https');
      reply.headers(headers);
      if (cookie) {
        reply.header('Set-Cookie', cookie);
      }
      // The reply itself is returned, which tells a handler and a hook alike that it has been sent.
      return reply.type(type).send(body);
    },

    async verify(request) {
      // First, so that nothing can leave another one's result in place.
      request.captcha = false;
      request.captcha = await http.verify(request, request.headers, request.body);
    },
  };
}

module.exports = { fastifyChallenges };
