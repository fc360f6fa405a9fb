'use strict';

const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const http = require('node:http');
const { test } = require('node:test');
const { promisify } = require('node:util');
const ccap = require('ccap-rs');
const { createChallenges, memoryMarks, memoryStore } = require('ccap-rs/challenge');
const { expressChallenges } = require('ccap-rs/challenge/express');
const { fastifyChallenges } = require('ccap-rs/challenge/fastify');
const { koaChallenges } = require('ccap-rs/challenge/koa');
const { assertRangeError, assertTypeError, rejectionOf, thrownBy } = require('../helpers.js');
const { listen } = require('../servers.js');
const { stubCaptcha } = require('./helpers.js');

const RATE = 8000;
/** With it, an answer that has an ETag may be one of no body. */
const KEPT = { 'if-none-match': '*', 'cache-control': 'max-age=0' };

/** Seconds of a WAV file, after a look at what it says of itself. */
function seconds(file) {
  assert.equal(file.toString('latin1', 0, 4), 'RIFF');
  assert.equal(file.toString('latin1', 8, 16), 'WAVEfmt ');
  assert.deepEqual(
    [file.readUInt16LE(20), file.readUInt16LE(22), file.readUInt32LE(24)],
    [1, 1, RATE],
  );
  assert.equal(file.readUInt32LE(40), file.length - 44);
  return (file.length - 44) / 2 / RATE;
}

function assertSays(file, letters) {
  // A letter is said in 0.2 to 0.8 s, and followed by a pause of 0.2 to 0.5 s.
  const length = seconds(file);
  assert.ok(length > 0.35 * letters && length < 1.35 * letters + 0.5, `${length} s`);
}

test('a picture and its sound are issued for one id', async () => {
  for (const store of [undefined, memoryStore()]) {
    const challenges = createChallenges({ captcha: ccap({ length: 5 }), store });
    const challenge = await challenges.issue({ audio: true, lang: 'zh' });
    assertSays(challenge.audio, 5);
    const { audioURL } = challenge;
    assert.equal(audioURL, `data:audio/wav;base64,${challenge.audio.toString('base64')}`);
    const sent = JSON.parse(JSON.stringify(challenge));
    assert.deepEqual(Object.keys(sent), ['id', 'type', 'expiresAt', 'dataURL', 'audioURL']);
    assert.equal(sent.audioURL, audioURL);
    const silent = await challenges.issue({ audio: false });
    assert.equal(silent.audio, undefined);
    assert.equal(silent.audioURL, undefined);
    assert.ok(!('audioURL' in JSON.parse(JSON.stringify(silent))));
  }
});

test('a picture is said three times, and is as good as before', async () => {
  const challenges = createChallenges({ captcha: stubCaptcha('K7WRX2') });
  const { id } = await challenges.issue({ for: 'login' });
  assert.equal(await challenges.audio(id), null);
  assert.equal(await challenges.audio(id, { for: 'other' }), null);
  const all = await Promise.all(
    Array.from({ length: 10 }, () => challenges.audio(id, { for: 'login' })),
  );
  const files = all.filter((file) => file !== null);
  assert.equal(files.length, 3);
  for (const file of files) {
    assertSays(file, 6);
  }
  assert.ok(!files[0].equals(files[1]), 'no two are alike');
  assert.equal(await challenges.audio(id, { for: 'login' }), null);
  assert.equal(await challenges.verify(id, 'k7wrx2', { for: 'login' }), true);
  assert.equal(await challenges.verify(id, 'k7wrx2', { for: 'login' }), false);
});

test('the longest text that a picture has is said, and what has no sound is not', async () => {
  const say = async (text, options) => {
    const challenges = createChallenges({ captcha: stubCaptcha(text), ...options });
    return challenges.audio((await challenges.issue()).id);
  };
  assertSays(await say('W'.repeat(16)), 16);
  assertSays(await say('AbC', { caseSensitive: true }), 3);
  // Of this only a hash is in the id.
  assert.equal(await say('é'.repeat(20)), null);
  const issuer = createChallenges({ captcha: stubCaptcha('山水') });
  for (const call of [() => say('山水'), () => issuer.issue({ audio: true })]) {
    const { code, message } = await rejectionOf(call());
    assert.equal(code, 'ERR_OUT_OF_RANGE');
    assert.match(message, /^The value of "text" is out of range\. .* Received "山"$/);
  }
});

