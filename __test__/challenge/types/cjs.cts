import ccap = require('ccap-rs');
import challenge = require('ccap-rs/challenge');
import express = require('ccap-rs/challenge/express');
import fastify = require('ccap-rs/challenge/fastify');
import koa = require('ccap-rs/challenge/koa');
import equal = require('./equal.cjs');

type Equal<A, B> = equal.Equal<A, B>;
const { expect } = equal;
const { createChallenges, memoryMarks, memoryStore, redisMarks, redisStore } = challenge;

const challenges = createChallenges({
  captcha: ccap({ width: 200 }),
  store: memoryStore({ max: 10_000 }),
  ttl: 120_000,
});
expect<Equal<typeof challenges, challenge.Challenges>>();

// Every option, and leaving out as undefined does.
createChallenges({
  captcha: ccap(),
  store: memoryStore(),
  ttl: '5000',
  secret: Buffer.alloc(16),
  caseSensitive: true,
});
createChallenges({
  captcha: ccap(),
  store: undefined,
  ttl: undefined,
  secret: process.env.SECRET,
  caseSensitive: undefined,
});
createChallenges({
  captcha: ccap(),
  marks: memoryMarks({ now: () => performance.now() }),
  secret: ['the new one, 16 bytes', Buffer.alloc(16)],
  skew: 1000,
  timeout: '5000',
  maxPending: 100,
});
// @ts-expect-error A store is no marks.
createChallenges({ captcha: ccap(), marks: memoryStore() });
// @ts-expect-error A captcha is needed.
createChallenges({ store: memoryStore() });
// @ts-expect-error Unknown options are errors.
createChallenges({ captcha: ccap(), sceret: 'a secret of some length' });
// @ts-expect-error What makes captchas is none.
createChallenges({ captcha: ccap });
// @ts-expect-error A map is no store.
createChallenges({ captcha: ccap(), store: new Map() });
// @ts-expect-error A lifetime is a number.
createChallenges({ captcha: ccap(), ttl: new Date() });
// @ts-expect-error No lifetime is no default here.
createChallenges({ captcha: ccap(), ttl: null });

// Anything that draws.
createChallenges({ captcha: { get: () => ['AB', Buffer.alloc(1)] } });
createChallenges({ captcha: { get: async () => ['AB', new Uint8Array(1)] as const } });
createChallenges({ captcha: { getAsync: async () => ['AB', Buffer.alloc(1)], format: 'png' } });
// @ts-expect-error The text comes first.
createChallenges({ captcha: { get: () => [Buffer.alloc(1), 'AB'] } });

async function use(): Promise<void> {
  const issued = await challenges.issue();
  expect<Equal<typeof issued, challenge.Challenge>>();
  const { id, image, type, expiresAt, dataURL } = issued;
  expect<Equal<typeof id, string>>();
  expect<Equal<typeof image, Buffer>>();
  expect<Equal<typeof type, string>>();
  expect<Equal<typeof expiresAt, number>>();
  expect<Equal<typeof dataURL, string>>();
  expect<
    Equal<
      ReturnType<typeof issued.toJSON>,
      { id: string; type: string; expiresAt: number; dataURL: string; audioURL?: string }
    >
  >();
  const said = await challenges.audio(id, { for: 'login', lang: 'zh' });
  expect<Equal<typeof said, Buffer | null>>();
  const { audio } = await challenges.issue({ audio: true, lang: 'en' });
  expect<Equal<typeof audio, Buffer | undefined>>();
  // @ts-expect-error There is no such language.
  challenges.audio(id, { lang: 'fr' });
  // @ts-expect-error The answer is not in it.
  issued.text;
  // @ts-expect-error Read-only.
  issued.id = '';

  const isRight = await challenges.verify(id, 'AB');
  expect<Equal<typeof isRight, boolean>>();
  // What comes out of a body may be anything.
  const body: unknown = {};
  await challenges.verify(body, undefined);
  // @ts-expect-error It has to be waited for.
  const early: boolean = challenges.verify(id, 'AB');
  // @ts-expect-error Both are needed.
  await challenges.verify(id);
  await challenges.issue({ for: 'login' });
  await challenges.verify(id, 'AB', { for: 'login' });
  // @ts-expect-error What is named must be there.
  await challenges.issue({ for: undefined });
  // @ts-expect-error There is no such option.
  await challenges.verify(id, 'AB', { fro: 'login' });
  void early;
}

