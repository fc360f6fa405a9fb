'use strict';

const assert = require('node:assert/strict');
const http = require('node:http');
const { test } = require('node:test');
const { bodyParser } = require('@koa/bodyparser');
const ccap = require('ccap-rs');
const { createChallenges, memoryStore } = require('ccap-rs/challenge');
const { expressChallenges } = require('ccap-rs/challenge/express');
const { fastifyChallenges } = require('ccap-rs/challenge/fastify');
const { koaChallenges } = require('ccap-rs/challenge/koa');
const {
  assertRangeError,
  assertTypeError,
  decode,
  rejectionOf,
  thrownBy,
} = require('../helpers.js');
const { TIMEOUT, stubCaptcha } = require('./helpers.js');
const { RecordingStore, eventually, listen } = require('../servers.js');

const FORM = 'application/x-www-form-urlencoded';
const ORIGIN = 'https://example.com';

/**
 * The same service in every framework: GET /captcha is `issue`, POST /login is `verify` and then tells what came of it.
 * Behind a proxy, as most are.
 */
const FRAMEWORKS = {
  koa1(challenges, options, { parsers = true, isSilent = true }) {
    const captcha = koaChallenges(challenges, options);
    const app = require('koa1')();
    app.proxy = true;
    app.silent = isSilent;
    app.use(function* readBody(next) {
      if (!parsers) {
        yield next;
        return;
      }
      let text = '';
      for (const chunk of yield readAll(this.req)) {
        text += chunk;
      }
      const isForm = this.get('content-type') === FORM;
      this.request.body = isForm ? Object.fromEntries(new URLSearchParams(text)) : readJson(text);
      yield next;
    });
    app.use(function* issue(next) {
      if (this.path === '/captcha') {
        yield captcha.issue(this);
      } else {
        yield next;
      }
    });
    app.use(function* verify(next) {
      yield captcha.verify(this);
      yield next;
      this.body = { captcha: this.state.captcha };
    });
    return app.callback();
  },
  koa2: (...args) => koa(require('koa2'), ...args),
  koa: (...args) => koa(require('koa'), ...args),
  express4: (...args) => express(require('express4'), ...args),
  express: (...args) => express(require('express'), ...args),
  fastify4: (...args) => fastify(require('fastify4'), ...args),
  fastify: (...args) => fastify(require('fastify'), ...args),
  'fastify4, both in hooks': (...args) => fastify(require('fastify4'), ...args, true),
  'fastify, both in hooks': (...args) => fastify(require('fastify'), ...args, true),
};

function koa(Koa, challenges, options, { parsers = true, isSilent = true }) {
  const captcha = koaChallenges(challenges, options);
  const app = new Koa();
  app.proxy = true;
  app.silent = isSilent;
  // As koa-conditional-get does.
  app.use(async (ctx, next) => {
    await next();
    if (ctx.fresh) {
      ctx.status = 304;
      ctx.body = null;
    }
  });
  if (parsers) {
    app.use(bodyParser());
  }
  app.use((ctx, next) => (ctx.path === '/captcha' ? captcha.issue(ctx) : next()));
  app.use(captcha.verify);
  app.use((ctx) => {
    ctx.body = { captcha: ctx.state.captcha };
  });
  return app.callback();
}

function express(framework, challenges, options, { parsers = true, isSilent = true }) {
  const captcha = expressChallenges(challenges, options);
  const app = framework();
  app.set('trust proxy', true);
  if (isSilent) {
    // Keeps its error handler from writing to the console.
    app.set('env', 'test');
  }
  app.get('/captcha', captcha.issue);
  const before = parsers ? [framework.urlencoded({ extended: true }), framework.json()] : [];
  app.post('/login', before, captcha.verify, (req, res) => {
    res.json({ captcha: req.captcha });
  });
  return app;
}

