import ccap from 'ccap-rs';
import challenge, {
  type Challenge,
  type Challenges,
  createChallenges,
  memoryStore,
  type redisStore,
  type Store,
} from 'ccap-rs/challenge';
import type express from 'ccap-rs/challenge/express';
import type { expressChallenges } from 'ccap-rs/challenge/express';
import type fastify from 'ccap-rs/challenge/fastify';
import type { fastifyChallenges } from 'ccap-rs/challenge/fastify';
import koa, { type HttpOptions, type KoaContext, koaChallenges } from 'ccap-rs/challenge/koa';
import { type Equal, expect } from './equal.cjs';

// As a whole and by name.
expect<Equal<typeof challenge.createChallenges, typeof createChallenges>>();
expect<Equal<typeof challenge.memoryStore, typeof memoryStore>>();
expect<Equal<typeof challenge.redisStore, typeof redisStore>>();
expect<Equal<typeof koa.koaChallenges, typeof koaChallenges>>();
expect<Equal<typeof express.expressChallenges, typeof expressChallenges>>();
expect<Equal<typeof fastify.fastifyChallenges, typeof fastifyChallenges>>();

const store: Store = memoryStore();
const challenges: Challenges = createChallenges({ captcha: ccap(), store });
const issued: Challenge = await challenges.issue();
const isRight: boolean = await challenges.verify(issued.id, 'AB');

const options: HttpOptions<KoaContext> = { as: 'json' };
const { issue, verify } = koaChallenges(challenges, options);

// @ts-expect-error There is no such export.
challenge.fileStore();

export { isRight, issue, verify };
