// Wrong on purpose, a line each: that the compiler says so shows that the other files are checked.
import challenge = require('ccap-rs/challenge');
import koa = require('ccap-rs/challenge/koa');
import express = require('ccap-rs/challenge/express');
import fastify = require('ccap-rs/challenge/fastify');

declare const challenges: challenge.Challenges;

challenge.createChallenges();
challenge.createChallenges({});
challenge.createChallenges({ captcha: { get: () => 'AB' } });
challenge.memoryStore({ maximum: 5 });
challenge.redisStore({ get: async () => 'AB' });
challenges.verify('id');
koa.koaChallenges({});
koa.koaChallenges(challenges, { as: 'png' });
express.expressChallenges(challenges, { cookie: 'captcha' });
fastify.fastifyChallenges(challenges, { required: 1 });