async function fastify(framework, challenges, options, { parsers = true }, hooks = false) {
  const captcha = fastifyChallenges(challenges, options);
  const app = framework({ trustProxy: true });
  if (parsers) {
    app.addContentTypeParser(FORM, { parseAs: 'string' }, (_request, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(body)));
    });
  }
  if (hooks) {
    app.get('/captcha', { preHandler: captcha.issue }, () => assert.fail('the hook has replied'));
  } else {
    app.get('/captcha', captcha.issue);
  }
  app.post('/login', { preHandler: captcha.verify }, async (request) => {
    return { captcha: request.captcha };
  });
  await app.ready();
  return app.routing;
}

async function readAll(stream) {
  const chunks = [];
  for await (const chunk of stream) {
    chunks.push(chunk);
  }
  return chunks;
}

function readJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A test for each framework, which gets a way to start the service in it. */
function withEach(name, run) {
  for (const [framework, build] of Object.entries(FRAMEWORKS)) {
    test(`${name}: ${framework}`, { timeout: TIMEOUT }, async (t) => {
      await run(
        async ({ captcha = stubCaptcha(), challenges, parsers, isSilent, ...options } = {}) => {
          const store = new RecordingStore(memoryStore());
          const used = challenges ?? createChallenges({ captcha, store, ttl: 90_000 });
          const server = http.createServer(await build(used, options, { parsers, isSilent }));
          return { url: await listen(t, server), store };
        },
      );
    });
  }
}

async function getCaptcha(url, headers = {}) {
  const response = await fetch(`${url}/captcha`, { headers });
  assert.equal(response.status, 200, await response.clone().text());
  return response;
}

const cookieOf = (response) => response.headers.getSetCookie()[0].split(';')[0];

/** Whether the guard says that the answer is right; that it says something is asserted. */
async function login(url, body, headers = {}) {
  const response = await post(url, body, headers);
  assert.equal(response.status, 200, await response.clone().text());
  const { captcha, ...rest } = await response.json();
  assert.deepEqual([typeof captcha, rest], ['boolean', {}]);
  return captcha;
}

function post(url, body, headers = {}) {
  const isForm = body instanceof URLSearchParams;
  return fetch(`${url}/login`, {
    method: 'POST',
    headers: { 'Content-Type': isForm ? FORM : 'application/json', ...headers },
    body: isForm ? String(body) : JSON.stringify(body),
  });
}

withEach('<img src="/captcha"> and a form', async (start) => {
  const { url, store } = await start({ captcha: ccap({ format: 'png' }) });
  const response = await getCaptcha(url);
  assert.equal(response.headers.get('content-type'), 'image/png');
  assert.equal(response.headers.get('cache-control'), 'no-store');
  assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
  const [cookie] = response.headers.getSetCookie();
  const [id] = store.answers.keys();
  assert.equal(cookie, `captcha=${id}; Max-Age=90; Path=/; HttpOnly; SameSite=Strict`);
  const image = Buffer.from(await response.arrayBuffer());
  assert.equal(Number(response.headers.get('content-length')), image.length);
  const { format, width, height } = await decode(image);
  assert.deepEqual({ format, width, height }, { format: 'png', width: 256, height: 60 });

  const answer = store.answers.get(id).toLowerCase();
  const form = () => new URLSearchParams({ name: 'somebody', captcha: answer });
  const cookies = { Cookie: `a=b; ${cookieOf(response)}; captchas=x` };
  assert.equal(await login(url, form(), cookies), true);
  assert.equal(await login(url, form(), cookies), false);
});

