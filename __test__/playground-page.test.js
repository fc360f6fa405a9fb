const assert = require('node:assert/strict');
const { once } = require('node:events');
const http = require('node:http');
const { after, before, test } = require('node:test');
const vm = require('node:vm');
const ccap = require('..');
const { createPlayground } = require('../playground/index.js');
const { thrownBy } = require('./helpers.js');

const NAMES = Object.keys(ccap.prototype).filter((name) => name !== 'generate');

let browser;
let missing;

before(async () => {
  const { findChromium, launchChromium } = await import('../scripts/chromium.mjs');
  missing = findChromium() ? false : 'no Chromium on the PATH';
  // A test that is skipped on CI would be one that never runs.
  assert.ok(!(missing && process.env.CI), missing);
  browser = missing ? undefined : await launchChromium();
});

after(() => browser?.close());

/** A test with a page of its own, which must not complain, and on which nothing may go elsewhere. */
function pageTest(name, run, contextOptions = {}) {
  test(name, { timeout: 300_000 }, async (t) => {
    if (missing) {
      return t.skip(missing);
    }
    const server = http.createServer(createPlayground()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${server.address().port}/`;
    const context = await browser.newContext(contextOptions);
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    const complaints = [];
    page.on('console', (message) => {
      // That a request is refused is what some of these tests are about, or that it fails.
      if (!/Failed to load resource/.test(message.text())) {
        complaints.push(message.text());
      }
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
      if (!request.url().startsWith(url) && !request.url().startsWith('data:')) {
        complaints.push(request.url());
      }
    });
    try {
      await run({ t, page, url, server, context });
      assert.deepEqual(complaints, []);
    } finally {
      await context.close();
      server.close();
      server.closeAllConnections();
    }
  });
}

/** Opens the page and waits for its pictures. */
async function open(page, url, samples = 12) {
  await page.goto(url);
  await page.waitForFunction(
    (count) => document.querySelectorAll('#samples li').length === count,
    samples,
  );
}

/** Runs the code that is shown, as somebody who copied it would: what it makes. */
function runCode(code) {
  const require_ = (name) => {
    assert.equal(name, 'ccap-rs');
    return ccap;
  };
  const script = code.replace(/^const (\[text, image\]|image|captcha|ccap) =/gm, 'var $1 =');
  const scope = vm.createContext({ require: require_ });
  vm.runInContext(script, scope);
  return scope;
}

function optionsOf(captcha) {
  return Object.fromEntries(NAMES.map((name) => [name, captcha[name]]));
}

/** Waits until the picture shown is of the given size. */
async function untilSize(page, width, height) {
  await page.waitForFunction(
    ([w, h]) => {
      const { naturalWidth, naturalHeight } = document.getElementById('picture');
      return naturalWidth === w && naturalHeight === h;
    },
    [width, height],
  );
}

pageTest(
  'the page shows a picture, what it says, its size and its time, and twelve more',
  async ({ page, url }) => {
    await open(page, url);
    await untilSize(page, 256, 60);
    const says = await page.textContent('#says');
    assert.match(says, /^[23CDFHJKLMTVX]{6}$/);
    assert.equal(await page.getAttribute('#picture', 'alt'), `A captcha that says ${says}`);
    assert.equal(await page.textContent('#pixels'), '256 × 60 px');
    assert.match(await page.textContent('#size'), /^\d+(\.\d+)? k?B JPEG$/);
    assert.match(await page.textContent('#time'), /^\d+(\.\d+)? ms$/);
    const sizes = await page.$$eval('#samples img', (images) =>
      images.map(({ naturalWidth, naturalHeight }) => [naturalWidth, naturalHeight]),
    );
    assert.deepEqual(sizes, Array(12).fill([256, 60]));
    const texts = await page.$$eval('#samples span', (spans) => spans.map((s) => s.textContent));
    assert.ok(texts.every((text) => /^[23CDFHJKLMTVX]{6}$/.test(text)));
    const scope = runCode(await page.textContent('#code'));
    assert.deepEqual(optionsOf(scope.captcha), optionsOf(ccap()));
    assert.ok(Buffer.isBuffer(vm.runInContext('image', scope)));

    await page.getByRole('button', { name: 'New picture' }).click();
    await page.waitForFunction((old) => document.getElementById('says').textContent !== old, says);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download' }).click(),
    ]);
    assert.equal(download.suggestedFilename(), 'captcha.jpeg');
  },
);

pageTest(
  'every control does what it says, to the picture and to the code',
  async ({ page, url }) => {
    await open(page, url);
    const choose = (group, name) =>
      page.getByRole('radiogroup', { name: group }).getByRole('radio', { name }).check();
    await page.getByLabel('Width', { exact: true }).fill('300');
    await page.getByRole('slider', { name: 'Height in pixels' }).fill('90');
    await page.getByLabel('Offset', { exact: true }).first().fill('44');
    await page.getByLabel('Fontsize', { exact: true }).first().fill('50');
    await page.getByRole('slider', { name: 'Quality' }).fill('80');
    await page.getByRole('slider', { name: 'Length' }).fill('4');
    await page.getByRole('button', { name: 'Digits as the charset' }).click();
    await choose('Level', 'Hard');
    await choose('Colour', 'Yours');
    await page.getByLabel('Colour, as #rgb or #rrggbb').fill('#fff');
    await choose('Background', 'Any');
    await untilSize(page, 300, 90);
    await page.waitForFunction(() =>
      /background/.test(document.getElementById('code').textContent),
    );
    assert.match(await page.textContent('#says'), /^\d{4}$/);
    const expected = {
      ...{ width: 300, height: 90, offset: 44, quality: 80, fontsize: 50, length: 4 },
      ...{
        charset: '0123456789',
        format: 'jpeg',
        level: 'hard',
        color: '#fff',
        background: 'random',
      },
      ...{ kind: 'text', operators: '+-', min: 1, max: 20, terms: 2, theme: 'light' },
      ...{ frames: 1, delay: 200, loop: 0, font: null },
    };
    const { captcha } = runCode(await page.textContent('#code'));
    assert.deepEqual(optionsOf(captcha), expected);
    assert.equal(await page.inputValue('#height'), '90');
    assert.equal(await page.inputValue('#color-picker'), '#ffffff');

    await choose('Kind of code', 'Command line');
    assert.equal(
      await page.textContent('#code'),
      "npx ccap-rs draw --width 300 --height 90 --offset 44 --quality 80 --fontsize 50 --length 4 --charset 0123456789 --level hard --color '#fff' --background random -o captcha.jpeg",
    );
    await choose('Kind of code', 'ES module');
    assert.match(
      await page.textContent('#code'),
      /^import ccap from 'ccap-rs';\n\nconst captcha = /,
    );

    // What was found can be reloaded, and shared.
    await page.waitForFunction(() => location.search.includes('background=random'));
    await page.reload();
    await untilSize(page, 300, 90);
    assert.deepEqual(optionsOf(runCode(await page.textContent('#code')).captcha), expected);

    for (const [label, format] of [
      ['PNG', 'png'],
      ['WebP', 'webp'],
      ['GIF', 'gif'],
      ['BMP', 'bmp'],
      ['SVG', 'svg'],
    ]) {
      await choose('Format', label);
      await page.waitForFunction(
        (type) => document.getElementById('picture').src.startsWith(`data:image/${type}`),
        format,
      );
      assert.ok(await page.isDisabled('#quality'));
      const made = runCode(await page.textContent('#code')).captcha;
      assert.deepEqual([made.format, made.quality], [format, 50]);
    }

    await page.getByRole('button', { name: 'Reset' }).click();
    await untilSize(page, 256, 60);
    await page.waitForFunction(() => location.search === '');
    assert.deepEqual(
      optionsOf(runCode(await page.textContent('#code')).captcha),
      optionsOf(ccap()),
    );
  },
);

pageTest(
  'a text of the visitor is drawn, and shown in the code as it has to be written',
  async ({ page, url }) => {
    await open(page, url);
    for (const text of ['HELLO', "it's \\ 1", '<b>&amp;', '-o x', '3 × 4 = ?']) {
      await page.getByLabel('Your own text').fill(text);
      await page.waitForFunction(
        (wanted) => document.getElementById('says').textContent === wanted,
        text,
      );
      assert.equal(await page.getAttribute('#picture', 'alt'), `A captcha that says ${text}`);
      const rendered = [];
      const code = await page.textContent('#code');
      vm.runInNewContext(code, { require: () => ({ render: (...args) => rendered.push(args) }) });
      assert.deepEqual(rendered, [[text]]);
    }
    assert.ok(await page.isDisabled('#length'));
    assert.ok(await page.isDisabled('#charset'));
    await page.waitForFunction(() =>
      [...document.querySelectorAll('#samples span')].every((s) => s.textContent === '3 × 4 = ?'),
    );
  },
);

pageTest(
  'an error stands at the control that it names, and goes with its cause',
  async ({ page, url }) => {
    await open(page, url);
    const shown = () =>
      page.$$eval('.error:not([hidden])', (errors) => errors.map((e) => [e.id, e.textContent]));
    for (const [name, bad, good] of [
      ['width', '5', '200'],
      ['height', 'tall', '80'],
      ['length', '17', '5'],
      ['charset', 'é', 'abc'],
      ['offset', '-1', '30'],
      ['fontsize', '7', '40'],
      ['quality', '101', '90'],
    ]) {
      const { message } = thrownBy(() => ccap({ [name]: bad }));
      await page.fill(`#${name}`, bad);
      await page.locator(`#${name}-error:not([hidden])`).waitFor();
      assert.deepEqual(await shown(), [[`${name}-error`, message]]);
      assert.equal(await page.getAttribute(`#${name}`, 'aria-invalid'), 'true');
      const describedBy = (await page.getAttribute(`#${name}`, 'aria-describedby')).split(' ');
      assert.ok(describedBy.includes(`${name}-error`));
      assert.ok(await page.isVisible('#none'));
      // Those who listen are told once it is clear that this is what is meant.
      await page.waitForFunction(
        (m) => document.getElementById('status').textContent === m,
        message,
      );
      await page.fill(`#${name}`, good);
      await page.locator(`#${name}-error`).waitFor({ state: 'hidden' });
      assert.deepEqual(await shown(), []);
      assert.equal(await page.getAttribute(`#${name}`, 'aria-invalid'), null);
    }
    for (const [name, kind] of [
      ['color', 'Colour'],
      ['background', 'Background'],
    ]) {
      await page
        .getByRole('radiogroup', { name: kind })
        .getByRole('radio', { name: 'Yours' })
        .check();
      await page.fill(`#${name}`, 'red');
      await page.locator(`#${name}-error:not([hidden])`).waitFor();
      const { message } = thrownBy(() => ccap({ [name]: 'red' }));
      assert.deepEqual(await shown(), [[`${name}-error`, message]]);
      await page.fill(`#${name}`, '#777');
      await page.locator(`#${name}-error`).waitFor({ state: 'hidden' });
    }
    await page.locator('#color-error:not([hidden])').waitFor();
    const { message } = thrownBy(() => ccap({ color: '#777', background: '#777' }));
    assert.deepEqual(await shown(), [['color-error', message]]);
    await page.getByRole('button', { name: 'Reset' }).click();
    await page.fill('#text', 'яж');
    await page.locator('#text-error:not([hidden])').waitFor();
    assert.deepEqual(await shown(), [['text-error', thrownBy(() => ccap.render('яж')).message]]);
  },
);

pageTest('sums have controls of their own, which dim those of texts', async ({ page, url }) => {
  await open(page, url);
  const disabled = () =>
    page.$$eval('input.code:disabled', (inputs) => inputs.map(({ id }) => id).sort());
  assert.deepEqual(await disabled(), [
    'delay',
    'frames',
    'loop',
    'max',
    'min',
    'operators',
    'terms',
  ]);
  await page
    .getByRole('radiogroup', { name: 'Kind', exact: true })
    .getByRole('radio', { name: 'Math' })
    .check();
  assert.deepEqual(await disabled(), ['charset', 'delay', 'frames', 'length', 'loop']);
  await page.fill('#operators', '×');
  await page.fill('#min', '11');
  await page.getByRole('slider', { name: 'Greatest operand' }).fill('12');
  await page.waitForFunction(() =>
    /^(121|132|144)$/.test(document.getElementById('says').textContent),
  );
  assert.match(await page.getAttribute('#picture', 'alt'), /^A sum that makes 1[234][124]$/);
  const { captcha } = runCode(await page.textContent('#code'));
  assert.match(captcha.get()[0], /^(121|132|144)$/);
  await page.fill('#min', '13');
  await page.locator('#min-error:not([hidden])').waitFor();
  assert.equal(
    await page.textContent('#min-error'),
    thrownBy(() => ccap({ kind: 'math', min: 13, max: 12 })).message,
  );
  await page.fill('#text', '1+1');
  assert.deepEqual(await disabled(), [
    'charset',
    'delay',
    'frames',
    'length',
    'loop',
    'max',
    'min',
    'operators',
    'terms',
  ]);
});

pageTest('a text is said at the press of a button, where it can be', async ({ page, url }) => {
  await open(page, url);
  const listen = page.getByRole('button', { name: 'Listen' });
  const text = await page.textContent('#says');
  const [request] = await Promise.all([page.waitForRequest(/\/speech\?/), listen.click()]);
  assert.equal(new URL(request.url()).searchParams.get('text'), text);
  await page.fill('#text', 'A?');
  await listen.waitFor({ state: 'hidden' });
});

pageTest('what names no control is told in the place of the picture', async ({ page, url }) => {
  await open(page, url);
  await page.fill('#charset', 'A'.repeat(5000));
  await page.waitForFunction(() =>
    /longer than 4096 characters/.test(document.getElementById('none').textContent),
  );
  // Node itself refuses more than 16 kB.
  await page.fill('#charset', 'A'.repeat(50_000));
  await page.waitForFunction(() =>
    /refused this with status 431/.test(document.getElementById('none').textContent),
  );
  assert.ok(await page.isVisible('#none'));
  await page.fill('#charset', 'AB');
  await page.locator('#none').waitFor({ state: 'hidden' });
  assert.match(await page.textContent('#says'), /^[AB]{6}$/);
});

pageTest('every wrong option of an address is marked', async ({ page, url }) => {
  await page.goto(`${url}?width=5&color=red&level=normal&text=${encodeURIComponent('я')}`);
  const marked = () =>
    page.$$eval('.error:not([hidden])', (errors) => errors.map(({ id }) => id).sort());
  await page.locator('#width-error:not([hidden])').waitFor();
  assert.deepEqual(await marked(), ['color-error', 'text-error', 'width-error']);
  for (const name of ['color', 'text', 'width']) {
    assert.equal(await page.getAttribute(`#${name}`, 'aria-invalid'), 'true');
  }
  assert.equal(await page.inputValue('#color'), 'red');
  await page.fill('#width', '256');
  await page.locator('#width-error').waitFor({ state: 'hidden' });
  assert.deepEqual(await marked(), ['color-error', 'text-error']);
  await page.getByRole('button', { name: 'Reset' }).click();
  await untilSize(page, 256, 60);
  assert.deepEqual(await marked(), []);
});

pageTest('what options of before made cannot be taken for those that are set', async (user) => {
  const { page, url } = user;
  await open(page, url);
  const usable = () =>
    page.evaluate(() =>
      ['picture', 'facts', 'download', 'source', 'more'].filter(
        (id) => !document.getElementById(id).inert,
      ),
    );
  assert.deepEqual(await usable(), ['picture', 'facts', 'download', 'source', 'more']);
  await page.fill('#text', 'яж');
  await page.locator('#text-error:not([hidden])').waitFor();
  assert.deepEqual(await usable(), []);
  await assert.rejects(page.click('#copy', { timeout: 500 }), /intercepts pointer events|inert/);
  await page.fill('#text', 'AB');
  await page.waitForFunction(() =>
    [...document.querySelectorAll('#samples span')].every((s) => s.textContent === 'AB'),
  );
  assert.deepEqual(await usable(), ['picture', 'facts', 'download', 'source', 'more']);
});

pageTest('of large pictures there are fewer samples', async ({ page, url }) => {
  await open(page, `${url}?width=1024&height=512`, 2);
  await page.getByRole('button', { name: 'Reset' }).click();
  await page.waitForFunction(() => document.querySelectorAll('#samples li').length === 12);
  const sizes = await page.$$eval('#samples img', (all) => all.map((image) => image.naturalWidth));
  assert.deepEqual(sizes, Array(12).fill(256));
});

pageTest('a server that draws all it can says so', async ({ page, url }) => {
  await open(page, url);
  const { errors } = { errors: [{ code: 'ERR_BUSY', message: 'Busy. Try again in a moment' }] };
  await page.route('**/pictures*', (route) => route.fulfill({ status: 503, json: { errors } }));
  await page.fill('#width', '300');
  await page.waitForFunction(() => /^Busy/.test(document.getElementById('none').textContent));
  await page.unroute('**/pictures*');
  await page.getByRole('button', { name: 'New picture' }).click();
  await untilSize(page, 300, 60);
  assert.ok(await page.isHidden('#none'));
});

pageTest(
  'a slider that is dragged floods neither the server nor those who listen',
  async ({ page, url }) => {
    await open(page, url);
    const live = { now: 0, most: 0, total: 0, samples: 0 };
    await page.route('**/pictures*', async (route) => {
      const isSamples = route.request().url().includes('count=12');
      live.samples += isSamples ? 1 : 0;
      live.total++;
      live.now += isSamples ? 0 : 1;
      live.most = Math.max(live.most, live.now);
      // A server that is slow makes what is stale come late, if anything does.
      await new Promise((resolve) => setTimeout(resolve, 40));
      live.now -= isSamples ? 0 : 1;
      await route.continue().catch(() => {});
    });
    await page.evaluate(() => {
      window.spoken = [];
      const status = document.getElementById('status');
      new MutationObserver(() => window.spoken.push(status.textContent)).observe(status, {
        childList: true,
        characterData: true,
        subtree: true,
      });
    });
    await page.evaluate(async () => {
      const slider = document.getElementById('width-slider');
      for (let width = 100; width <= 400; width++) {
        slider.value = width;
        slider.dispatchEvent(new Event('input', { bubbles: true }));
        if (width % 10 === 0) await new Promise(requestAnimationFrame);
      }
    });
    await untilSize(page, 400, 60);
    await page.waitForFunction(() =>
      [...document.querySelectorAll('#samples img')].every((image) => image.naturalWidth === 400),
    );
    assert.equal(live.most, 1);
    assert.ok(live.total < 150, `${live.total} requests for 301 changes`);
    assert.ok(live.samples < live.total);
    assert.deepEqual(await page.evaluate(() => window.spoken), []);
    assert.equal(await page.textContent('#pixels'), '400 × 60 px');
  },
);

pageTest(
  'the code is copied as it is shown',
  async ({ page, url }) => {
    await open(page, `${url}?level=hard`);
    const code = await page.textContent('#code');
    await page.getByRole('button', { name: 'Copy' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), code);
    assert.match(code, /level: 'hard'/);
    assert.equal(await page.textContent('#status'), 'Code copied');
    await page.getByRole('button', { name: 'Copy', exact: true }).waitFor();
  },
  { permissions: ['clipboard-read', 'clipboard-write'] },
);

pageTest('a server that has gone is told of, and found again', async ({ page, url, server }) => {
  await open(page, url);
  const { port } = new URL(url);
  server.close();
  server.closeAllConnections();
  await page.fill('#width', '300');
  await page.locator('#offline:not([hidden])').waitFor();
  assert.equal(await page.textContent('#status'), 'The server does not answer.');
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  await page.getByRole('button', { name: 'Try again' }).click();
  await untilSize(page, 300, 60);
  assert.ok(await page.isHidden('#offline'));
});

pageTest(
  'everything is reached with the keyboard, and the focus is seen',
  async ({ page, url }) => {
    await open(page, `${url}?color=%23123456&background=%23fedcba`);
    const wanted = await page.$$eval(
      'a[href]:not(.skip), button:not([hidden]), input:not(:disabled)',
      (all) =>
        all
          .filter((element) => element.checkVisibility())
          .filter((element) => element.type !== 'radio' || element.checked)
          .map((element) => element.id || `${element.name}${element.dataset.charset}`),
    );
    const reached = new Map();
    for (let i = 0; i < wanted.length + 3; i++) {
      await page.keyboard.press('Tab');
      const [id, outline] = await page.evaluate(() => {
        const { activeElement: element } = document;
        // A radio button is drawn by the text beside it.
        const seen = element.type === 'radio' ? element.nextElementSibling : element;
        const { outlineStyle, outlineWidth } = getComputedStyle(seen);
        const name = element.id || `${element.name}${element.dataset.charset}`;
        return [name, `${outlineStyle} ${outlineWidth}`];
      });
      reached.set(id, outline);
    }
    for (const id of wanted) {
      assert.equal(reached.get(id), 'solid 3px', `${id} of ${[...reached.keys()]}`);
    }
    await page
      .locator('#level-label')
      .focus()
      .catch(() => {});
    await page.getByRole('radio', { name: 'Normal' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() =>
      /level: 'hard'/.test(document.getElementById('code').textContent),
    );
  },
);

pageTest('every control has a name', async ({ page, url }) => {
  await open(page, `${url}?color=%23123456&background=%23fedcba`);
  const nameless = await page.$$eval('input, button, a, [role="radiogroup"]', (all) =>
    all
      .filter((element) => {
        const labels = [...(element.labels ?? [])].map((label) => label.textContent).join('');
        const by = document.getElementById(element.getAttribute('aria-labelledby'))?.textContent;
        const own = element.matches('button, a') ? element.textContent : '';
        return !(element.getAttribute('aria-label') || by || labels || own).trim();
      })
      .map((element) => element.outerHTML),
  );
  assert.deepEqual(nameless, []);
  const references = await page.$$eval('[aria-describedby], [aria-labelledby]', (all) =>
    all.flatMap((element) =>
      `${element.getAttribute('aria-describedby') ?? ''} ${element.getAttribute('aria-labelledby') ?? ''}`
        .trim()
        .split(/\s+/)
        .filter((id) => !document.getElementById(id)),
    ),
  );
  assert.deepEqual(references, []);
  const ids = await page.$$eval('[id]', (all) => all.map(({ id }) => id));
  assert.equal(new Set(ids).size, ids.length);
});

/** Texts whose contrast to what is behind them is less than 4.5, as WCAG 2.2 AA asks. */
function faintTexts() {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (color) => {
    const [r, g, b] = color.map((value) => {
      const c = value / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = rgba(getComputedStyle(at).backgroundColor);
      if (color[3] === 255) return color;
    }
    return [255, 255, 255];
  };
  const faint = [];
  let texts = 0;
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    const isField = element.matches('input[type="text"]');
    if (!(own || isField) || !element.checkVisibility() || element.closest('.is-idle')) continue;
    texts++;
    const colors = [rgba(getComputedStyle(element).color), ground(element)].map(luminance);
    const [low, high] = colors.sort((a, b) => a - b);
    const contrast = (high + 0.05) / (low + 0.05);
    if (contrast < 4.5) faint.push(`${element.outerHTML.slice(0, 80)}: ${contrast.toFixed(2)}`);
  }
  return { faint, texts };
}

for (const colorScheme of ['light', 'dark']) {
  pageTest(
    `texts contrast with what is behind them: ${colorScheme}`,
    async ({ page, url }) => {
      await open(page, url);
      await page.fill('#width', '5');
      await page.locator('#width-error:not([hidden])').waitFor();
      const { faint, texts } = await page.evaluate(faintTexts);
      assert.deepEqual(faint, []);
      assert.ok(texts > 50, `${texts} texts`);
      const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const [red] = ground.match(/\d+/).map(Number);
      assert.equal(red > 128, colorScheme === 'light', ground);
    },
    { colorScheme },
  );
}

for (const width of [320, 390, 768, 1000, 1440]) {
  pageTest(
    `nothing is cut off at ${width} px`,
    async ({ page, url }) => {
      const long =
        'width=1024&height=512&color=%23123456&background=%23fedcba&text=WWWWWWWWWWWWWWWW';
      for (const query of ['', `?${long}`]) {
        await open(page, url + query, query ? 2 : 12);
        const { scrollWidth } = await page.evaluate(() => ({
          scrollWidth: document.scrollingElement.scrollWidth,
        }));
        assert.ok(scrollWidth <= width, `${scrollWidth} px wide`);
        const cut = await page.$$eval(
          'label, legend, dd, dt, button, h1, h2, .segments span',
          (all) =>
            all
              .filter((e) => e.checkVisibility() && !e.matches('.unseen') && e.clientWidth > 0)
              .filter((e) => e.scrollWidth > e.clientWidth + 1)
              .map((e) => e.outerHTML.slice(0, 80)),
        );
        assert.deepEqual(cut, []);
      }
    },
    { viewport: { width, height: 800 } },
  );
}

pageTest(
  'on a narrow screen the picture stays in sight beside the options',
  async ({ page, url }) => {
    await open(page, url);
    await page.locator('#quality').scrollIntoViewIfNeeded();
    await page.locator('#quality').focus();
    const box = await page.locator('#picture').boundingBox();
    assert.ok(box.y >= 0 && box.y + box.height < 844, JSON.stringify(box));
    const quality = await page.locator('#quality').boundingBox();
    assert.ok(quality.y > box.y + box.height, 'and hides none');
    // Backwards, where the picture would be over what is focused next.
    for (let i = 0; i < 20; i++) {
      await page.keyboard.press('Shift+Tab');
      const [top, bottom] = await page.evaluate(() => [
        document.activeElement.getBoundingClientRect().top,
        document.getElementById('view').getBoundingClientRect().bottom,
      ]);
      assert.ok(top >= bottom, `${i}: ${top} under ${bottom}`);
    }
  },
  { viewport: { width: 390, height: 844 } },
);
