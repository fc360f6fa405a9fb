const assert = require('node:assert/strict');
const { once } = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { test } = require('node:test');
const ccap = require('..');
const { createPlayground } = require('../playground/index.js');
const { FORMATS, decode, runChecked, thrownBy } = require('./helpers.js');

const NAMES = Object.keys(ccap.prototype).filter((name) => name !== 'generate');
const html = fs.readFileSync(path.join(__dirname, '../playground/page.html'), 'utf8');

/** Serves a handler on a free port until the test ends. */
async function serve(t, handler = createPlayground()) {
  const server = http.createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${server.address().port}`;
}

async function pictures(url, query) {
  const response = await fetch(`${url}/pictures?${new URLSearchParams(query)}`);
  return { status: response.status, headers: response.headers, body: await response.json() };
}

function bytesOf({ src }) {
  return Buffer.from(src.slice(src.indexOf(',') + 1), 'base64');
}

function optionsIn({ body }) {
  return body.errors.map(({ option }) => option);
}

test('the page is complete in itself and its policy allows no more than it needs', async (t) => {
  const url = await serve(t);
  const types = {
    '/': 'text/html; charset=utf-8',
    '/page.css': 'text/css; charset=utf-8',
    '/page.js': 'text/javascript; charset=utf-8',
    '/icon.svg': 'image/svg+xml',
  };
  for (const [name, type] of Object.entries(types)) {
    const response = await fetch(url + name);
    assert.equal(response.status, 200, name);
    assert.equal(response.headers.get('content-type'), type);
    assert.equal(response.headers.get('cache-control'), 'no-store');
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
    const policy = response.headers.get('content-security-policy');
    assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'; /);
    assert.doesNotMatch(policy, /unsafe|\*|http/);
    const text = await response.text();
    assert.doesNotMatch(text.replace('http://www.w3.org/2000/svg', ''), /https?:|@import|url\(/);
    const head = await fetch(url + name, { method: 'HEAD' });
    assert.deepEqual([head.status, await head.text()], [200, '']);
    assert.equal(Number(head.headers.get('content-length')), Buffer.byteLength(text));
  }
  assert.doesNotMatch(html, /<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:/i);
  const links = [...html.matchAll(/\s(?:src|href)="([^"#]+)"/g)].map(([, link]) => link);
  assert.deepEqual(links.sort(), ['icon.svg', 'page.css', 'page.js']);
});

test('a text is said, and what cannot be said is told', async (t) => {
  const url = await serve(t);
  const response = await fetch(`${url}/speech?text=K7&lang=zh`);
  assert.deepEqual(
    ['content-type', 'accept-ranges', 'cache-control'].map((name) => response.headers.get(name)),
    ['audio/wav', 'none', 'no-store'],
  );
  const file = Buffer.from(await response.arrayBuffer());
  assert.deepEqual(
    [file.toString('latin1', 0, 4), file.readUInt32LE(4)],
    ['RIFF', file.length - 8],
  );
  const head = await fetch(`${url}/speech?text=K7`, { method: 'HEAD' });
  assert.deepEqual([head.status, head.headers.get('content-type')], [200, 'audio/wav']);
  for (const [query, text, options] of [
    ['', ''],
    ['text=%3F', '?'],
    ['text=A&lang=fr', 'A', { lang: 'fr' }],
  ]) {
    const { code, message } = thrownBy(() => ccap.speak(text, options));
    const refused = await fetch(`${url}/speech?${query}`);
    assert.equal(refused.status, 400);
    const [error] = (await refused.json()).errors;
    assert.deepEqual([error.code, error.message], [code, message]);
  }
});

test('every option has a control, which shows its default', () => {
  const captcha = ccap();
  for (const name of NAMES) {
    assert.ok(html.includes(`data-option="${name}"`), name);
    assert.ok(html.includes(`id="${name}-error"`), name);
    if (['format', 'level', 'kind', 'theme'].includes(name)) {
      const [, checked] = html.match(new RegExp(`name="${name}" value="(\\w+)" checked`));
      assert.equal(checked, captcha[name]);
    } else if (captcha[name] !== null) {
      const [, value] = html.match(new RegExp(`<input id="${name}" [^>]*value="([^"]*)"`));
      assert.equal(value, String(captcha[name]));
    }
  }
  for (const format of FORMATS) {
    assert.ok(html.includes(`name="format" value="${format}"`), format);
  }
});