withEach('JSON both ways, without a cookie', async (start) => {
  const { url, store } = await start({ as: 'json', captcha: ccap() });
  const response = await getCaptcha(url);
  assert.match(response.headers.get('content-type'), /^application\/json/);
  assert.equal(response.headers.get('cache-control'), 'no-store');
  assert.deepEqual(response.headers.getSetCookie(), []);
  const body = await response.json();
  assert.deepEqual(Object.keys(body).sort(), ['dataURL', 'expiresAt', 'id', 'type']);
  assert.equal(body.type, 'image/jpeg');
  const [, data] = /^data:image\/jpeg;base64,(.+)$/.exec(body.dataURL);
  assert.equal((await decode(Buffer.from(data, 'base64'))).width, 256);

  const captcha = store.answers.get(body.id);
  // No cookie is looked at either.
  assert.equal(await login(url, { captcha }, { Cookie: `captcha=${body.id}` }), false);
  assert.equal(await login(url, { captchaId: body.id, captcha }), true);
  assert.equal(await login(url, { captchaId: body.id, captcha }), false);
});

withEach('id and answer in headers', async (start) => {
  const { url, store } = await start({ as: 'json' });
  const { id } = await (await getCaptcha(url)).json();
  const headers = { 'Captcha-Id': id, 'Captcha-Answer': 'abc12z' };
  assert.equal(await login(url, {}, headers), true);
  assert.equal(await login(url, {}, headers), false);
  assert.deepEqual(store.takes, [id, id]);
});

withEach('with a cookie the id is looked for there, and nowhere else', async (start) => {
  for (const as of ['image', 'json']) {
    const { url, store } = await start({ as, cookie: {} });
    const [cookie, other] = [await getCaptcha(url), await getCaptcha(url)].map(
      (response) => cookieOf(response).split('=')[1],
    );
    const right = { captcha: 'abc12z' };
    // Neither a form of another site nor a header brings in an id of its own.
    const headers = { 'Captcha-Id': other };
    assert.equal(await login(url, { ...right, captchaId: other }, headers), false);
    assert.deepEqual(store.takes, []);
    headers.Cookie = `captcha=${cookie}`;
    assert.equal(await login(url, { ...right, captchaId: other }, headers), true);
    assert.deepEqual(store.takes, [cookie]);
  }
});

withEach('of several places that are asked for none beats another', async (start) => {
  const { url, store } = await start({ idField: 'captchaId', idHeader: 'captcha-id' });
  const ids = [];
  for (let i = 0; i < 4; i++) {
    ids.push(cookieOf(await getCaptcha(url)).split('=')[1]);
  }
  const [body, header, cookie, all] = ids;
  const right = { captcha: 'abc12z' };
  const Cookie = `captcha=${cookie}`;
  assert.equal(await login(url, { ...right, captchaId: body }, { Cookie }), false);
  assert.equal(await login(url, right, { Cookie, 'Captcha-Id': header }), false);
  assert.equal(await login(url, { ...right, captchaId: body }, { 'Captcha-Id': header }), false);
  assert.deepEqual(store.takes, []);
  assert.equal(await login(url, { ...right, captchaId: body }), true);
  assert.equal(await login(url, right, { 'Captcha-Id': header }), true);
  // An empty field of a form is none, and neither is what is no string.
  assert.equal(await login(url, { ...right, captchaId: '' }, { Cookie }), true);
  const same = { Cookie: `captcha=${all}`, 'Captcha-Id': all };
  assert.equal(await login(url, { ...right, captchaId: all }, same), true);
  assert.deepEqual(store.takes, ids);
});

withEach('a picture is for whom it was asked for', async (start) => {
  const seen = new Set();
  const { url } = await start({
    for: async (request) => {
      seen.add(request);
      return `login:${request.headers['x-session']}`;
    },
  });
  const visitor = (name) => ({ 'X-Session': name });
  const Cookie = cookieOf(await getCaptcha(url, visitor('a')));
  const right = { captcha: 'abc12z' };
  assert.equal(await login(url, right, { Cookie, ...visitor('b') }), false);
  assert.equal(await login(url, right, { Cookie }), false);
  assert.equal(await login(url, right, { Cookie, ...visitor('a') }), true);
  assert.equal(seen.size, 4);
});

