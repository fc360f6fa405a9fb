'use strict';

const assert = require('node:assert/strict');
const { once } = require('node:events');
const http = require('node:http');
const { test } = require('node:test');
const { gzipSync } = require('node:zlib');
const { memoryStore } = require('ccap/challenge');
const { createApp } = require('../app');
const { RecordingStore } = require('../../../__test__/servers.js');
const { burst, decode, issue, jpegSize, listen, post, verify } = require('./helpers');

const FORM = 'application/x-www-form-urlencoded';

async function start(t, { now, ...options } = {}) {
  const store = new RecordingStore(memoryStore({ now }));
  const { server, url } = await listen(t, createApp({ store, limit: 1_000_000, ...options }));
  return { server, url, store };
}

test('GET /verification gives a pid and a picture', async (t) => {
  const { url, store } = await start(t);
  const response = await fetch(`${url}/verification`);
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type'), /^application\/json/);
  assert.equal(response.headers.get('cache-control'), 'no-store');
  const body = await response.json();
  assert.deepEqual(Object.keys(body).sort(), ['img', 'pid']);
  assert.match(body.pid, /^[A-Za-z0-9_-]{22}$/);
  assert.match(store.answers.get(body.pid), /^[0-9A-Z]{6}$/);
  const { type, bytes } = decode(body.img);
  assert.equal(type, 'image/jpeg');
  assert.deepEqual(jpegSize(bytes), { width: 256, height: 60 });
  assert.ok(!JSON.stringify([...response.headers]).includes(store.answers.get(body.pid)));
});

test('without a store the pid carries the answer, sealed, and counts once', async (t) => {
  const style = { generate: () => 'K7WPX2' };
  const { url } = await listen(t, createApp({ style }));
  const { pid } = await issue(url);
  assert.match(pid, /^[A-Za-z0-9_-]{92}$/);
  assert.equal(await verify(url, { pid, code: 'k7wpx2' }), true);
  assert.equal(await verify(url, { pid, code: 'k7wpx2' }), false);
  const { marks, answers } = await (await fetch(`${url}/stats`)).json();
  assert.deepEqual([marks, answers], [{ chunks: 1, bytes: 1024 }, undefined]);
});

test('one address gets so many pictures a minute, and is told so', async (t) => {
  const { url } = await listen(t, createApp({ limit: 3 }));
  for (let i = 0; i < 3; i++) await issue(url);
  const pid = 'A'.repeat(92);
  for (let i = 0; i < 3; i++) {
    const refused = await fetch(`${url}/verification`);
    assert.equal(refused.status, 429);
    assert.deepEqual(await refused.json(), { error: 'Too many pictures. Please wait a minute' });
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
  }
  // Answering is no picture.
  assert.equal(await verify(url, { pid, code: 'k7wpx2' }), false);
});

test('the style reaches the picture, and the type follows its format', async (t) => {
  const signatures = {
    jpeg: /^ffd8ff/,
    png: /^89504e470d0a1a0a/,
    webp: /^52494646.{8}57454250/,
    gif: /^474946383961/,
    bmp: /^424d/,
  };
  for (const [format, signature] of Object.entries(signatures)) {
    const { url } = await start(t, { style: { format } });
    const { type, bytes } = decode((await issue(url)).img);
    assert.equal(type, `image/${format}`);
    assert.match(bytes.toString('hex', 0, 16), signature);
  }
  const style = { width: 300, height: 70, generate: () => 'ABC123' };
  const { url, store } = await start(t, { style });
  const { pid, img } = await issue(url);
  assert.deepEqual(jpegSize(decode(img).bytes), { width: 300, height: 70 });
  assert.equal(store.answers.get(pid), 'ABC123');
  assert.equal(await verify(url, { pid, code: 'abc123' }), true);

  for (const format of ['tiff', 'constructor']) {
    assert.throws(() => createApp({ style: { format } }), { code: 'ERR_OUT_OF_RANGE' });
  }
});

test('the right answer is accepted once', async (t) => {
  const { url, store } = await start(t);
  const { pid } = await issue(url);
  const code = store.answers.get(pid);
  assert.equal(await verify(url, { pid, code }), true);
  assert.equal(await verify(url, { pid, code }), false);
});