test('every option reaches the picture', async (t) => {
  const url = await serve(t);
  for (const format of FORMATS) {
    const { status, body } = await pictures(url, { format, width: '300', height: ' 80 ' });
    assert.equal(status, 200);
    const [picture] = body.pictures;
    assert.match(
      picture.src,
      new RegExp(`^data:image/${format === 'svg' ? 'svg\\+xml' : format};base64,`),
    );
    const image = bytesOf(picture);
    assert.equal(picture.size, image.length);
    const { width, height, ...decoded } = await decode(image);
    assert.deepEqual([decoded.format, width, height], [format, 300, 80]);
    assert.deepEqual([body.format, body.width, body.height], [format, 300, 80]);
    assert.match(picture.text, /^[23CDFHJKLMTVX]{6}$/);
    assert.ok(body.ms > 0);
  }
  const letters = await pictures(url, { charset: 'ab', length: 9, count: 12 });
  assert.equal(letters.body.pictures.length, 12);
  for (const { text } of letters.body.pictures) {
    assert.match(text, /^[ab]{9}$/);
  }
  assert.ok(new Set(letters.body.pictures.map(({ src }) => src)).size === 12);

  const colors = { color: '#123456', background: '#fedcba', format: 'png' };
  const { pixels } = await decode(bytesOf((await pictures(url, colors)).body.pictures[0]));
  const seen = new Set();
  for (let i = 0; i < pixels.length; i += 3) {
    seen.add(pixels.toString('hex', i, i + 3));
  }
  assert.ok(seen.has('123456') && seen.has('fedcba'));

  const size = async (query) =>
    (await pictures(url, { ...query, text: 'AB' })).body.pictures[0].size;
  assert.ok((await size({ quality: 1 })) < (await size({ quality: 100 })));
});

test('a text of the visitor is the text of every picture', async (t) => {
  const url = await serve(t);
  const { body } = await pictures(url, { text: '3 × 4 = ?', count: 3, charset: 'ab', length: 2 });
  assert.deepEqual(
    body.pictures.map(({ text }) => text),
    ['3 × 4 = ?', '3 × 4 = ?', '3 × 4 = ?'],
  );
  assert.equal((await pictures(url, { text: '' })).body.pictures[0].text.length, 6);
});

test('what the package refuses is told as it told it, with the option', async (t) => {
  const url = await serve(t);
  for (const [name, value] of [
    ['width', '5'],
    ['width', '0'],
    ['width', 'abc'],
    ['height', '1e9'],
    ['offset', '-1'],
    ['quality', '101'],
    ['fontsize', '7'],
    ['length', '17'],
    ['charset', 'é'],
    ['charset', 'a\nb'],
    ['format', 'tiff'],
    ['level', 'Hard'],
    ['color', 'red'],
    ['background', '#12'],
  ]) {
    const { code, message } = thrownBy(() => ccap({ [name]: value }));
    const { status, headers, body } = await pictures(url, { [name]: value });
    assert.equal(status, 400, `${name}=${value}`);
    assert.deepEqual(body, { errors: [{ code, message, option: name }] });
    assert.equal(headers.get('cache-control'), 'no-store');
  }
  for (const text of ['я', 'A'.repeat(17)]) {
    const { code, message } = thrownBy(() => ccap.render(text));
    const { status, body } = await pictures(url, { text });
    assert.deepEqual([status, body], [400, { errors: [{ code, message, option: 'text' }] }]);
  }
  const contrast = await pictures(url, { color: '#fff', background: '#eee' });
  assert.deepEqual(optionsIn(contrast), ['color']);
  const twice = await fetch(`${url}/pictures?width=100&width=200`);
  assert.equal(twice.status, 400);
  const [error, ...others] = (await twice.json()).errors;
  assert.deepEqual([error.code, error.option, others], ['ERR_INVALID_ARG_TYPE', 'width', []]);
  const texts = await (await fetch(`${url}/pictures?text=AB&text=CD`)).json();
  assert.deepEqual(
    [texts.errors[0].code, texts.errors[0].option],
    ['ERR_INVALID_ARG_TYPE', 'text'],
  );
});