withEach('who has nobody to be for gets an error, and no picture', async (start) => {
  let drawn = 0;
  const captcha = {
    get() {
      drawn += 1;
      return ['AB', Buffer.from('GIF89a')];
    },
  };
  const { url } = await start({ captcha, for: () => undefined });
  assert.equal((await fetch(`${url}/captcha`)).status, 500);
  assert.equal(drawn, 0);
  assert.equal((await post(url, { captcha: 'AB' })).status, 500);
});

withEach('other names, and places that are not looked at', async (start) => {
  const { url, store } = await start({
    cookie: { name: 'pid', path: '/login', domain: 'localhost', sameSite: 'lax', secure: true },
    idField: false,
    idHeader: false,
    answerField: 'code',
    answerHeader: 'X-Code',
  });
  const [cookie] = (await getCaptcha(url)).headers.getSetCookie();
  const [id] = store.answers.keys();
  assert.equal(
    cookie,
    `pid=${id}; Max-Age=90; Path=/login; Domain=localhost; HttpOnly; SameSite=Lax; Secure`,
  );
  const unseen = { 'Captcha-Id': id, 'Captcha-Answer': 'abc12z' };
  assert.equal(await login(url, { captchaId: id, captcha: 'abc12z' }, unseen), false);
  assert.deepEqual(store.takes, []);
  assert.equal(await login(url, { code: 'abc12z' }, { Cookie: `pid=${id}` }), true);
  const next = cookieOf(await getCaptcha(url));
  assert.equal(await login(url, {}, { Cookie: next, 'X-Code': 'abc12z' }), true);
});

withEach('read takes both from anywhere', async (start) => {
  const seen = [];
  const { url } = await start({
    read: async (request) => {
      seen.push(request);
      const { searchParams } = new URL(request.url, ORIGIN);
      return { id: searchParams.get('id'), answer: request.headers['x-answer'] };
    },
  });
  const id = cookieOf(await getCaptcha(url)).split('=')[1];
  const withQuery = async (query, headers) => {
    const response = await fetch(`${url}/login${query}`, { method: 'POST', headers });
    return (await response.json()).captcha;
  };
  assert.equal(await withQuery('', { 'x-answer': 'abc12z' }), false);
  assert.equal(await withQuery(`?id=${id}`, { 'x-answer': 'abc12z' }), true);
  assert.equal(seen.length, 2);
});

withEach('a read that returns nothing lets nobody in', async (start) => {
  const { url, store } = await start({ read: () => undefined });
  const cookie = cookieOf(await getCaptcha(url));
  const response = await post(url, { captcha: 'abc12z' }, { Cookie: cookie });
  assert.equal(response.status, 500);
  assert.deepEqual(store.takes, []);
});

withEach('over TLS the cookie is Secure', async (start) => {
  const overTls = { 'X-Forwarded-Proto': 'https' };
  const secure = async (options, headers) => {
    const { url } = await start(options);
    const [cookie] = (await getCaptcha(url, headers)).headers.getSetCookie();
    return /; Secure$/.test(cookie);
  };
  assert.equal(await secure({}, {}), false);
  assert.equal(await secure({}, overTls), true);
  assert.equal(await secure({ cookie: { secure: 'auto' } }, overTls), true);
  assert.equal(await secure({ cookie: { secure: false } }, overTls), false);
  assert.equal(await secure({ cookie: { secure: true } }, {}), true);
  assert.equal(await secure({ cookie: { sameSite: 'none' } }, {}), true);
  assert.equal(await secure({ cookie: { name: '__Host-captcha' } }, {}), true);
  assert.equal(await secure({ cookie: { name: '__Secure-captcha', path: '/a' } }, {}), true);
});