test('ids that are none, have expired or come from elsewhere have no sound', async () => {
  const challenges = createChallenges({ captcha: stubCaptcha(), ttl: 1, skew: 0 });
  const { id } = await challenges.issue();
  await new Promise((resolve) => setTimeout(resolve, 5));
  const other = await createChallenges({ captcha: stubCaptcha() }).issue();
  const secret = 'a secret of sixteen';
  const elsewhere = await createChallenges({ captcha: stubCaptcha(), secret }).issue();
  for (const [issuer, wrong] of [
    [challenges, id],
    [challenges, undefined],
    [challenges, ''],
    [challenges, { toString: () => id }],
    [challenges, 'A'.repeat(92)],
    [challenges, other.id],
    // Nobody here knows how often it was said there.
    [createChallenges({ captcha: stubCaptcha(), secret }), elsewhere.id],
  ]) {
    assert.equal(await issuer.audio(wrong), null);
  }
});

test('marks are bounded, and count in all processes that share them', async () => {
  const marks = memoryMarks();
  const options = { captcha: stubCaptcha(), secret: 'a secret of sixteen', marks, audioPlays: 10 };
  const [one, two] = [createChallenges(options), createChallenges(options)];
  const { id } = await one.issue();
  let said = 0;
  for (let i = 0; i < 8; i += 1) {
    for (const challenges of [one, two]) {
      said += (await challenges.audio(id)) === null ? 0 : 1;
    }
  }
  assert.equal(said, 10);
  // A page for the first marks, and one for each time.
  assert.ok(marks.bytes <= 10 * 1024, `${marks.bytes}`);
  assert.equal(await two.verify(id, 'abc12z'), true);
});

test('plays are 0 to 10; with a store there is sound where a picture is issued', async () => {
  const silent = createChallenges({ captcha: stubCaptcha(), audioPlays: 0 });
  assert.equal(await silent.audio((await silent.issue()).id), null);
  for (const audioPlays of [-1, 11, Number.NaN, Number.POSITIVE_INFINITY]) {
    assertRangeError(
      thrownBy(() => createChallenges({ captcha: stubCaptcha(), audioPlays })),
      `The value of "audioPlays" is out of range. It must be >= 0 && <= 10. Received ${audioPlays}`,
    );
  }
  const stored = createChallenges({ captcha: stubCaptcha(), store: memoryStore() });
  const { code } = await rejectionOf(stored.audio((await stored.issue()).id));
  assert.equal(code, 'ERR_CHALLENGE_AUDIO');
});

test('what is wrong with a request for sound is told, and uses nothing up', async () => {
  const challenges = createChallenges({ captcha: stubCaptcha(), audioPlays: 1 });
  const { id } = await challenges.issue();
  assertRangeError(
    await rejectionOf(challenges.audio(id, { lang: 'fr' })),
    'The value of "lang" is out of range. It must be one of \'en\', \'zh\'. Received "fr"',
  );
  assertTypeError(
    await rejectionOf(challenges.issue({ audio: 1 })),
    'The "audio" option must be of type boolean. Received type number (1)',
  );
  const { code } = await rejectionOf(challenges.audio(id, { audio: true }));
  assert.equal(code, 'ERR_INVALID_ARG_VALUE');
  assertSays(await challenges.audio(id), 6);
});

test('marks that fail are an error, and nobody hears anything', async () => {
  const marks = memoryMarks();
  const failing = {
    open: (...args) => marks.open(...args),
    mark() {
      throw new Error('away');
    },
  };
  const challenges = createChallenges({ captcha: stubCaptcha(), marks: failing });
  const { id } = await challenges.issue();
  const { code, cause } = await rejectionOf(challenges.audio(id));
  assert.deepEqual([code, cause.message], ['ERR_CHALLENGE_STORE', 'away']);
  for (const reply of [undefined, null, 1, 'OK', {}]) {
    const odd = { open: () => true, mark: () => reply };
    const others = createChallenges({ captcha: stubCaptcha(), marks: odd });
    assert.equal(await others.audio((await others.issue()).id), null);
  }
});