test('a font that lacks the default charset draws a text, and a charset of its own', async (t) => {
  const url = await serve(t);
  const font = 'noto-sans-sc-bold';
  const { status, body } = await pictures(url, { font, text: '山水', count: 2 });
  assert.equal(status, 200, JSON.stringify(body));
  assert.deepEqual(
    body.pictures.map(({ text }) => text),
    ['山水', '山水'],
  );
  assert.equal((await pictures(url, { font, charset: 'hanzi' })).status, 200);
  const { message } = thrownBy(() => ccap({ font }));
  const refused = await pictures(url, { font });
  assert.deepEqual([refused.status, refused.body.errors.length], [400, 1]);
  assert.equal(refused.body.errors[0].message, message);
});

test('all that is refused is told at once', async (t) => {
  const url = await serve(t);
  const wrong = { width: '5', color: 'red', level: 'Hard', text: 'я', count: '13' };
  const answer = await pictures(url, { ...wrong, height: '80' });
  assert.equal(answer.status, 400);
  assert.deepEqual(optionsIn(answer).sort(), Object.keys(wrong).sort());
  const { message } = thrownBy(() => ccap({ color: 'red' }));
  assert.equal(answer.body.errors.find(({ option }) => option === 'color').message, message);
});

test('a request can ask for so much and no more', async (t) => {
  const url = await serve(t);
  for (const count of ['0', '13', '-1', '1e1', '999999999', 'x', '']) {
    const { status, body } = await pictures(url, { count });
    assert.deepEqual([status, body.errors[0].code], [400, 'ERR_OUT_OF_RANGE'], count);
    const message = `The value of "count" is out of range. It must be >= 1 && <= 12. Received "${count}"`;
    assert.equal(body.errors[0].message, message);
  }
  assert.equal((await pictures(url, { text: 'A'.repeat(5000) })).status, 414);
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const response = await fetch(`${url}/pictures`, { method });
    assert.deepEqual([response.status, response.headers.get('allow')], [405, 'GET, HEAD']);
  }
  for (const name of [
    '/nothing',
    '/index.js',
    '/page.html',
    '/%',
    '/__proto__',
    '//',
    '/pictures/',
  ]) {
    assert.equal((await fetch(url + name)).status, 404, name);
  }
});

test('of large pictures fewer are drawn at once, and one of any', async (t) => {
  const url = await serve(t);
  for (const [width, height, format, expected] of [
    [256, 60, 'jpeg', 12],
    [400, 300, 'jpeg', 12],
    [512, 512, 'jpeg', 5],
    [1024, 512, 'jpeg', 2],
    [512, 256, 'bmp', 12],
    [512, 512, 'bmp', 11],
    [1024, 512, 'bmp', 5],
  ]) {
    const { body } = await pictures(url, { width, height, format, count: 12 });
    assert.equal(body.pictures.length, expected, `${width}x${height} ${format}`);
  }
});

test('no answer is larger than what was set aside for it', async (t) => {
  const url = await serve(t);
  for (const format of FORMATS) {
    for (const [width, height] of [
      [32, 16],
      [33, 512],
      [1024, 512],
      [255, 59],
    ]) {
      const style = { format, width, height, quality: 100, level: 'hard' };
      const query = new URLSearchParams({ ...style, text: '"'.repeat(16), count: 3 });
      const response = await fetch(`${url}/pictures?${query}`);
      const answer = await response.text();
      const { pictures } = JSON.parse(answer);
      const pixel = format === 'jpeg' ? 2 : 1;
      const most = (pictures.length * (width * height * pixel + 4096) * 4) / 3;
      assert.ok(answer.length <= most, `${format} ${width}x${height}: ${answer.length} of ${most}`);
    }
  }
});

test('what is drawn and waits to be taken is bounded', async () => {
  const lines = await runChecked('unread.js');
  assert.equal(lines.length, 1, lines.join('\n'));
});

test('HEAD draws nothing', async (t) => {
  const url = await serve(t);
  const { misses } = ccap.stats();
  const response = await fetch(`${url}/pictures?count=12`, { method: 'HEAD' });
  assert.deepEqual([response.status, await response.text()], [200, '']);
  assert.equal(response.headers.get('content-type'), 'application/json; charset=utf-8');
  assert.equal(response.headers.get('content-length'), null);
  assert.equal(ccap.stats().misses, misses);
});

