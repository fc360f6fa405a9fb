'use strict';

// Everything in a fenced block of a document that says js, ts or sh is run, or carries a reason for which it is not. Documents
// show services as they are and fragments of them; what a fragment takes for granted (`router`, `app`, a session) is the real
// thing from the frameworks.

const assert = require('node:assert/strict');
const { execFileSync, fork, spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { createInterface } = require('node:readline');
const { after, test } = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const { inspect } = require('node:util');
const { bodyParser } = require('@koa/bodyparser');
const Router = require('@koa/router');
const ccap = require('ccap-rs');
const { createChallenges } = require('ccap-rs/challenge');
const { koaChallenges } = require('ccap-rs/challenge/koa');
const express = require('express');
const Koa = require('koa');
const { createClient } = require('redis');
const { decode } = require('../helpers.js');
const { DOCUMENTS, ROOT, TRANSLATIONS, anchorOf, blocksOf, readDocument } = require('./blocks.js');
const { execute } = require('./execute.js');
const { startRedis } = require('./redis.js');

const PACKAGE = require('../../package.json');
const CLI = path.join(ROOT, PACKAGE.bin['ccap-rs']);
const TEXT = /^[23CDFHJKLMTVX]{6}$/;
const FORM = 'application/x-www-form-urlencoded';
const TIMEOUT = 300_000;
const ORIGIN = 'https://example.com';

/** The blocks of code of each document in their order: what each has in it, and how it is run and what must come of it. */
const RUNS = {
  'README.md': [
    ['captcha.get(); // ', runFirst],
    ['required: true', runFirstService],
    ['challenges.issue(); // ', runChallenges],
    ['redisMarks(client)', runMarks],
    ['koaChallenges(challenges)', runMiddleware],
    ['createPlayground', runPlayground],
  ],
  'docs/audio.md': [
    ['ccap.speak(', runSpeech],
    ['audio: true', runSpokenChallenge],
    ['captcha.audio', runSpokenService],
  ],
  'docs/fonts.md': [["charset: 'hanzi'", runHanzi]],
  'docs/migrating-from-ccap.md': [
    ['new ccap(', runSame],
    ['captcha != ctx.session.captcha', runStoryBefore],
    ['required: true', runStoryAfter],
  ],
  'docs/migrating-from-svg-captcha.md': [
    ["require('svg-captcha')", runSvgBefore],
    ["require('ccap-rs')", runSvgAfter],
    ['createMathExpr', runSum],
    ['createChallenges({ captcha: ccap({ kind', runSums],
  ],
  'docs/options.md': [
    ["'3 + 4 = ?'", runGenerate],
    ["kind: 'math'", runKind],
  ],
  'docs/recipes.md': [
    ['exports.page', runPage],
    ["from 'react'", runReact],
    ['<script setup>', runVue],
    ['new Koa()', runServer],
    ['express()', runServer],
    ['fastify()', runServer],
    ['ctx.session.captcha = id', runSessionId],
    ['@nestjs/common', runNest],
    ['next.config.js', runNextConfig],
    ['lib/challenges.ts', runNextShared],
    ['app/captcha/route.ts', runNextIssue],
    ['app/login/route.ts', runNextVerify],
    ['exports.handler', runFunction],
    ['NODE_ENV', runForTests],
  ],
};
// The same code with other comments.
for (const [english, chinese] of TRANSLATIONS) {
  RUNS[chinese] = RUNS[english];
}

const LANGUAGES = ['js', 'jsx', 'ts', 'vue', 'sh', 'json', 'html', 'dockerfile'];
/** Those that are run as they stand. */
const CODE = ['js', 'jsx', 'ts', 'vue'];

/** What each picture shows that has been drawn here, by its bytes: visitors read it, tests cannot. */
const shown = new Map();
let lastText;
for (const name of ['get', 'getAsync']) {
  const original = ccap.prototype[name];
  ccap.prototype[name] = function observed() {
    const result = original.call(this);
    return result instanceof Promise ? result.then(remember) : remember(result);
  };
}
const { render } = ccap;
ccap.render = (text, options) => remember([text, render(text, options)])[1];

function remember(result) {
  [lastText] = result;
  shown.set(result[1].toString('base64'), lastText);
  return result;
}

function textOf(image) {
  const text = shown.get(image.toString('base64'));
  assert.ok(text, 'no picture that was drawn here');
  return text;
}

/** Documents name ports that may be taken: whatever listens, listens on a free one of this machine's own. */
const servers = [];
const { listen } = net.Server.prototype;
net.Server.prototype.listen = function listenAnywhere(...args) {
  servers.push(this);
  const callback = args.find((arg) => typeof arg === 'function');
  return listen.call(this, 0, '127.0.0.1', ...(callback ? [callback] : []));
};
after(() => {
  net.Server.prototype.listen = listen;
});

for (const file of DOCUMENTS) {
  const blocks = blocksOf(file);
  const code = blocks.filter(({ language }) => CODE.includes(language));
  const runs = RUNS[file] ?? [];

  test(`${file}: every block is of a known language and run, or has a reason not to be`, () => {
    for (const { language, line } of blocks) {
      assert.ok(LANGUAGES.includes(language), `${file}:${line}: '${language}'`);
    }
    for (const { reason, line } of blocks) {
      assert.ok(reason === null || reason.length >= 20, `${file}:${line}: the reason is too short`);
    }
    const wanted = code.filter(({ reason }) => reason === null);
    assert.equal(wanted.length, runs.length, `${file}: blocks of code, and how they are run`);
    for (const [i, block] of wanted.entries()) {
      assert.ok(block.code.includes(runs[i][0]), `${file}:${block.line}: not '${runs[i][0]}'`);
    }
  });

  for (const [i, block] of code.filter(({ reason }) => reason === null).entries()) {
    test(`${file}:${block.line}: ${block.heading}`, { timeout: TIMEOUT }, (t) =>
      runs[i][1](t, block),
    );
  }

  for (const block of blocks.filter(({ language, reason }) => language === 'sh' && !reason)) {
    for (const line of block.code.split('\n')) {
      test(`${file}: ${line.replace(/ +#.*/, '')}`, { timeout: TIMEOUT }, (t) =>
        runCommand(t, line),
      );
    }
  }

  for (const block of blocks.filter(({ language }) => language === 'json')) {
    test(`${file}:${block.line}: ${block.heading}`, () => {
      const { overrides } = JSON.parse(block.code);
      assert.deepEqual(overrides, { ccap: `npm:${PACKAGE.name}@^${PACKAGE.version}` });
    });
  }

  test(`${file}: the scripts that it names are there, and so are the files it links to`, () => {
    const text = readDocument(file);
    for (const [, script] of text.matchAll(/\bnpm run ([\w:]+)/g)) {
      assert.ok(PACKAGE.scripts[script], `npm run ${script}`);
    }
    for (const [, link] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      checkLink(file, link);
    }
  });
}

test('no marker is left of a block that is gone', () => {
  for (const file of DOCUMENTS) {
    const markers = readDocument(file).match(/<!-- not run/g) ?? [];
    assert.equal(blocksOf(file).filter(({ reason }) => reason !== null).length, markers.length);
  }
});

for (const block of blocksOf('docs/recipes.md').filter(
  ({ language }) => language === 'dockerfile',
)) {
  test(`docs/recipes.md:${block.line}: its steps, but for Docker`, { timeout: TIMEOUT }, (t) =>
    runDockerfile(t, block),
  );
}

/** What an image is made of, made in a folder: without Docker, and with the modules that are here in the place of `npm ci`. */
async function runDockerfile(t, { code }) {
  const steps = code.split('\n').map((line) => /^([A-Z]+) (.*)$/.exec(line).slice(1));
  const of = (name) => steps.filter(([step]) => step === name).map(([, rest]) => rest);
  const [, node, flavour] = /^node:(\d+)-(slim|alpine)$/.exec(of('FROM')[0]);
  assert.ok(Number(node) >= Number(/\d+/.exec(PACKAGE.engines.node)[0]));
  // An addon for the image's C library, on both kinds of processor.
  const library = flavour === 'alpine' ? 'musl' : 'gnu';
  for (const processor of ['x86_64', 'aarch64']) {
    assert.ok(PACKAGE.napi.targets.includes(`${processor}-unknown-linux-${library}`));
  }
  assert.deepEqual(of('RUN'), ['npm ci --omit=dev']);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ccap-image-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  const blocks = blocksOf('docs/recipes.md');
  const files = {
    'package.json': '{}',
    'package-lock.json': '{}',
    'page.js': blocks.find((one) => one.code.startsWith('// page.js')).code,
    'server.js': blocks.find((one) => one.code.includes('express()')).code.replace('3000', '0'),
  };
  for (const name of of('COPY').flatMap((rest) => rest.split(' ').slice(0, -1))) {
    fs.writeFileSync(path.join(folder, name), files[name]);
  }
  fs.symlinkSync(
    path.join(__dirname, 'node_modules'),
    path.join(folder, 'node_modules'),
    'junction',
  );
  const [program, ...args] = JSON.parse(of('CMD')[0]);
  assert.equal(program, 'node');
  // It says nothing of its port, so that is asked for from within.
  const hook = path.join(folder, 'hook.js');
  fs.writeFileSync(
    hook,
    `const { prototype } = require('node:net').Server;
     const { listen } = prototype;
     prototype.listen = function (...args) {
       this.once('listening', () => console.log(this.address().port));
       return listen.apply(this, args);
     };`,
  );
  const env = { ...process.env, ...Object.fromEntries(of('ENV').map((one) => one.split('='))) };
  const child = spawn(process.execPath, ['--require', hook, ...args], { cwd: folder, env });
  t.after(() => child.kill('SIGKILL'));
  const [port] = await once(createInterface({ input: child.stdout }), 'line');
  const picture = await fetch(`http://127.0.0.1:${port}/captcha`);
  assert.equal((await decode(Buffer.from(await picture.arrayBuffer()))).format, 'jpeg');
}

test('the blocks in TypeScript compile in strict mode', { timeout: TIMEOUT }, () => {
  const ts = require('typescript');
  const files = new Map();
  for (const [i, { code }] of DOCUMENTS.flatMap(blocksOf)
    .filter(({ language }) => language === 'ts')
    .entries()) {
    const name = /^\/\/ (\S+\.ts)\n/.exec(code)?.[1] ?? `block-${i}.ts`;
    files.set(path.posix.join(__dirname.replaceAll('\\', '/'), 'project', name), code);
  }
  assert.equal(files.size, 4);
  const options = {
    strict: true,
    noEmit: true,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2022,
    // As in Next.js's own settings.
    lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    esModuleInterop: true,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    skipLibCheck: true,
    types: ['node'],
    typeRoots: [path.join(ROOT, 'node_modules/@types')],
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => files.get(name) ?? readFile(name);
  host.getSourceFile = (name, ...rest) =>
    files.has(name)
      ? ts.createSourceFile(name, files.get(name), ts.ScriptTarget.ES2022)
      : getSourceFile(name, ...rest);
  const { directoryExists } = host;
  host.directoryExists = (name) =>
    [...files.keys()].some((file) => file.startsWith(`${name}/`)) || directoryExists(name);
  const program = ts.createProgram([...files.keys()], options, host);
  const findings = ts.getPreEmitDiagnostics(program);
  assert.equal(ts.formatDiagnostics(findings, host), '');
});

async function runFirst(_t, block) {
  const { captcha, text, image } = await execute(block, { names: ['captcha', 'text', 'image'] });
  assert.ok(captcha instanceof ccap);
  assert.match(text, TEXT);
  // As the comment has it.
  const [, example, bytes] = /\/\/ '(\w+)', (<Buffer [0-9a-f ]+) \.\.\.>/.exec(block.code);
  assert.match(example, TEXT);
  assert.ok(inspect(image).startsWith(bytes), inspect(image));
  assert.equal((await decode(image)).format, 'jpeg');
}

async function runFirstService(t, block) {
  const globals = { bodyParser, ccap };
  const origin = await koa(t, (router) => execute(block, { globals: { router, ...globals } }));
  await visit(origin);
}

async function runMarks(t, block) {
  const { url } = await startRedis(t);
  const client = createClient({ url });
  client.on('error', () => {});
  await client.connect();
  t.after(() => client.destroy());
  process.env.CAPTCHA_SECRET = 'at least sixteen bytes';
  t.after(() => {
    delete process.env.CAPTCHA_SECRET;
  });
  const load = () => execute(block, { globals: { ccap, client }, names: ['challenges'] });
  const [one, other] = [(await load()).challenges, (await load()).challenges];
  const { id, image } = await one.issue();
  assert.equal(await other.verify(id, textOf(image)), true);
  assert.equal(await one.verify(id, textOf(image)), false);
}

async function runChallenges(_t, block) {
  assert.ok(block.code.includes("'ccap/challenge'"));
  assert.equal(require('ccap/challenge'), require('ccap-rs/challenge'));
  Object.defineProperty(globalThis, 'answer', { get: () => lastText, configurable: true });
  try {
    const names = ['challenges', 'id', 'image', 'type', 'dataURL', 'isRight'];
    const { challenges, id, image, type, dataURL, isRight } = await execute(block, { names });
    assert.equal(isRight, true);
    assert.equal(type, 'image/jpeg');
    assert.equal(dataURL, `data:image/jpeg;base64,${image.toString('base64')}`);
    // True once, at most; and the answer is not in it.
    assert.equal(await challenges.verify(id, textOf(image)), false);
    const challenge = await challenges.issue();
    const { image: picture, ...rest } = challenge;
    assert.ok(!JSON.stringify(rest).includes(textOf(picture)));
  } finally {
    delete globalThis.answer;
  }
}

async function runMiddleware(t, block) {
  for (const framework of ['koa', 'express', 'fastify']) {
    const name = `${framework}Challenges`;
    assert.ok(block.code.includes(name), name);
    assert.equal(typeof require(`ccap-rs/challenge/${framework}`)[name], 'function');
  }
  const challenges = createChallenges({ captcha: ccap() });
  const origin = await koa(t, (router) =>
    execute(block, { globals: { router, bodyParser, challenges } }),
  );
  // A right answer goes on to nothing, which is Koa's 404; any other is a 403.
  await visit(origin, { welcome: 404 });
}

async function runPlayground(t, block) {
  const app = express();
  const before = servers.length;
  await execute(block, { globals: { http, app } });
  const first = await originOf(t, servers[before]);
  const second = await originOf(t, http.createServer(app).listen());
  for (const url of [`${first}/`, `${second}/playground/`]) {
    const response = await fetch(url);
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-type'), /^text\/html/);
    assert.match(await response.text(), /<title>/);
  }
}

async function runSame(_t, block) {
  const names = ['ccap', 'captcha', 'text', 'image'];
  const { ccap: required, captcha, text, image } = await execute(block, { names });
  assert.equal(required, ccap);
  assert.equal(text, 'ABC123');
  assert.equal((await decode(image)).format, 'jpeg');
  for (const [, name, value] of block.code.matchAll(/^ {2}(\w+): (\d+), \/\/ default \2$/gm)) {
    assert.equal(ccap()[name], Number(value));
    assert.equal(captcha[name], Number(value));
  }
  assert.equal(captcha.timerIsRunning(), 1);
  assert.equal(captcha.clearTimeout(), true);
  captcha.setTimeout();
  assert.equal(captcha.timerIsRunning(), 1);
  // What the text below says of a random one.
  assert.match(ccap().get()[0], /^[0-9A-Z]{6}$/);
}

async function runStoryBefore(t, block) {
  const { origin, post } = await koaWithSession(t, (router) =>
    execute(block, { globals: { router } }),
  );
  // The faults that the comments name.
  assert.equal((await post({})).status, 200);
  const { session, cookie } = await seePicture(origin);
  const text = session.captcha;
  assert.match(text, TEXT);
  assert.equal((await post({ captcha: 'wrong' }, cookie)).status, 403);
  assert.equal((await post({ captcha: text.toLowerCase() }, cookie)).status, 403);
  assert.equal((await post({ captcha: text }, cookie)).status, 200);
  assert.equal((await post({ captcha: text }, cookie)).status, 200);
}

async function runStoryAfter(t, block) {
  await visit(
    await koa(
      t,
      (router) => execute(block, { globals: { router } }),
      () => [bodyParser()],
    ),
  );
}

async function runSvgBefore(t, block) {
  const { image, text, type } = await seeExpress(t, block);
  assert.match(type, /^image\/svg\+xml/);
  assert.match(image.toString(), /^<svg /);
  assert.match(text, /^\w{5}$/);
}

async function runSvgAfter(t, block) {
  const { image, text, type } = await seeExpress(t, block);
  assert.equal(type, 'image/jpeg');
  assert.equal(textOf(image), text);
  assert.equal(text.length, 5);
  const { format, width, height } = await decode(image);
  assert.deepEqual([format, width, height], ['jpeg', 150, 50]);
}

async function runSum(_t, block) {
  const { createMathExpr } = await execute(block, { names: ['createMathExpr'] });
  for (let i = 0; i < 100; i++) {
    const { text, image } = createMathExpr();
    assert.equal(text, textOf(image));
    assertSum(text);
  }
}

async function runSums(_t, block) {
  const { challenges } = await execute(block, { names: ['challenges'] });
  for (const wrong of [0, 1]) {
    const { id, image } = await challenges.issue();
    const answer = textOf(image);
    assertSum(answer);
    assert.equal(await challenges.verify(id, String(Number(answer) + wrong)), wrong === 0);
  }
}

/** What two digits but zero make together. */
function assertSum(text) {
  assert.match(text, /^([2-9]|1[0-8])$/);
}

async function runSpeech(_t, block) {
  const { wav } = await execute(block, { globals: { ccap }, names: ['wav'] });
  assert.equal(wav.toString('latin1', 0, 4), 'RIFF');
  assert.equal(wav.readUInt32LE(4), wav.length - 8);
}

async function runSpokenChallenge(_t, block) {
  const challenges = createChallenges({ captcha: ccap() });
  const names = ['audioURL', 'wav'];
  const { audioURL, wav } = await execute(block, { globals: { challenges }, names });
  assert.match(audioURL, /^data:audio\/wav;base64,UklGR/);
  assert.equal(wav.toString('latin1', 0, 4), 'RIFF');
}

async function runSpokenService(t, block) {
  const challenges = createChallenges({ captcha: ccap() });
  const globals = { koaChallenges, challenges };
  const origin = await koa(t, (router) => execute(block, { globals: { ...globals, router } }));
  const picture = await fetch(`${origin}/captcha`);
  const cookie = picture.headers.get('set-cookie').split(';')[0];
  const headers = { cookie, 'accept-language': 'zh' };
  const sound = await fetch(`${origin}/captcha/audio`, { headers });
  assert.deepEqual([sound.status, sound.headers.get('content-type')], [200, 'audio/wav']);
}

async function runHanzi(_t, block) {
  const { text, image } = await execute(block, { globals: { ccap }, names: ['text', 'image'] });
  assert.match(text, /^\p{Script=Han}{4}$/u);
  assert.equal((await decode(image)).width, 200);
}

async function runKind(_t, block) {
  const { text, image } = await execute(block, { globals: { ccap }, names: ['text', 'image'] });
  assert.match(text, /^\d{1,2}$/);
  assert.equal((await decode(image)).format, 'jpeg');
}

async function runGenerate(_t, block) {
  const { text, image, same } = await execute(block, {
    globals: { ccap },
    names: ['text', 'image', 'same'],
  });
  assert.equal(text, '3 + 4 = ?');
  assert.equal(textOf(same), '3 + 4 = ?');
  for (const picture of [image, same]) {
    assert.equal((await decode(picture)).format, 'jpeg');
  }
}

const PICTURE_LIMIT = 60;

/** The page of the recipes, as its services load it. */
async function pageModule() {
  const block = blocksOf('docs/recipes.md').find(({ code }) => code.startsWith('// page.js'));
  return (await execute(block)).exports;
}

async function runPage(_t, block) {
  const { JSDOM } = require('jsdom');
  const { page } = (await execute(block)).exports;
  const { window } = new JSDOM(page('A reason'), { runScripts: 'dangerously', url: ORIGIN });
  const { document } = window;
  assert.equal(document.querySelector('[role=alert]').textContent, 'A reason');
  assert.equal(new JSDOM(page()).window.document.querySelector('[role=alert]').textContent, '');
  checkField(document);
  const [picture, typed] = ['img', '[name=captcha]'].map((one) => document.querySelector(one));
  assert.equal(picture.getAttribute('src'), '/captcha');

  // Going back to it, and pressing the button: both renew the picture, and empty the field.
  const events = [
    [window, Object.assign(new window.Event('pageshow'), { persisted: true }), true],
    [window, Object.assign(new window.Event('pageshow'), { persisted: false }), false],
    [document.getElementById('refresh'), new window.Event('click'), true],
  ];
  for (const [target, event, isRenewed] of events) {
    picture.setAttribute('src', '/captcha');
    typed.value = 'typed';
    target.dispatchEvent(event);
    assert.equal(/^\/captcha\?\d+$/.test(picture.getAttribute('src')), isRenewed);
    assert.equal(typed.value, isRenewed ? '' : 'typed');
  }
}

/** What lets everybody type into a field, and keeps the system from writing into it. */
function checkField(document) {
  const typed = document.querySelector('[name=captcha]');
  const attributes = { type: 'text', inputmode: 'text', autocomplete: 'off', spellcheck: 'false' };
  for (const [name, value] of Object.entries({ ...attributes, autocapitalize: 'characters' })) {
    assert.equal(typed.getAttribute(name), value, name);
  }
  assert.match(typed.labels[0].textContent, /Letters and digits in the picture/);
  assert.match(document.querySelector('img').getAttribute('alt'), /Captcha/);
}

async function runReact(t, block) {
  await runComponent(t, block, ({ exports: { Captcha } }, root) => {
    const { createElement } = require('react');
    const mounted = require('react-dom/client').createRoot(root);
    mounted.render(createElement(Captcha));
    return () => mounted.unmount();
  });
}

async function runVue(t, block) {
  await runComponent(t, block, ({ exports }, root) => {
    const app = require('vue').createApp(exports.default);
    app.mount(root);
    return () => app.unmount();
  });
}

/** A component in a page: shows a picture, renews it when it is told to, and sends the id of the one that is seen. */
async function runComponent(t, block, mount) {
  const challenges = createChallenges({ captcha: ccap() });
  const captcha = koaChallenges(challenges, { as: 'json' });
  const origin = await koa(t, (router) => router.get('/captcha', captcha.issue));
  const { JSDOM } = require('jsdom');
  const { window } = new JSDOM('<form id="root"></form>', { url: ORIGIN });
  const { document } = window;
  // What these libraries look for when they are loaded.
  const before = { window: globalThis.window, document: globalThis.document };
  Object.assign(globalThis, { window, document });
  globalThis.navigator ??= window.navigator;
  t.after(() => Object.assign(globalThis, before));
  for (const name of ['Element', 'HTMLElement', 'SVGElement', 'ShadowRoot', 'Node', 'Event']) {
    globalThis[name] ??= window[name];
  }
  const component = await execute(block, {
    globals: { window, fetch: (url) => fetch(new URL(url, origin)) },
  });
  const unmount = mount(component, document.getElementById('root'));

  async function seen(last) {
    for (let tries = 0; tries < 3000; tries++) {
      const id = document.querySelector('[name=captchaId]')?.value;
      if (id && id !== last && document.querySelector('img').getAttribute('src')) {
        return { id, image: pictureIn(document.querySelector('img').getAttribute('src')) };
      }
      await sleep(10);
    }
    return assert.fail('no new picture is shown');
  }
  const first = await seen();
  checkField(document);
  document.querySelector('button').dispatchEvent(new window.Event('click', { bubbles: true }));
  const second = await seen(first.id);
  window.dispatchEvent(Object.assign(new window.Event('pageshow'), { persisted: true }));
  const third = await seen(second.id);
  for (const { id, image } of [first, second, third]) {
    assert.equal(await challenges.verify(id, textOf(image)), true);
  }
  unmount();
}

async function runServer(t, block) {
  const before = servers.length;
  await execute(block, { modules: { './page.js': await pageModule() } });
  // Fastify listens when its plugins are there.
  for (let tries = 0; servers.length === before && tries < 6000; tries++) {
    await sleep(10);
  }
  assert.ok(servers.length > before, 'it does not listen');
  const origin = await originOf(t, servers[before]);
  const page = await fetch(`${origin}/login`);
  assert.match(page.headers.get('content-type'), /^text\/html/);
  assert.match(await page.text(), /<p role="alert"><\/p>/);
  await visit(origin);
  // After a wrong answer the page is there again, and says why.
  const form = { method: 'POST', body: new URLSearchParams({ captcha: 'wrong' }) };
  const again = await fetch(`${origin}/login`, form);
  assert.equal(again.status, 403);
  assert.match(again.headers.get('content-type'), /^text\/html/);
  assert.match(await again.text(), /<p role="alert">Those were not the letters/);
  // One address gets so many pictures, and no more.
  const statuses = [];
  for (let i = 0; i < PICTURE_LIMIT; i++) {
    statuses.push((await fetch(`${origin}/captcha`)).status);
  }
  assert.ok(statuses.filter((status) => status === 200).length >= PICTURE_LIMIT / 2);
  assert.equal(statuses.at(-1), 429);
  assert.equal((await fetch(`${origin}/login`)).status, 200);
}

async function runSessionId(t, block) {
  const { createSession } = require('koa-session');
  const { randomUUID } = require('node:crypto');
  const origin = await koa(
    t,
    (router) =>
      execute(block, { globals: { router, ccap, createChallenges, bodyParser, randomUUID } }),
    (app) => {
      app.keys = ['not a secret'];
      return [createSession(app)];
    },
  );
  const see = async () => {
    const response = await fetch(`${origin}/captcha`);
    assert.equal(response.headers.get('cache-control'), 'no-store');
    return { cookie: cookiesOf(response), text: textOf(Buffer.from(await response.arrayBuffer())) };
  };
  const answer = async (cookie, captcha) => {
    const body = new URLSearchParams({ captcha });
    return (await fetch(`${origin}/login`, { method: 'POST', headers: { cookie }, body })).status;
  };
  const [one, other] = [await see(), await see()];
  // Anybody can decode this session, and the answer is not in it.
  const [, value] = /koa\.sess=([^;]+)/.exec(one.cookie);
  const session = JSON.parse(Buffer.from(value, 'base64').toString());
  assert.match(session.captcha, /^[\w-]{92}$/);
  assert.ok(!JSON.stringify(session).includes(one.text));
  assert.equal(await answer(one.cookie, one.text), 200);
  assert.equal(await answer(one.cookie, one.text), 403);
  assert.equal(await answer(other.cookie, one.text), 403);
  assert.equal(await answer('', other.text), 403);
}

async function runNest(t, block) {
  const {
    exports: { LoginModule },
  } = await execute(block);
  const { NestFactory } = require('@nestjs/core');
  const app = await NestFactory.create(LoginModule, { logger: false });
  t.after(() => app.close());
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address();
  await visitJson((route, options) => fetch(`http://127.0.0.1:${port}${route}`, options));
}

async function runNextConfig(_t, block) {
  const { exports } = await execute(block);
  assert.deepEqual(exports, { serverExternalPackages: [PACKAGE.name] });
}

async function runNextShared(t, block) {
  t.after(() => delete globalThis.challenges);
  const first = await execute(block);
  const second = await execute(block);
  assert.equal(first.exports.challenges, second.exports.challenges);
}

/** Both route handlers, called with requests as Next.js calls them, beside each other. */
async function runNextIssue(t) {
  const [shared, issue, verify] = ['lib/challenges', 'app/captcha', 'app/login'].map((name) =>
    blocksOf('docs/recipes.md').find(({ code }) => code.startsWith(`// ${name}`)),
  );
  t.after(() => delete globalThis.challenges);
  // Loaded once for each, as Next.js may.
  const load = async (block) => {
    const modules = { '../../lib/challenges': (await execute(shared)).exports };
    return (await execute(block, { modules })).exports;
  };
  const routes = { '/captcha': await load(issue), '/login': await load(verify) };
  assert.equal(routes['/captcha'].dynamic, 'force-dynamic');
  await visitJson((route, { method = 'GET', ...options } = {}) =>
    routes[route][method](new Request(`http://example.com${route}`, { method, ...options })),
  );
}

async function runNextVerify(t, block) {
  assert.ok(block.code.includes("from '../../lib/challenges'"));
  await runNextIssue(t);
}

async function runFunction(t) {
  let child;
  // Before its Redis goes, of which it would complain.
  t.after(() => child?.kill('SIGKILL'));
  const { url, values } = await startRedis(t);
  child = fork(path.join(__dirname, 'children/function.js'), {
    env: { ...process.env, REDIS_URL: url, CAPTCHA_SECRET: 'at least sixteen bytes' },
  });
  assert.deepEqual(await once(child, 'message'), ['ready', undefined]);

  let shownLast;
  async function call(route, { method = 'GET', body, isBase64Encoded = false } = {}) {
    child.send({ requestContext: { http: { method, path: route } }, body, isBase64Encoded });
    const [{ statusCode, headers, body: text, text: shown }] = await once(child, 'message');
    shownLast = shown;
    return new Response(text, { status: statusCode, headers });
  }
  const read = () => shownLast;
  await visitJson(call, read);
  assert.equal(values.size, 1);

  // As some gateways send it.
  const { id } = await (await call('/captcha')).json();
  const body = JSON.stringify({ captchaId: id, captcha: shownLast });
  const encoded = { body: Buffer.from(body).toString('base64'), isBase64Encoded: true };
  assert.equal((await call('/login', { method: 'POST', ...encoded })).status, 200);

  // Frozen between two requests, and thawed: more pictures than a cache holds, none twice, and answers still count.
  const pictures = new Set();
  for (let round = 0; round < 3; round++) {
    if (process.platform !== 'win32') {
      child.kill('SIGSTOP');
      await sleep(50);
      child.kill('SIGCONT');
    }
    for (let i = 0; i < 25; i++) {
      pictures.add((await (await call('/captcha')).json()).dataURL);
    }
    await visitJson(call, read);
  }
  assert.equal(pictures.size, 75);
}

async function runForTests(t, block) {
  const { NODE_ENV } = process.env;
  t.after(() => {
    delete process.env.NODE_ENV;
    Object.assign(process.env, NODE_ENV === undefined ? {} : { NODE_ENV });
  });
  for (const [env, text] of [
    ['test', /^TEST$/],
    ['production', TEXT],
  ]) {
    process.env.NODE_ENV = env;
    const { challenges } = await execute(block, { names: ['challenges'] });
    const { id, image } = await challenges.issue();
    assert.match(textOf(image), text);
    assert.equal(await challenges.verify(id, textOf(image)), true);
  }
}

/** A Koa service that has what `add` adds to its router, behind the middleware that `before` gives for it. */
async function koa(t, add, before = () => []) {
  const app = new Koa();
  app.silent = true;
  const router = new Router();
  await add(router);
  for (const use of [...before(app), router.routes()]) {
    app.use(use);
  }
  return originOf(t, http.createServer(app.callback()).listen());
}

/** The same with koa-session, in its default: the session is a cookie that anybody can decode. */
async function koaWithSession(t, add) {
  const { createSession } = require('koa-session');
  const origin = await koa(t, add, (app) => {
    app.keys = ['not a secret'];
    return [createSession(app), bodyParser()];
  });
  const post = (fields, cookie = '') =>
    fetch(`${origin}/login`, {
      method: 'POST',
      headers: { 'content-type': FORM, cookie },
      body: new URLSearchParams(fields).toString(),
    });
  return { origin, post };
}

/** A picture, and the session that came with it, out of the cookie alone. */
async function seePicture(origin) {
  const response = await fetch(`${origin}/captcha`);
  assert.equal(response.headers.get('content-type'), 'image/jpeg');
  const image = Buffer.from(await response.arrayBuffer());
  const { format, width, height } = await decode(image);
  assert.deepEqual([format, width, height], ['jpeg', 256, 60]);
  const cookie = cookiesOf(response);
  const [, value] = /koa\.sess=([^;]+)/.exec(cookie);
  const session = JSON.parse(Buffer.from(value, 'base64').toString());
  assert.equal(session.captcha, textOf(image));
  return { session, cookie };
}

async function seeExpress(t, block) {
  const app = express();
  let session;
  app.use((req, _res, next) => {
    session = {};
    req.session = session;
    next();
  });
  await execute(block, { globals: { app } });
  const origin = await originOf(t, http.createServer(app).listen());
  const response = await fetch(`${origin}/captcha`);
  const image = Buffer.from(await response.arrayBuffer());
  return { image, text: session.captcha, type: response.headers.get('content-type') };
}

/** A visitor of a service that has the id in a cookie: a wrong answer, a right one, the same again, none, no picture. */
async function visit(origin, { welcome = 200 } = {}) {
  async function see() {
    const response = await fetch(`${origin}/captcha`);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'image/jpeg');
    assert.equal(response.headers.get('cache-control'), 'no-store');
    const cookie = response.headers.get('set-cookie');
    assert.match(cookie, /^captcha=(?:[\w-]{22}|[\w-]{92}); .*HttpOnly; SameSite=Strict$/);
    const image = Buffer.from(await response.arrayBuffer());
    assert.equal((await decode(image)).format, 'jpeg');
    return { cookie: cookiesOf(response), text: textOf(image) };
  }
  async function answer(cookie, fields, expected) {
    const response = await fetch(`${origin}/login`, {
      method: 'POST',
      headers: { 'content-type': FORM, cookie },
      body: new URLSearchParams(fields).toString(),
    });
    assert.equal(response.status, expected);
    return response.text();
  }
  const first = await see();
  await answer(first.cookie, { captcha: 'wrong' }, 403);
  // It was good for one try.
  await answer(first.cookie, { captcha: first.text }, 403);
  const second = await see();
  const body = await answer(second.cookie, { captcha: second.text.toLowerCase() }, welcome);
  if (welcome === 200) {
    assert.equal(body, 'welcome');
  }
  await answer(second.cookie, { captcha: second.text }, 403);
  await answer((await see()).cookie, {}, 403);
  await answer('', {}, 403);
}

/** The same of a service that has the id in JSON, with `call` in the place of `fetch`. */
async function visitJson(call, read = (image) => textOf(image)) {
  async function see() {
    const response = await call('/captcha');
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-type'), /^application\/json/);
    assert.equal(response.headers.get('cache-control'), 'no-store');
    const challenge = await response.json();
    assert.deepEqual(Object.keys(challenge), ['id', 'type', 'expiresAt', 'dataURL']);
    const image = pictureIn(challenge.dataURL);
    assert.equal((await decode(image)).format, 'jpeg');
    const text = read(image, challenge.id);
    assert.match(text, TEXT);
    return { captchaId: challenge.id, text };
  }
  async function answer(body, expected) {
    const headers = { 'content-type': 'application/json' };
    const response = await call('/login', { method: 'POST', headers, body });
    assert.equal(response.status, expected);
    return response.text();
  }
  const first = await see();
  await answer(JSON.stringify({ captchaId: first.captchaId, captcha: 'wrong' }), 403);
  await answer(JSON.stringify({ captchaId: first.captchaId, captcha: first.text }), 403);
  const { captchaId, text } = await see();
  const right = JSON.stringify({ captchaId, captcha: text.toLowerCase() });
  assert.equal(await answer(right, 200), 'welcome');
  await answer(right, 403);
  await answer(JSON.stringify({ captchaId: (await see()).captchaId }), 403);
  await answer('{}', 403);
  await answer(undefined, 403);
}

function pictureIn(dataURL) {
  const [, data] = /^data:image\/jpeg;base64,(.+)$/.exec(dataURL);
  return Buffer.from(data, 'base64');
}

/** The cookies that a response sets, as a browser sends them back. */
function cookiesOf({ headers }) {
  return headers
    .get('set-cookie')
    .split(/, (?=[\w.]+=)/)
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

async function originOf(t, server) {
  if (!server.listening) {
    await once(server, 'listening');
  }
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${server.address().port}`;
}

/** A line of a shell block. What takes long or a registry is looked up, the rest is run. */
async function runCommand(t, line) {
  const [, command, comment] = /^(.*?)(?:\s+# ?(.*))?$/.exec(line);
  const [program, ...args] = command.split(/\s+/);
  if (program === 'npm') {
    return checkNpm(args);
  }
  assert.deepEqual([program, args[0]], ['npx', PACKAGE.name], `unknown: ${line}`);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ccap-docs-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  await runCli(t, args.slice(1), comment, folder);
}

function checkNpm([command, name]) {
  const { scripts, devDependencies } = PACKAGE;
  if (['start', 'test'].includes(command)) {
    assert.ok(scripts[command]);
  } else if (command === 'run') {
    assert.ok(scripts[name], name);
  } else if (command === 'uninstall') {
    assert.ok(require('./package.json').dependencies[name] ?? devDependencies[name], name);
  } else {
    assert.equal(command, 'install');
    assert.ok([PACKAGE.name, `ccap@npm:${PACKAGE.name}`].includes(name), name);
  }
}

async function runCli(t, args, comment, folder) {
  const run = (given) =>
    execFileSync(process.execPath, [CLI, ...given], { cwd: folder, encoding: 'utf8' });
  if (args[0] === 'serve') {
    const [port] = /(?<=:)\d+/.exec(comment);
    assert.ok(run(['serve', '--help']).includes(`(${port})`));
    const child = spawn(process.execPath, [CLI, 'serve', '--port', '0'], { cwd: folder });
    t.after(() => child.kill('SIGKILL'));
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    assert.equal((await fetch(/http:\S+/.exec(line)[0])).status, 200);
  } else if (args[0] === 'dataset') {
    // Fewer than the document's.
    run([...args.slice(0, args.indexOf('-n')), '-n', '3']);
    const to = path.join(folder, args[1]);
    assert.ok(fs.existsSync(path.join(to, '000000.png')));
    const manifest = fs.readFileSync(path.join(to, 'manifest.tsv'), 'utf8').trim().split('\n');
    assert.equal(manifest.length, 3);
    assert.ok(manifest.every((entry) => /^\d{6}\.png\t[23CDFHJKLMTVX]{6}$/.test(entry)));
  } else if (args[0] === 'draw') {
    // A text that was given is not told again.
    assert.match(run(args), args[1].startsWith('-') ? /^[23CDFHJKLMTVX]{6}\n$/ : /^$/);
    const file = args[args.indexOf('-o') + 1];
    const { format } = await decode(fs.readFileSync(path.join(folder, file)));
    assert.equal(format, path.extname(file).slice(1));
  } else {
    assert.deepEqual(args, ['--help']);
    assert.match(run(args), /^Usage: ccap-rs /);
  }
}

function checkLink(file, link) {
  if (/^https?:/.test(link)) {
    return;
  }
  const [target, anchor] = link.split('#');
  const to = target === '' ? file : path.posix.join(path.posix.dirname(file), target);
  assert.ok(fs.existsSync(path.join(ROOT, to)), `${file}: ${link}`);
  if (anchor) {
    const headings = readDocument(to).match(/^#+ .*$/gm);
    assert.ok(headings.map(anchorOf).includes(anchor), `${file}: ${link}`);
  }
}