withEach('what is missing or no string lets nobody in', async (start) => {
  const { url, store } = await start();
  const bodies = [
    {},
    [],
    { captcha: null },
    { captcha: ['abc12z'] },
    { captcha: { toString: 'abc12z' } },
    { captcha: true },
    { captcha: '' },
    { __proto__: { captcha: 'abc12z' } },
  ];
  for (const body of bodies) {
    const Cookie = cookieOf(await getCaptcha(url));
    assert.equal(await login(url, body, { Cookie }), false, JSON.stringify(body));
    // Used up all the same.
    assert.equal(await login(url, { captcha: 'abc12z' }, { Cookie }), false);
  }
  store.takes.length = 0;
  for (const Cookie of [
    '',
    'captcha',
    'captcha=',
    '=captcha',
    'captcha=a=b',
    ';;;',
    'x'.repeat(5000),
  ]) {
    assert.equal(await login(url, { captcha: 'abc12z' }, { Cookie }), false, Cookie);
  }
  for (const captchaId of ['../../x', ['a'], { a: 1 }, '__proto__', 'A'.repeat(10_000)]) {
    assert.equal(await login(url, { captchaId, captcha: 'abc12z' }), false);
  }
  assert.deepEqual(store.takes, []);
  // Nothing parsed the body, or there is none.
  const bare = await fetch(`${url}/login`, { method: 'POST' });
  assert.deepEqual(await bare.json(), { captcha: false });
});

withEach('with required, what is not right is a 403, and no stack', async (start) => {
  const lines = [];
  const { error: log } = console;
  console.error = (...args) => lines.push(args.join(' '));
  try {
    const { url } = await start({ required: true, isSilent: false });
    const Cookie = cookieOf(await getCaptcha(url));
    const refused = await post(url, { captcha: 'wrong' }, { Cookie });
    assert.equal(refused.status, 403);
    const text = await refused.text();
    assert.match(
      text,
      /The letters do not match the picture, or it is too old\. Please try a new one\./,
    );
    assert.doesNotMatch(text, /\bat |node:|\.js/);
    assert.equal((await post(url, { captcha: 'abc12z' }, { Cookie })).status, 403);
    const next = cookieOf(await getCaptcha(url));
    assert.equal(await login(url, { captcha: 'abc12z' }, { Cookie: next }), true);
  } finally {
    console.error = log;
  }
  for (const line of lines) {
    assert.doesNotMatch(line, /\n|\bat /);
  }
});

withEach('what a visitor is told can be said in his own language', async (start) => {
  const messages = { de: 'Das stimmt nicht', zh: '验证码不对' };
  for (const [message, language, told] of [
    ['Try again', 'de', 'Try again'],
    [(request) => messages[request.headers['accept-language']], 'de', 'Das stimmt nicht'],
    [async (request) => messages[request.headers['accept-language']], 'zh', '验证码不对'],
  ]) {
    const { url } = await start({ required: true, message });
    const refused = await post(url, { captcha: 'wrong' }, { 'Accept-Language': language });
    assert.equal(refused.status, 403);
    assert.ok((await refused.text()).includes(told));
  }
  const { url } = await start({ required: true, message: () => undefined });
  assert.equal((await post(url, { captcha: 'wrong' })).status, 500);
});

test('a refusal is an error that says what to do with it', async () => {
  const challenges = createChallenges({ captcha: stubCaptcha() });
  const { verify } = koaChallenges(challenges, { required: true });
  const error = await rejectionOf(verify({ state: {}, headers: {}, request: {} }));
  const { message, stack, status, statusCode, expose, code } = error;
  assert.deepEqual(
    { stack, status, statusCode, expose, code },
    {
      stack: `Error: ${message}`,
      status: 403,
      statusCode: 403,
      expose: true,
      code: 'ERR_CHALLENGE_REFUSED',
    },
  );
});

