'use strict';

const { httpChallenges } = require('./http.js');

/**
 * Middleware for Express: `issue` sends a picture, `verify` sets `req.captcha` to whether it was answered rightly.
 */
function expressChallenges(challenges, options) {
  const http = httpChallenges(challenges, options);

  async function send(req, res) {
    const { method, headers: asked, secure: isSecure } = req;
    const sent = http.issue({ request: req, method, headers: asked, isSecure });
    const { headers, cookie, type, body } = await sent;
    res.set(headers);
    if (cookie) {
      res.append('Set-Cookie', cookie);
    }
    if (type) {
      res.type(type);
    }
    if (body) {
      res.send(body);
    } else {
      res.end();
    }
  }

  async function say(req, res) {
    const { method, headers: asked, query } = req;
    const { headers, type, body } = await http.audio({
      request: req,
      method,
      headers: asked,
      query,
    });
    res.set(headers);
    res.type(type);
    if (body) {
      // Not sent as other bodies are: Express would answer a part of it to who asks for one.
      res.set('Content-Length', String(body.length));
    }
    res.end(body ?? undefined);
  }

  async function check(req) {
    // First, so that nothing can leave another one's result in place.
    req.captcha = false;
    req.captcha = await http.verify({ request: req, headers: req.headers, body: req.body });
  }

  // Express 4 does not look at promises.
  return {
    issue(req, res, next) {
      send(req, res).catch((error) => {
        // For error handlers of the service's own, which know nothing of an error's headers.
        res.set(error?.headers ?? {});
        next(error);
      });
    },

    audio(req, res, next) {
      say(req, res).catch((error) => {
        res.set(error?.headers ?? {});
        next(error);
      });
    },

    verify(req, _res, next) {
      check(req).then(() => next(), next);
    },
  };
}

module.exports = { expressChallenges };
