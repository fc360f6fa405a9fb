'use strict';

const { httpChallenges } = require('./http.js');

/**
 * Middleware for Express: `issue` sends a picture, `verify` sets `req.captcha` to whether it was answered rightly.
 */
function expressChallenges(challenges, options) {
  const http = httpChallenges(challenges, options);

  async function send(req, res) {
    const { headers, cookie, type, body } = await http.issue(req.secure);
    res.set(headers);
    if (cookie) {
      res.append('Set-Cookie', cookie);
    }
    res.type(type).send(body);
  }

  async function check(req) {
    // First, so that nothing can leave another one's result in place.
    req.captcha = false;
    req.captcha = await http.verify(req, req.headers, req.body);
  }

  // Express 4 does not look at promises.
  return {
    issue(req, res, next) {
      send(req, res).catch(next);
    },

    verify(req, _res, next) {
      check(req).then(() => next(), next);
    },
  };
}

module.exports = { expressChallenges };