withEach(
  'a body that nothing parses is told as what it is, and never lets anybody in',
  async (start) => {
    const { url } = await start({ parsers: false, required: true });
    const Cookie = cookieOf(await getCaptcha(url));
    const form = new URLSearchParams({ captcha: 'abc12z' });
    const status = (await post(url, form, { Cookie })).status;
    // Fastify refuses what it has no parser for by itself.
    assert.ok([500, 415].includes(status), `${status}`);
    // In a header an answer needs no parser, whatever else is sent, and what has no body needs none.
    const [another, upload] = [
      cookieOf(await getCaptcha(url)),
      { 'Content-Type': 'application/json' },
    ];
    const beside = { ...upload, Cookie: another, 'Captcha-Answer': 'abc12z' };
    const uploaded = await fetch(`${url}/login`, { method: 'POST', headers: beside, body: '{}' });
    assert.equal(uploaded.status, 200);
    const bare = await fetch(`${url}/login`, { method: 'POST', headers: { Cookie } });
    assert.equal(bare.status, 403);
    const next = cookieOf(await getCaptcha(url));
    const headers = { Cookie: next, 'Captcha-Answer': 'abc12z' };
    const response = await fetch(`${url}/login`, { method: 'POST', headers });
    assert.deepEqual(await response.json(), { captcha: true });
  },
);