test('a form is accepted as JSON is', async (t) => {
  const { url, store } = await start(t);
  const { pid } = await issue(url);
  const form = String(new URLSearchParams({ pid, code: store.answers.get(pid) }));
  assert.equal(await verify(url, form, FORM), true);
  assert.equal(await verify(url, form, FORM), false);
});

test('case and surrounding spaces make no difference', async (t) => {
  const { url, store } = await start(t);
  for (const write of [(text) => text.toLowerCase(), (text) => ` ${text.toLowerCase()}\t\n`]) {
    const { pid } = await issue(url);
    assert.equal(await verify(url, { pid, code: write(store.answers.get(pid)) }), true);
  }
  // A fixed answer, as a random one may be all digits.
  const pid = 'A'.repeat(22);
  const fixedStore = { set() {}, take: async () => 'AbC12z' };
  const fixed = await listen(t, createApp({ store: fixedStore }));
  for (const code of ['abc12z', 'ABC12Z', ' AbC12z\t\n', 'aBc12Z', 'abc 12z', 'ａｂｃ１２ｚ']) {
    assert.equal(await verify(fixed.url, { pid, code }), true, JSON.stringify(code));
  }
  for (const code of ['abc12', 'abc12zz', 'abd12z']) {
    assert.equal(await verify(fixed.url, { pid, code }), false, JSON.stringify(code));
  }
});

test('a try that fails uses the pid up, whatever was wrong with the code', async (t) => {
  const { url, store } = await start(t);
  for (const code of ['------', '', undefined, null, 123456, ['a'], {}]) {
    const { pid } = await issue(url);
    assert.equal(await verify(url, { pid, code }), false);
    assert.equal(await verify(url, { pid, code: store.answers.get(pid) }), false);
  }
});

test('another pid is not touched by a try', async (t) => {
  const { url, store } = await start(t);
  const [first, second] = [await issue(url), await issue(url)];
  assert.equal(await verify(url, { pid: first.pid, code: '------' }), false);
  assert.equal(await verify(url, { pid: second.pid, code: store.answers.get(first.pid) }), false);
  const third = await issue(url);
  assert.equal(await verify(url, { pid: third.pid, code: store.answers.get(third.pid) }), true);
});

test('only strings count, as the code', async (t) => {
  const { url, store } = await start(t);
  const codes = (right) => [
    undefined,
    null,
    0,
    1,
    true,
    false,
    [],
    [right],
    {},
    { toString: right },
    { length: right.length },
    '',
    ' ',
    'undefined',
    'null',
    right + right,
    'A'.repeat(3000),
  ];
  const { length } = codes('');
  for (let i = 0; i < length; i++) {
    const { pid } = await issue(url);
    const code = codes(store.answers.get(pid))[i];
    assert.equal(await verify(url, { pid, code }), false, JSON.stringify(code));
  }
  // All digits, and equal to the answer with == but not as a string.
  const digits = await start(t, { style: { generate: () => '123456' } });
  const { pid } = await issue(digits.url);
  assert.equal(await verify(digits.url, { pid, code: 123456 }), false);
});

test('only strings count, as the pid', async (t) => {
  const { url, store } = await start(t);
  const { pid } = await issue(url);
  const code = store.answers.get(pid);
  const pids = [
    undefined,
    null,
    0,
    true,
    [],
    [pid],
    [[pid]],
    {},
    { toString: pid },
    '',
    ' ',
    ` ${pid}`,
    `${pid}\n`,
    `${pid}${pid}`,
    pid.toLowerCase() === pid ? pid.toUpperCase() : pid.toLowerCase(),
    'undefined',
    '__proto__',
    'constructor',
    '*',
    'A'.repeat(22),
    'A'.repeat(3000),
  ];
  for (const wrong of pids) {
    assert.equal(await verify(url, { pid: wrong, code }), false, JSON.stringify(wrong));
  }
  for (const form of [`pid[]=${pid}&code=${code}`, `pid[a]=${pid}&code=${code}`, `code=${code}`]) {
    assert.equal(await verify(url, form, FORM), false, form);
  }
  // None of them was the pid, so it is still good.
  assert.equal(await verify(url, { pid, code }), true);
});

