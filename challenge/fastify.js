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
      const { method, headers, protocol } = request;
      const isSecure = protocol === 'https';
      return send(reply, http.issue({ request, method, headers, isSecure }));
    },

    async audio(request, reply) {
      const { method, headers, query } = request;
      return send(reply, http.audio({ request, method, headers, query }));
    },

    async verify(request) {
      // First, so that nothing can leave another one's result in place.
      request.captcha = false;
      const { headers, body } = request;
      request.captcha = await http.verify({ request, headers, body });
    },
  };
}

async function send(reply, made) {
  let sent;
  try {
    sent = await made;
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
}

module.exports = { fastifyChallenges };
