'use strict';

const { httpChallenges } = require('./http.js');

/**
 * Middleware for Express: `issue` sends a picture, `verify` sets `req.captcha` to whether it was answered rightly.
 */
function expressChallenges(challenges, options) {
  const http = httpChallenges(challenges, options);

  async function check(req) {
    // First, so that nothing can leave another one's result in place.
    req.captcha = false;
    req.captcha = await http.verify({ request: req, headers: req.headers, body: req.body });
  }

  // Express 4 does not look at promises.
  return {
    issue(req, res, next) {
      const { method, headers, secure: isSecure } = req;
      send(res, next, http.issue({ request: req, method, headers, isSecure }));
    },

    audio(req, res, next) {
      const { method, headers, query } = req;
      send(res, next, http.audio({ request: req, method, headers, query }));
    },

    verify(req, _res, next) {
      check(req).then(() => next(), next);
    },
  };
}

async function send(res, next, made) {
  try {
    const { headers, cookie, type, body } = await made;
    res.set(headers);
    if (cookie) {
      res.append('Set-Cookie', cookie);
    }
    if (type) {
      res.type(type);
    }
    if (body && !Buffer.isBuffer(body)) {
      res.send(body);
      return;
    }
    // Not with `send`, which hashes what nobody may keep.
    if (body) {
      res.set('Content-Length', String(body.length));
    }
    res.end(body ?? undefined);
  } catch (error) {
    // For error handlers of the service's own, which know nothing of an error's headers.
    res.set(error?.headers ?? {});
    next(error);
  }
}

module.exports = { expressChallenges };