test('bodies that say nothing let nobody in', async (t) => {
  const { url } = await start(t);
  for (const body of ['{}', '[]', '[null]', '']) assert.equal(await verify(url, body), false, body);
  for (const body of ['', '=', 'pid=&code=', 'pid&code']) {
    assert.equal(await verify(url, body, FORM), false, body);
  }
  assert.equal(await verify(url, '{"pid":"a","code":"b"}', 'text/plain'), false);
  const bare = await fetch(`${url}/verification`, { method: 'POST' });
  assert.deepEqual([bare.status, await bare.json()], [200, { ok: false }]);
});

test('undefined equals undefined, and lets nobody in', async (t) => {
  // A store that answers as one might for an unknown id, or holds nothing of use.
  for (const answer of [undefined, null, '', ' ', 0, {}]) {
    const store = { set() {}, take: async () => answer };
    const { url } = await listen(t, createApp({ store }));
    for (const code of [undefined, null, '', ' ', 0, {}, 'undefined', 'null', '[object Object]']) {
      assert.equal(await verify(url, { pid: 'A'.repeat(22), code }), false);
    }
  }
});

test('an answer is good for its lifetime', async (t) => {
  const clock = { time: 0 };
  const { url, store } = await start(t, { ttl: 5000, now: () => clock.time });
  const [early, late] = [await issue(url), await issue(url)];
  clock.time = 4999;
  assert.equal(await verify(url, { pid: early.pid, code: store.answers.get(early.pid) }), true);
  clock.time = 5000;
  assert.equal(await verify(url, { pid: late.pid, code: store.answers.get(late.pid) }), false);
});

test('the lifetime is two minutes unless told otherwise', async (t) => {
  const clock = { time: 0 };
  const { url, store } = await start(t, { now: () => clock.time });
  const [early, late] = [await issue(url), await issue(url)];
  clock.time = 119_999;
  assert.equal(await verify(url, { pid: early.pid, code: store.answers.get(early.pid) }), true);
  clock.time = 120_000;
  assert.equal(await verify(url, { pid: late.pid, code: store.answers.get(late.pid) }), false);
});

test('of 50 right answers to one pid at once one is accepted', async (t) => {
  const { url, store } = await start(t);
  const { pid } = await issue(url);
  const code = store.answers.get(pid);
  const all = await Promise.all(Array.from({ length: 50 }, () => verify(url, { pid, code })));
  assert.equal(all.filter(Boolean).length, 1);
});

test('a body that cannot be read is an error of the sender', async (t) => {
  const { url } = await start(t);
  const bad = ['{', '{"pid":', 'null', '"text"', '12', 'undefined', '{"__proto__":{"ok":true}}'];
  for (const body of bad) {
    const answer = await post(url, body);
    assert.equal(answer.status, 400, body);
    assert.deepEqual(Object.keys(answer.body), ['error']);
    assert.equal(typeof answer.body.error, 'string');
  }
  for (const [encoding, status] of [
    ['gzip', 400],
    ['unheard-of', 415],
  ]) {
    const response = await fetch(`${url}/verification`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Content-Encoding': encoding },
      body: '{}',
    });
    assert.equal(response.status, status);
    assert.deepEqual(Object.keys(await response.json()), ['error']);
  }
});

test('a body may have 4 kB', async (t) => {
  const { url, store } = await start(t);
  const { pid } = await issue(url);
  const body = (size) => {
    const text = JSON.stringify({ pid, code: store.answers.get(pid), more: '' });
    return text.replace('""', `"${'x'.repeat(size - text.length)}"`);
  };
  for (const size of [4097, 100_000, 5_000_000]) {
    const answer = await post(url, body(size));
    assert.equal(answer.status, 413, `${size} bytes`);
    assert.deepEqual(Object.keys(answer.body), ['error']);
  }
  assert.equal((await post(url, `code=${'x'.repeat(5000)}`, FORM)).status, 413);
  assert.equal(await verify(url, body(4096)), true);
});

