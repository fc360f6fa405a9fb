'use strict';

const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const ccap = require('ccap');
const { createChallenges } = require('ccap/challenge');
const { expressChallenges } = require('ccap/challenge/express');
const express = require('express');
const { rateLimit } = require('express-rate-limit');

const PAGE = readFileSync(join(__dirname, 'page.html'), 'utf8');
const WRONG = 'That was not what the picture shows, or too late. Here is a new picture.';

/** The page, why it is there again, and what was written: nobody types that twice. */
function page(reason = '', text = '') {
  const values = { reason, text };
  return PAGE.replace(/\{\{(\w+)\}\}/g, (_, name) =>
    values[name].replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`),
  );
}

/**
 * The same in every process: nothing about a picture is kept here. Its answer is in its id, sealed with the secret that all of them
 * have, and the marks know which pictures have been tried.
 *
 * limit: pictures a minute for one address, from each of the processes.
 */
function createApp({ marks, secret, limit = 60 }) {
  const challenges = createChallenges({ captcha: ccap(), marks, secret });
  const captcha = expressChallenges(challenges);
  const limitPictures = rateLimit({
    windowMs: 60_000,
    limit,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    message: 'Too many pictures. Please wait a minute.\n',
  });

  const app = express();
  app.disable('x-powered-by');
  app.use((_req, res, next) => {
    // For seeing which process it was; a real service would not tell.
    res.set('Worker', String(process.pid));
    next();
  });
  app.get('/', (_req, res) => res.send(page()));
  app.get('/captcha', limitPictures, captcha.issue);
  app.post('/comment', express.urlencoded({ limit: '4kb' }), captcha.verify, (req, res) => {
    if (req.captcha) {
      res.type('text').send('Thank you for your comment.\n');
    } else {
      const { text } = req.body ?? {};
      res.status(403).send(page(WRONG, typeof text === 'string' ? text : ''));
    }
  });
  // Four parameters are what makes it a handler of errors.
  app.use((error, _req, res, _next) => {
    const status = error.status ?? 500;
    if (status >= 500) {
      console.error(`${error.message}: ${error.cause?.message ?? error.stack}`);
    }
    const text = status === 503 ? 'Please try again in a moment.' : 'Something went wrong.';
    res.status(status).type('text').send(`${text}\n`);
  });
  return app;
}

module.exports = { createApp };
