// The frameworks' own types, with which the middlewares have to go together.

import type { Challenges } from 'ccap-rs/challenge';
import { expressChallenges } from 'ccap-rs/challenge/express';
import { fastifyChallenges } from 'ccap-rs/challenge/fastify';
import { koaChallenges } from 'ccap-rs/challenge/koa';
import express, { type Request } from 'express';
import Fastify, { type FastifyRequest } from 'fastify';
import Fastify4 from 'fastify4';
import Koa, { type Context } from 'koa';
import { type Equal, expect } from '../equal.cjs';

declare const challenges: Challenges;

const forKoa = koaChallenges(challenges);
const koa = new Koa<{ captcha?: boolean; user: string }>();
koa.use(forKoa.verify);
koa.use(async (ctx, next) => {
  await forKoa.issue(ctx);
  await forKoa.verify(ctx, next);
  expect<Equal<typeof ctx.state.captcha, boolean | undefined>>();
});
new Koa().use(forKoa.issue).use(forKoa.verify);
koaChallenges(challenges, {
  for: (ctx: Context) => `login:${ctx.ip}`,
  message: (ctx: Context) => ctx.acceptsLanguages('de') || 'Try again',
  read: (ctx: Context) => ({ id: ctx.query.id, answer: ctx.get('x-answer') }),
});

const forExpress = expressChallenges(challenges);
const app = express();
app.get('/captcha', forExpress.issue);
app.post('/login/:name', express.json(), forExpress.verify, (req, res) => {
  expect<Equal<typeof req.captcha, boolean | undefined>>();
  res.json(req.captcha);
});
expressChallenges(challenges, {
  read: (req: Request) => ({ id: req.query.id, answer: req.get('x-answer') }),
});

const forFastify = fastifyChallenges(challenges);
const server = Fastify();
server.get('/captcha', forFastify.issue);
server.get('/captcha.json', { preHandler: forFastify.issue }, async () => ({}));
server.addHook('preHandler', forFastify.verify);
server.post<{ Body: { name: string } }>(
  '/login',
  { preHandler: [forFastify.verify] },
  async (request) => {
    expect<Equal<typeof request.captcha, boolean | undefined>>();
    return { captcha: request.captcha, name: request.body.name };
  },
);
const server2 = Fastify({ http2: true });
server2.get('/captcha', forFastify.issue);
server2.post('/login', { preHandler: forFastify.verify }, async () => ({}));
const fastify4 = Fastify4();
fastify4.get('/captcha', forFastify.issue);
fastify4.post('/login', { preHandler: forFastify.verify }, async () => ({}));
fastifyChallenges(challenges, {
  read: (request: FastifyRequest) => ({ id: request.id, answer: request.body }),
});
