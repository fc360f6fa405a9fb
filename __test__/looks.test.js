const assert = require('node:assert/strict');
const { test } = require('node:test');
const sharp = require('sharp');
const ccap = require('..');
const { contrastOf, decode, luminanceOf, twoColorsOf } = require('./helpers.js');

const out = (name, allowed, received) => ({
  name: 'RangeError',
  code: 'ERR_OUT_OF_RANGE',
  message: `The value of "${name}" is out of range. It must be ${allowed}. Received ${received}`,
});

test('the colours asked for are those of the picture', async () => {
  for (const [color, background] of [
    ['#123456', '#ffffff'],
    ['#fff', '#111'],
    ['#A00', '#FfFfEe'],
  ]) {
    const long = (hex) => (hex.length === 4 ? hex.replace(/[^#]/g, '$&$&') : hex).toLowerCase();
    const captcha = ccap({ color, background, format: 'png' });
    const [, image] = captcha.get();
    const [first, second] = twoColorsOf(await decode(image));
    assert.deepEqual([first, second].sort(), [long(color), long(background)].sort());
    assert.deepEqual([captcha.color, captcha.background], [color, background]);
  }
});

test('one colour of the caller and one of chance contrast enough', async () => {
  for (const options of [
    { color: '#777777' },
    { background: '#777777' },
    { color: '#ff0', background: 'random' },
    { color: 'random', background: '#00f' },
    { color: 'random', background: 'random' },
    {},
  ]) {
    for (let i = 0; i < 20; i++) {
      const image = ccap.render('KW4XP2', { ...options, format: 'png' });
      const [first, second] = twoColorsOf(await decode(image));
      assert.ok(contrastOf(first, second) >= 4.5, `${JSON.stringify(options)}: ${first} ${second}`);
      for (const wanted of [options.color, options.background]) {
        if (wanted === '#777777') {
          assert.ok([first, second].includes(wanted), `${wanted}: ${first} ${second}`);
        }
      }
    }
  }
});

test('by default the colours are one of 24 pairs, and the ground is the lighter', async () => {
  const pairs = new Set();
  for (let i = 0; i < 400; i++) {
    const image = ccap.render('KW4XP2', { format: 'png', width: 64, height: 24 });
    const [ink, ground] = twoColorsOf(await decode(image));
    assert.ok(luminanceOf(ground) > 0.8 && luminanceOf(ink) < 0.2, `${ground} ${ink}`);
    pairs.add(`${ground} ${ink}`);
  }
  // 400 draws of 24 pairs miss one with a probability of 1e-6.
  assert.equal(pairs.size, 24);
});

test('two colours without contrast are refused, as are those that are none', () => {
  assert.throws(
    () => ccap({ color: '#777', background: '#fff' }),
    out(
      'color',
      'a color with a contrast of at least 4.5:1 to "background"',
      'a contrast of 4.47:1',
    ),
  );
  for (const name of ['color', 'background']) {
    for (const bad of ['red', '#12', '#12345g', 'rgb(0,0,0)', '#ffff', 'Random']) {
      assert.throws(
        () => ccap({ [name]: bad }),
        out(
          name,
          name === 'color'
            ? "'#rgb', '#rrggbb' or 'random'"
            : "'#rgb', '#rrggbb', 'random' or 'transparent'",
          JSON.stringify(bad),
        ),
      );
    }
    assert.throws(() => ccap({ [name]: 0xff0000 }), { code: 'ERR_INVALID_ARG_TYPE' });
    assert.equal(ccap({ [name]: null })[name], null);
  }
});

test('levels go by name, and each draws pictures of its own', async () => {
  assert.equal(ccap().level, 'normal');
  for (const level of ['easy', 'normal', 'hard']) {
    const captcha = ccap({ level, format: 'png' });
    assert.equal(captcha.level, level);
    const [text, image] = captcha.get();
    assert.match(text, /^[23CDFHJKLMTVX]{6}$/);
    assert.equal((await sharp(image).metadata()).width, 256);
  }
  for (const bad of ['Easy', 'impossible', 'normal ']) {
    assert.throws(
      () => ccap({ level: bad }),
      out('level', "one of 'easy', 'normal', 'hard'", JSON.stringify(bad)),
    );
  }
  assert.throws(() => ccap({ level: 3 }), { code: 'ERR_INVALID_ARG_TYPE' });
});

test('a harder level has more edges', async () => {
  const edges = async (level) => {
    let count = 0;
    for (let i = 0; i < 20; i++) {
      const png = ccap.render('KW4XP2', {
        level,
        color: '#000',
        background: '#fff',
        format: 'png',
      });
      const { data, info } = await sharp(png)
        .greyscale()
        .raw()
        .toBuffer({ resolveWithObject: true });
      for (let at = info.width; at < data.length; at++) {
        const differs = (before) => Number(data[at] > 127 !== data[at - before] > 127);
        count += differs(info.width) + (at % info.width && differs(1));
      }
    }
    return count;
  };
  const [easy, normal, hard] = [await edges('easy'), await edges('normal'), await edges('hard')];
  assert.ok(easy < normal && normal < hard, `${easy} ${normal} ${hard}`);
});

test('looks are part of what a cache is found by', () => {
  const before = ccap.stats().caches;
  for (const options of [{ level: 'hard' }, { color: '#010203' }, { background: '#fdfcfb' }]) {
    ccap({ width: 99, ...options }).get();
  }
  assert.equal(ccap.stats().caches, before + 3);
});

test('a transparent ground lets the page through, in the formats that can', async () => {
  for (const [theme, page] of [
    ['light', '#ffffff'],
    ['dark', '#222222'],
  ]) {
    for (const format of ['png', 'webp', 'gif', 'svg']) {
      const captcha = ccap({ format, background: 'transparent', theme });
      assert.deepEqual([captcha.background, captcha.theme], ['transparent', theme]);
      const image = sharp(captcha.get()[1]).ensureAlpha().raw();
      const { data, info } = await image.toBuffer({ resolveWithObject: true });
      const share = { clear: 0, opaque: 0, covered: 0 };
      let ink = null;
      for (let i = 0; i < data.length; i += 4) {
        // Ink, and stripes, of which there is more than half.
        share.covered += data[i + 3] > 100 ? 4 / data.length : 0;
        if (data[i + 3] === 0) {
          share.clear += 4 / data.length;
        } else if (data[i + 3] === 255) {
          share.opaque += 4 / data.length;
          ink ??= `#${data.subarray(i, i + 3).toString('hex')}`;
        }
      }
      const what = `${theme} ${format}: ${JSON.stringify(share)}`;
      assert.deepEqual([info.width, info.height, info.channels], [256, 60, 4]);
      assert.ok(share.clear > 0.3 && share.opaque > 0.1 && share.covered > 0.25, what);
      if (format !== 'gif') {
        assert.ok(contrastOf(ink, page) >= 4.5, `${what}, ${ink}`);
      }
    }
  }
  for (const format of ['jpeg', 'bmp']) {
    assert.throws(
      () => ccap({ format, background: 'transparent' }),
      out(
        'background',
        `a colour where "format" is none of 'png', 'webp', 'gif', 'svg'`,
        '"transparent"',
      ),
    );
  }
});

test('themes turn ink and ground round, and keep their contrast', async () => {
  for (let i = 0; i < 40; i++) {
    const [, image] = ccap({ format: 'png', theme: 'dark' }).get();
    const [ground, ink] = twoColorsOf(await decode(image));
    assert.ok(luminanceOf(ground) < 0.03 && luminanceOf(ink) > 0.2, `${ink} on ${ground}`);
    assert.ok(contrastOf(ink, ground) >= 4.5, `${ink} on ${ground}`);
  }
});

test('a GIF of several frames moves, and no other picture does', async () => {
  const wanted = { format: 'gif', frames: 8, delay: 150, loop: 3 };
  const captcha = ccap(wanted);
  assert.deepEqual([captcha.frames, captcha.delay, captcha.loop], [8, 150, 3]);
  const [text, image] = captcha.get();
  assert.equal(text.length, 6);
  const { pages, delay, loop, width, pageHeight } = await sharp(image, {
    animated: true,
  }).metadata();
  assert.deepEqual([pages, width, pageHeight], [8, 256, 60]);
  assert.deepEqual([...new Set(delay)], [150]);
  // Once, and then as often again as the file says.
  assert.equal(loop, 3);
  assert.equal((await sharp(ccap({ format: 'gif' }).get()[1]).metadata()).pages ?? 1, 1);
  const still = ccap({ ...wanted, format: 'png' }).get()[1];
  assert.equal((await sharp(still).metadata()).pages ?? 1, 1);
  for (const [name, bad, allowed] of [
    ['frames', 17, '>= 1 && <= 16'],
    ['delay', 19, '>= 20 && <= 5000'],
    ['loop', 101, '>= 0 && <= 100'],
    ['loop', -1, '>= 0 && <= 100'],
  ]) {
    assert.throws(() => ccap({ format: 'gif', [name]: bad }), out(name, allowed, bad));
  }
});