// Stores.
const memory = memoryStore({ max: '10', now: () => performance.now() });
expect<Equal<typeof memory, challenge.MemoryStore>>();
expect<Equal<typeof memory.size, number>>();
expect<Equal<ReturnType<typeof memory.take>, Promise<string | undefined>>>();
// @ts-expect-error Read-only.
memory.size = 5;
class Own implements challenge.Store {
  readonly answers = new Map<string, string>();
  set(id: string, answer: string, _ttlMs: number): void {
    this.answers.set(id, answer);
  }
  take(id: string): string | undefined {
    const answer = this.answers.get(id);
    this.answers.delete(id);
    return answer;
  }
}
createChallenges({ captcha: ccap(), store: new Own() });
const shared: challenge.Store = redisStore(
  { set: async () => 'OK', getdel: async () => null },
  { prefix: 'captcha:', timeout: 2000 },
);
createChallenges({ captcha: ccap(), store: shared });
// @ts-expect-error A URL is no client.
redisStore('redis://127.0.0.1');
// @ts-expect-error There is no such option.
redisStore({ set: async () => 'OK', getDel: async () => null }, { prefx: '' });

// Marks.
const marks = memoryMarks();
expect<Equal<typeof marks, challenge.MemoryMarks>>();
expect<Equal<typeof marks.size, number>>();
class OwnMarks implements challenge.Marks {
  readonly tried = new Map<string, Set<number>>();
  open(chunk: string, _size: number, _lifetimeMs: number): boolean {
    const isNew = !this.tried.has(chunk);
    if (isNew) this.tried.set(chunk, new Set());
    return isNew;
  }
  async mark(chunk: string, index: number): Promise<boolean | undefined> {
    const tried = this.tried.get(chunk);
    const isFirst = tried?.has(index) === false;
    tried?.add(index);
    return tried && isFirst;
  }
}
createChallenges({ captcha: ccap(), marks: new OwnMarks() });
const sharedMarks: challenge.Marks = redisMarks({ eval: async () => 1, evalsha: async () => 1 });
createChallenges({ captcha: ccap(), marks: sharedMarks });
// @ts-expect-error A client that runs no scripts.
redisMarks({ set: async () => 'OK', getdel: async () => null });

// The middlewares, without the frameworks' types.
const forKoa = koa.koaChallenges(challenges, { as: 'json' });
expect<Equal<typeof forKoa, koa.KoaChallenges>>();
const forExpress = express.expressChallenges(challenges, {
  as: 'image',
  cookie: { name: 'pid', path: '/', domain: 'example.com', sameSite: 'lax', secure: 'auto' },
  idField: false,
  idHeader: 'x-id',
  answerField: 'code',
  answerHeader: false,
  required: true,
});
expect<Equal<typeof forExpress, express.ExpressChallenges>>();
const forFastify = fastify.fastifyChallenges(challenges, {
  read: (request) => ({ id: request.protocol, answer: undefined }),
});
expect<Equal<typeof forFastify, fastify.FastifyChallenges>>();
const cookie: koa.CookieOptions = { sameSite: 'none' };
koa.koaChallenges(challenges, { as: 'json', cookie });
// @ts-expect-error There is no such option.
koa.koaChallenges(challenges, { cookies: {} });
// @ts-expect-error In small letters.
koa.koaChallenges(challenges, { cookie: { sameSite: 'Strict' } });
// @ts-expect-error Both are read.
koa.koaChallenges(challenges, { read: () => 'AB' });

export { use };