test('a body too large is refused without its length being told, and the connection lives on', async (t) => {
  const { url, server } = await start(t);
  let connections = 0;
  server.on('connection', () => {
    connections++;
  });
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  const send = async (headers, body) => {
    const request = http.request(`${url}/verification`, {
      agent,
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
    });
    // Written in advance of the end, so that it goes out in chunks.
    request.write(body);
    request.end();
    const [response] = await once(request, 'response');
    response.resume();
    await once(response, 'end');
    return response.statusCode;
  };
  assert.equal(await send({}, ' '.repeat(1_000_000)), 413);
  // Small on the wire, large when it is unpacked.
  const bomb = gzipSync(Buffer.alloc(5_000_000, ' '));
  assert.equal(await send({ 'Content-Encoding': 'gzip' }, bomb), 413);
  assert.equal(await send({}, '{}'), 200);
  assert.equal(connections, 1);
});

test('a store that fails is a 503 and never lets anyone in', async (t) => {
  const failing = {
    set: async () => {
      throw new Error('secret of the store');
    },
    take: () => {
      throw new Error('secret of the store');
    },
  };
  const app = createApp({ store: failing });
  const errors = [];
  app.on('error', (error) => errors.push(error));
  const { url } = await listen(t, app);
  const issued = await fetch(`${url}/verification`);
  const tried = await post(url, { pid: 'A'.repeat(22), code: 'ABCDEF' });
  for (const { status, body } of [{ status: issued.status, body: await issued.json() }, tried]) {
    assert.equal(status, 503);
    assert.deepEqual(Object.keys(body), ['error']);
    assert.doesNotMatch(body.error, /secret/);
  }
  assert.equal(issued.headers.get('cache-control'), 'no-store');
  assert.deepEqual(
    errors.map(({ cause }) => cause.message),
    ['secret of the store', 'secret of the store'],
  );
});

test('an error of the service is a 500 that tells nothing', async (t) => {
  const style = {
    generate() {
      throw new Error('secret of the service');
    },
  };
  const app = createApp({ style });
  const errors = [];
  app.on('error', (error) => errors.push(error.message));
  const { url } = await listen(t, app);
  const response = await fetch(`${url}/verification`);
  assert.equal(response.status, 500);
  assert.doesNotMatch(await response.text(), /secret/);
  assert.equal(errors.length, 1);
});

test('unknown addresses and methods', async (t) => {
  const { url } = await start(t);
  for (const path of ['/nothing', '/verification/', '/stats/x', '/__proto__', '/%', '/app.js']) {
    const response = await fetch(url + path);
    assert.equal(response.status, 404, path);
    assert.match(response.headers.get('content-type'), /^application\/json/);
    assert.deepEqual(Object.keys(await response.json()), ['error']);
  }
  for (const [method, path, allow] of [
    ['PUT', '/verification', 'GET, HEAD, POST'],
    ['DELETE', '/verification', 'GET, HEAD, POST'],
    ['OPTIONS', '/verification', 'GET, HEAD, POST'],
    ['POST', '/', 'GET, HEAD'],
    ['POST', '/stats', 'GET, HEAD'],
  ]) {
    const response = await fetch(url + path, { method });
    assert.equal(response.status, 405, `${method} ${path}`);
    assert.equal(response.headers.get('allow'), allow);
    assert.deepEqual(Object.keys(await response.json()), ['error']);
  }
});

test('HEAD is answered wherever GET is', async (t) => {
  const { url } = await start(t);
  for (const path of ['/', '/page.css', '/page.js', '/verification', '/stats', '/favicon.ico']) {
    const full = await fetch(url + path);
    await full.arrayBuffer();
    const head = await fetch(url + path, { method: 'HEAD' });
    assert.equal(head.status, full.status, path);
    assert.equal(head.headers.get('content-type'), full.headers.get('content-type'), path);
    assert.equal((await head.arrayBuffer()).byteLength, 0);
  }
  assert.equal((await fetch(`${url}/nothing`, { method: 'HEAD' })).status, 404);
});