test('it stands under any path', async (t) => {
  const based = await serve(t, createPlayground({ base: '/a/b/' }));
  for (const [from, to] of [
    ['/a/b', '/a/b/'],
    ['/a/b?width=99&x', '/a/b/?width=99&x'],
  ]) {
    const response = await fetch(based + from, { redirect: 'manual' });
    assert.equal(response.status, 308);
    assert.equal(new URL(response.headers.get('location'), based + from).href, based + to);
  }
  assert.equal((await fetch(`${based}/a/b/page.css`)).status, 200);
  assert.equal((await fetch(`${based}/a/b/pictures`)).status, 200);
  for (const name of ['/', '/page.css', '/a/bc/page.css', '/a/b/c/page.css']) {
    assert.equal((await fetch(based + name)).status, 404, name);
  }

  // As Express does: the handler sees what follows the path that it is mounted on.
  const playground = createPlayground();
  const mounted = await serve(t, (req, res) => {
    req.originalUrl = req.url;
    req.url = req.url.slice('/p'.length).replace(/^(?!\/)/, '/');
    playground(req, res);
  });
  const response = await fetch(`${mounted}/p`);
  assert.equal(response.url, `${mounted}/p/`);
  assert.equal(await response.text(), html);
});

test('where it is mounted under a pattern it redirects to nowhere else', async (t) => {
  const playground = createPlayground();
  // As Express does for a mount such as `/*any`.
  const url = await serve(t, (req, res) => {
    req.originalUrl = req.url;
    req.url = '/';
    playground(req, res);
  });
  const { port } = new URL(url);
  for (const target of [
    '/http:evil.example',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '/\\/evil.example',
    'http://evil.example/x',
  ]) {
    const request = http.request({ port, host: '127.0.0.1', path: target });
    const [response] = await once(request.end(), 'response');
    response.resume();
    const { location } = response.headers;
    assert.match(location ?? '', /^\/[^/\\]/, target);
    assert.equal(new URL(location, url).origin, url, `${target}: ${location}`);
  }
});

test('what it is given is checked', () => {
  assert.equal(typeof createPlayground({}), 'function');
  assert.throws(() => createPlayground({ bas: '/p' }), {
    name: 'TypeError',
    code: 'ERR_INVALID_ARG_VALUE',
    message: 'The option "bas" is unknown. It must be one of "base"',
  });
  for (const given of [5, null, '/p', []]) {
    assert.throws(() => createPlayground(given), {
      name: 'TypeError',
      code: 'ERR_INVALID_ARG_TYPE',
      message: /^The "options" argument must be of type Object\. Received /,
    });
  }
  assert.throws(() => createPlayground({ base: 1 }), {
    name: 'TypeError',
    code: 'ERR_INVALID_ARG_TYPE',
    message: 'The "base" option must be of type string. Received type number (1)',
  });
  assert.throws(() => createPlayground({ base: 'p' }), {
    name: 'RangeError',
    code: 'ERR_OUT_OF_RANGE',
    message: `The value of "base" is out of range. It must be '' or a path that begins with '/'. Received "p"`,
  });
});

test('it leaves the caches to the service beside it', async (t) => {
  const url = await serve(t);
  const before = ccap.stats();
  createPlayground();
  assert.deepEqual(ccap.stats(), before, 'one that nobody looks at draws nothing');
  for (let width = 100; width < 120; width++) {
    await pictures(url, { width, count: 3 });
  }
  const { caches, hits, evictions } = ccap.stats();
  assert.deepEqual([caches, hits, evictions], [before.caches, before.hits, before.evictions]);
});

test('nothing more is drawn for somebody who has gone', async (t) => {
  const playground = createPlayground();
  const closed = new Promise((resolve) => {
    serve(t, (req, res) => {
      playground(req, res);
      res.once('close', resolve);
      req.socket.destroy();
    }).then((url) => fetch(`${url}/pictures?count=12&width=1024&height=512`).catch(() => {}));
  });
  await closed;
  const after = ccap.stats().misses;
  // Time enough for all that was asked for.
  const like = ccap({ width: 1024, height: 512, generate: () => 'LIKE' });
  for (let i = 0; i < 20; i++) {
    await like.getAsync();
  }
  // At most the one that was being drawn is counted late.
  const further = ccap.stats().misses - after - 20;
  assert.ok(further <= 2, `${further} after the end`);
});