withEach('where bodies are parsed, one that is not is just not right', async (start) => {
  const { url } = await start();
  assert.equal(await login(url, { captcha: 'wrong' }), false);
  const response = await fetch(`${url}/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'text/plain' },
    body: 'captcha=abc12z',
  });
  assert.ok([200, 400, 415].includes(response.status), `${response.status}`);
  assert.ok(!(await response.text()).includes('true'));
});

withEach(
  'too many at once are a 503 that says when to come again, and are not drawn',
  async (start) => {
    let drawn = 0;
    let finish;
    const image = Buffer.from('GIF89a');
    const captcha = {
      getAsync() {
        drawn += 1;
        return new Promise((resolve) => {
          finish = () => resolve(['abc12z', image]);
        });
      },
    };
    const challenges = createChallenges({ captcha, maxPending: 1, timeout: TIMEOUT });
    const { url } = await start({ challenges });
    const first = fetch(`${url}/captcha`);
    await eventually('it is being drawn', () => finish);
    for (let i = 0; i < 5; i++) {
      const refused = await fetch(`${url}/captcha`);
      assert.equal(refused.status, 503);
      assert.equal(refused.headers.get('retry-after'), '1');
      assert.deepEqual(refused.headers.getSetCookie(), []);
    }
    finish();
    assert.equal((await first).status, 200);
    assert.equal(drawn, 1);
  },
);

withEach('what takes too long is a 503', async (start) => {
  const never = () => new Promise(() => {});
  const drawing = createChallenges({ captcha: { getAsync: never }, timeout: 10 });
  assert.equal((await fetch(`${(await start({ challenges: drawing })).url}/captcha`)).status, 503);
  const store = { set() {}, take: never };
  const taking = createChallenges({ captcha: stubCaptcha(), store, timeout: 10 });
  const { url } = await start({ challenges: taking });
  const Cookie = cookieOf(await getCaptcha(url));
  assert.equal((await post(url, { captcha: 'abc12z' }, { Cookie })).status, 503);
});

withEach('HEAD neither draws nor keeps anything', async (start) => {
  for (const as of ['image', 'json']) {
    const captcha = { get: () => assert.fail('it drew') };
    const { url, store } = await start({ as, captcha });
    const response = await fetch(`${url}/captcha`, { method: 'HEAD' });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('cache-control'), 'no-store');
    assert.deepEqual(response.headers.getSetCookie(), []);
    assert.equal(await response.text(), '');
    assert.equal(store.size, 0);
  }
});

withEach('a new picture is sent whatever the browser has', async (start) => {
  const { url } = await start();
  for (const headers of [
    { 'If-None-Match': '*' },
    { 'If-None-Match': '*', 'If-Modified-Since': new Date().toUTCString() },
    { 'If-None-Match': (await getCaptcha(url)).headers.get('etag') ?? '"a"' },
  ]) {
    const response = await getCaptcha(url, headers);
    assert.ok((await response.arrayBuffer()).byteLength > 0);
    assert.equal(response.headers.getSetCookie().length, 1);
  }
});

withEach('a store that fails is a 503, tells nothing and lets nobody in', async (start) => {
  const fail = async () => {
    throw new Error('secret of the store');
  };
  const challenges = createChallenges({
    captcha: stubCaptcha(),
    store: { set: fail, take: fail },
  });
  const { url } = await start({ challenges });
  const Cookie = `captcha=${'A'.repeat(22)}`;
  for (const response of [
    await fetch(`${url}/captcha`),
    await post(url, { captcha: 'abc12z' }, { Cookie }),
  ]) {
    assert.equal(response.status, 503);
    const text = await response.text();
    // Express shows the stack of errors while it is not told that it is in production: ours, without the cause.
    assert.doesNotMatch(text, /secret/);
    assert.deepEqual(response.headers.getSetCookie(), []);
  }
});

withEach('an error of the captcha is a 500', async (start) => {
  const captcha = {
    get() {
      throw new Error('no ink');
    },
  };
  const { url } = await start({ captcha });
  assert.equal((await fetch(`${url}/captcha`)).status, 500);
});

withEach('verify returns rubbish: false', async (start) => {
  for (const rubbish of ['true', 1, {}, undefined]) {
    const challenges = { issue: async () => {}, verify: async () => rubbish };
    const { url } = await start({ challenges });
    assert.equal(await login(url, { captcha: 'abc12z' }), false);
  }
});

withEach('many at once', async (start) => {
  const { url } = await start();
  const responses = await Promise.all(Array.from({ length: 50 }, () => getCaptcha(url)));
  const cookies = responses.map(cookieOf);
  assert.equal(new Set(cookies).size, 50);
  const results = await Promise.all(
    cookies.map((Cookie, i) => login(url, { captcha: i % 2 ? 'abc12z' : 'wrong' }, { Cookie })),
  );
  assert.deepEqual(
    results,
    cookies.map((_, i) => i % 2 === 1),
  );
});

test('a cookie set before stays', { timeout: TIMEOUT }, async (t) => {
  const challenges = createChallenges({ captcha: stubCaptcha() });
  const koaApp = new (require('koa'))();
  const forKoa = koaChallenges(challenges);
  koaApp.use((ctx) => {
    ctx.cookies.set('other', '1');
    return forKoa.issue(ctx);
  });
  const expressApp = require('express')();
  const forExpress = expressChallenges(challenges);
  expressApp.use((req, res, next) => {
    res.cookie('other', '1');
    forExpress.issue(req, res, next);
  });
  const fastifyApp = require('fastify')();
  const forFastify = fastifyChallenges(challenges);
  fastifyApp.get('/', (request, reply) => {
    reply.header('set-cookie', 'other=1');
    return forFastify.issue(request, reply);
  });
  await fastifyApp.ready();
  for (const handler of [koaApp.callback(), expressApp, fastifyApp.routing]) {
    const response = await fetch(await listen(t, http.createServer(handler)));
    const names = response.headers.getSetCookie().map((cookie) => cookie.split('=')[0]);
    assert.deepEqual(names, ['other', 'captcha']);
  }
});

test('bad arguments are refused before any request', () => {
  const challenges = createChallenges({ captcha: stubCaptcha() });
  for (const make of [koaChallenges, expressChallenges, fastifyChallenges]) {
    for (const [wrong, received] of [
      [undefined, 'undefined'],
      [{}, 'an object'],
      [memoryStore(), 'an object'],
    ]) {
      assertTypeError(
        thrownBy(() => make(wrong)),
        `The "challenges" argument must be made by createChallenges(). Received ${received}`,
      );
    }
    for (const [options, message] of [
      [null, 'The "options" argument must be of type Object. Received null'],
      [{ as: 5 }, 'The "as" option must be of type string. Received type number (5)'],
      [
        { cookie: true },
        'The "cookie" option must be an object or false. Received type boolean (true)',
      ],
      [{ cookie: null }, 'The "cookie" option must be an object or false. Received null'],
      [
        { cookie: 'pid' },
        'The "cookie" option must be an object or false. Received type string ("pid")',
      ],
      [
        { cookie: { name: 5 } },
        'The "name" option must be of type string. Received type number (5)',
      ],
      [
        { cookie: { secure: 'no' } },
        `The "secure" option must be of type boolean or 'auto'. Received type string ("no")`,
      ],
      [
        { idField: true },
        'The "idField" option must be of type string. Received type boolean (true)',
      ],
      [{ answerHeader: null }, 'The "answerHeader" option must be of type string. Received null'],
      [
        { read: 'body' },
        'The "read" option must be of type function. Received type string ("body")',
      ],
      [
        { for: 'login' },
        'The "for" option must be of type function. Received type string ("login")',
      ],
      [
        { message: 5 },
        'The "message" option must be of type string or function. Received type number (5)',
      ],
      [{ required: 1 }, 'The "required" option must be of type boolean. Received type number (1)'],
    ]) {
      assertTypeError(
        thrownBy(() => make(challenges, options)),
        message,
      );
    }
    for (const [options, name, allowed, received] of [
      [{ as: 'png' }, 'as', "one of 'image', 'json'", '"png"'],
      [{ cookie: false }, 'cookie', `an object while "as" is 'image'`, 'false'],
      [{ cookie: { name: '' } }, 'name', 'the name of a cookie', '""'],
      [{ cookie: { name: 'a=b' } }, 'name', 'the name of a cookie', '"a=b"'],
      [{ cookie: { name: 'a; b' } }, 'name', 'the name of a cookie', '"a; b"'],
      [{ cookie: { path: 'a' } }, 'path', 'a path that starts with /', '"a"'],
      [{ cookie: { path: '/; b' } }, 'path', 'a path that starts with /', '"/; b"'],
      [{ cookie: { path: '/\r\nA: b' } }, 'path', 'a path that starts with /', '"/\\r\\nA: b"'],
      [{ cookie: { domain: 'a;b' } }, 'domain', 'the name of a host', '"a;b"'],
      [
        { cookie: { sameSite: 'Strict' } },
        'sameSite',
        "one of 'strict', 'lax', 'none'",
        '"Strict"',
      ],
      [
        { cookie: { sameSite: 'none', secure: false } },
        'secure',
        `true while "sameSite" is 'none'`,
        'false',
      ],
      // What browsers drop without a word.
      [
        { cookie: { name: '__Secure-pid', secure: 'auto' } },
        'secure',
        'true while "name" starts with __Secure-',
        '"auto"',
      ],
      [
        { cookie: { name: '__host-pid', secure: false } },
        'secure',
        'true while "name" starts with __host-',
        'false',
      ],
      [
        { cookie: { name: '__Host-pid', path: '/login' } },
        'path',
        `'/' while "name" starts with __Host-`,
        '"/login"',
      ],
      [
        { cookie: { name: '__Host-pid', domain: 'example.com' } },
        'domain',
        'undefined while "name" starts with __Host-',
        '"example.com"',
      ],
      [{ message: '' }, 'message', 'a sentence for the visitor', '""'],
      [{ idHeader: 'a b' }, 'idHeader', 'the name of a header, or false', '"a b"'],
      [{ idField: '' }, 'idField', '1 to 64 letters, or false', '""'],
    ]) {
      assertRangeError(
        thrownBy(() => make(challenges, options)),
        `The value of "${name}" is out of range. It must be ${allowed}. Received ${received}`,
      );
    }
    assert.throws(() => make(challenges, { cookies: {} }), { code: 'ERR_INVALID_ARG_VALUE' });
    assert.throws(() => make(challenges, { cookie: { httpOnly: false } }), {
      code: 'ERR_INVALID_ARG_VALUE',
    });
  }
});