test('a sound that takes too long is an error, in time', async () => {
  const challenges = createChallenges({ captcha: stubCaptcha(), timeout: 20 });
  const { id } = await challenges.issue();
  // Work that takes up every thread there is, several times over.
  const derive = promisify(crypto.pbkdf2);
  const busy = Array.from({ length: 12 }, () => derive('a', 'b', 300_000, 64, 'sha512'));
  for (const call of [() => challenges.audio(id), () => challenges.issue({ audio: true })]) {
    const { code, message } = await rejectionOf(call());
    assert.equal(code, 'ERR_CHALLENGE_TIMEOUT');
    assert.match(message, /^The sound/);
  }
  await Promise.all(busy);
});

const FRAMEWORKS = {
  koa2: (captcha) => koa(require('koa2'), captcha),
  koa: (captcha) => koa(require('koa'), captcha),
  express4: (captcha) => express(require('express4'), captcha),
  express: (captcha) => express(require('express'), captcha),
  fastify4: (captcha) => fastify(require('fastify4'), captcha),
  fastify: (captcha) => fastify(require('fastify'), captcha),
};

function koa(Koa, options) {
  const captcha = koaChallenges(...options);
  const app = new Koa();
  app.silent = true;
  // As koa-conditional-get does.
  app.use(async (ctx, next) => {
    await next();
    if (ctx.fresh) {
      ctx.status = 304;
      ctx.body = null;
    }
  });
  app.use((ctx) => (ctx.path === '/captcha' ? captcha.issue(ctx) : captcha.audio(ctx)));
  return app.callback();
}

function express(framework, options) {
  const captcha = expressChallenges(...options);
  const app = framework();
  app.set('env', 'test');
  app.get('/captcha', captcha.issue);
  app.get('/captcha/audio', captcha.audio);
  return app;
}

async function fastify(framework, options) {
  const captcha = fastifyChallenges(...options);
  const app = framework();
  app.get('/captcha', captcha.issue);
  app.get('/captcha/audio', captcha.audio);
  await app.ready();
  return (request, response) => app.routing(request, response);
}

for (const [name, make] of Object.entries(FRAMEWORKS)) {
  test(`${name}: the picture of a cookie is said, three times and whole`, async (t) => {
    const challenges = createChallenges({ captcha: stubCaptcha('K7WRX2') });
    const languages = [];
    const lang = (request) => languages.push(request) && 'zh';
    const url = await listen(t, http.createServer(await make([challenges, { lang }])));
    const issued = await fetch(`${url}/captcha`);
    const cookie = issued.headers.get('set-cookie').split(';')[0];
    const hear = (headers, method = 'GET') =>
      fetch(`${url}/captcha/audio`, { method, headers: { cookie, ...headers } });
    const head = await hear({}, 'HEAD');
    assert.deepEqual([head.status, head.headers.get('content-type')], [200, 'audio/wav']);
    for (const headers of [{}, { range: 'bytes=0-1' }, KEPT]) {
      const response = await hear(headers);
      assert.equal(response.status, 200);
      assert.equal(response.headers.get('content-type'), 'audio/wav');
      assert.equal(response.headers.get('cache-control'), 'no-store');
      assert.equal(response.headers.get('accept-ranges'), 'none');
      assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
      assert.equal(response.headers.get('set-cookie'), null);
      const file = Buffer.from(await response.arrayBuffer());
      assert.equal(response.headers.get('content-length'), String(file.length));
      assertSays(file, 6);
    }
    const over = await hear({});
    assert.equal(over.status, 404);
    assert.match(await over.text(), /There is no sound for this picture, or no more of it/);
    assert.equal((await hear({ cookie: '' })).status, 404);
    assert.equal(languages.length, 5);
    assert.equal(await challenges.verify(cookie.split('=')[1], 'K7WRX2'), true);
  });

  test(`${name}: without a cookie the id is in the query or a header`, async (t) => {
    const challenges = createChallenges({ captcha: stubCaptcha('K7') });
    const url = await listen(t, http.createServer(await make([challenges, { as: 'json' }])));
    const { id } = await (await fetch(`${url}/captcha`)).json();
    const inQuery = await fetch(`${url}/captcha/audio?captchaId=${id}`);
    assertSays(Buffer.from(await inQuery.arrayBuffer()), 2);
    const inHeader = await fetch(`${url}/captcha/audio`, { headers: { 'captcha-id': id } });
    assertSays(Buffer.from(await inHeader.arrayBuffer()), 2);
    const twice = await fetch(`${url}/captcha/audio?captchaId=${id}&captchaId=${id}`);
    assert.equal(twice.status, 404);
  });
}