test('the page is complete in itself and its policy allows no more than it needs', async (t) => {
  const { url } = await start(t);
  const response = await fetch(url);
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type'), /^text\/html; charset=utf-8/);
  const policy = response.headers.get('content-security-policy').split('; ');
  for (const directive of [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    'img-src data:',
  ]) {
    assert.ok(policy.includes(directive), directive);
  }
  assert.doesNotMatch(policy.join(), /unsafe|\*|http/);

  const html = await response.text();
  // Nothing the policy would block: no inline script, style or handler.
  assert.doesNotMatch(html, /<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:/i);
  const links = [...html.matchAll(/\s(?:src|href)="([^"]*)"/g)].map(([, link]) => link);
  assert.deepEqual(links.sort(), ['page.css', 'page.js', 'playground/']);
  const types = {
    'page.css': /^text\/css/,
    'page.js': /^(text|application)\/javascript/,
    'playground/': /^text\/html/,
  };
  for (const link of links) {
    const asset = await fetch(new URL(link, `${url}/`));
    assert.equal(asset.status, 200);
    assert.match(asset.headers.get('content-type'), types[link]);
    assert.equal(asset.headers.get('x-content-type-options'), 'nosniff');
    const text = await asset.text();
    assert.ok(text.length > 0);
    assert.doesNotMatch(text, /https?:|\/\/\w|url\(|@import/);
  }
  assert.doesNotMatch(html, /https?:/);

  // What the page needs to be usable without seeing it or without a mouse.
  assert.match(html, /<html lang="en">/);
  assert.match(html, /<label for="code">/);
  assert.match(html, /<input\s[^>]*id="code"/);
  assert.match(html, /<img\s[^>]*alt="[^"]+"/);
  assert.match(html, /role="status" aria-live="polite"/);

  const icon = await fetch(`${url}/favicon.ico`);
  assert.equal(icon.status, 204);
});

test('the playground stands beside the service', async (t) => {
  const { url } = await start(t);
  const redirected = await fetch(`${url}/playground`);
  assert.equal(redirected.url, `${url}/playground/`);
  assert.match(await redirected.text(), /<title>ccap-rs playground<\/title>/);
  const drawn = await (await fetch(`${url}/playground/pictures?width=300`)).json();
  assert.deepEqual(jpegSize(decode(drawn.pictures[0].src).bytes), { width: 300, height: 60 });
  const refused = await fetch(`${url}/playground/pictures?width=5`);
  assert.equal(refused.status, 400);
  assert.equal((await refused.json()).errors[0].option, 'width');
  for (const path of ['/playground/nothing', '/playgrounds', '/playground/../app.js']) {
    assert.equal((await fetch(url + path)).status, 404, path);
  }
});

test('outside of development there is no playground', async (t) => {
  const { NODE_ENV } = process.env;
  t.after(() => {
    delete process.env.NODE_ENV;
    if (NODE_ENV !== undefined) process.env.NODE_ENV = NODE_ENV;
  });
  process.env.NODE_ENV = 'production';
  const { url } = await start(t);
  for (const path of ['/playground', '/playground/', '/playground/pictures']) {
    assert.equal((await fetch(url + path)).status, 404, path);
  }
  const page = await (await fetch(url)).text();
  assert.doesNotMatch(page, /playground/);
  assert.match(page, /<\/main>/);
});

test('GET /stats tells about the process, the store and ccap', async (t) => {
  const { url } = await start(t);
  const stats = async () => (await fetch(`${url}/stats`)).json();
  const before = await stats();
  assert.equal(before.pid, process.pid);
  assert.ok(before.uptime > 0);
  assert.ok(before.memory > 1e6);
  assert.equal(before.answers, 0);
  await issue(url);
  const after = await stats();
  assert.equal(after.answers, 1);
  // Each picture either was ready or had to be drawn.
  const served = ({ hits, misses }) => hits + misses;
  assert.equal(served(after.ccap), served(before.ccap) + 1);
});

test('500 requests at once', async (t) => {
  const { url, server, store } = await start(t);
  let connections = 0;
  server.on('connection', () => {
    connections++;
  });
  const answers = await burst(t, `${url}/verification`, 500);
  assert.equal(new Set(answers.map(({ pid }) => pid)).size, 500);
  assert.equal(new Set(answers.map(({ img }) => img)).size, 500);
  assert.ok(connections <= 50, `${connections} connections`);
  for (const { pid, img } of answers) {
    assert.match(store.answers.get(pid), /^[0-9A-Z]{6}$/);
    assert.deepEqual(jpegSize(decode(img).bytes), { width: 256, height: 60 });
  }
  const accepted = await Promise.all(
    answers.slice(0, 20).map(({ pid }) => verify(url, { pid, code: store.answers.get(pid) })),
  );
  assert.ok(accepted.every(Boolean));
});
