const assert = require('node:assert/strict');
const { test } = require('node:test');
const ccap = require('..');
const {
  FORMATS,
  SHOWN,
  assertRangeError,
  assertResult,
  assertTypeError,
  colorsOf,
  contrastOf,
  decode,
  hash,
  inkOf,
  thrownBy,
  twoColorsOf,
} = require('./helpers.js');

const SIZES = [
  [32, 16],
  [128, 30],
  [256, 60],
  [512, 120],
  [1024, 512],
  [33, 17],
  [1024, 16],
];

const SIGNS = ['×', '÷', '−'];
const PRINTABLE = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i));

/** Repeats an asynchronous measurement and returns its results. */
async function repeat(times, measure) {
  const results = [];
  for (let i = 0; i < times; i++) {
    results.push(await measure(i));
  }
  return results;
}

function mean(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

function assertLooksLikeText(picture, what) {
  const { contrast, share } = inkOf(picture);
  assert.ok(contrast > 80, `${what}: contrast ${contrast}`);
  assert.ok(share > 0.01 && share < 0.8, `${what}: ${share} of it is ink`);
  // Ink is not one lump, as a bar or a half would be: it starts and ends often along the rows.
  assert.ok(edgesOf(picture) >= 12, `${what}: ${edgesOf(picture)} edges`);
}

/** How often ink starts or ends along the rows of a picture. */
function edgesOf(picture) {
  return edgesIn(picture).filter(({ across }) => across).length;
}

/** Where ink starts or ends, along the rows and along the columns of a picture. */
function edgesIn(picture) {
  const { map } = inkOf(picture);
  const edges = [];
  for (let i = 0; i < map.length; i++) {
    const [x, y] = [i % picture.width, Math.floor(i / picture.width)];
    if (x > 0 && map[i] !== map[i - 1]) {
      edges.push({ x, y, across: true });
    }
    if (y > 0 && map[i] !== map[i - picture.width]) {
      edges.push({ x, y, across: false });
    }
  }
  return edges;
}

/** The mean of a measure of the edges over many pictures of one text. */
async function meanOfEdges(text, measure, times = 100) {
  const options = { width: 255, height: 60, format: 'bmp' };
  return mean(
    await repeat(times, async () => measure(edgesIn(await decode(ccap.render(text, options))))),
  );
}

for (const format of FORMATS) {
  test(`${format}: get() gives a picture of the size that was asked for`, async () => {
    for (const [width, height] of SIZES) {
      const captcha = ccap({ width, height, format });
      for (let i = 0; i < 3; i++) {
        const result = captcha.get();
        assertResult(result);
        const picture = await decode(result[1]);
        assert.equal(picture.format, format);
        assert.deepEqual([picture.width, picture.height], [width, height]);
        assert.equal(picture.pixels.length, width * height * 3);
        assertLooksLikeText(picture, `${format} ${width}x${height}`);
      }
    }
  });

  test(`${format}: getAsync() and render() do, too`, async () => {
    for (const [width, height] of SIZES) {
      const options = { width, height, format };
      for (const image of [
        (await ccap(options).getAsync())[1],
        (await ccap({ ...options, generate: () => 'AB12' }).getAsync())[1],
        ccap({ ...options, generate: () => 'AB12' }).get()[1],
        ccap.render('AB12', options),
      ]) {
        const picture = await decode(image);
        assert.equal(picture.format, format);
        assert.deepEqual([picture.width, picture.height], [width, height]);
        assertLooksLikeText(picture, `${format} ${width}x${height}`);
      }
    }
  });
}

test('the default is a jpeg of 256 by 60', async () => {
  for (const image of [ccap().get()[1], (await ccap().getAsync())[1], ccap.render('ABC')]) {
    assert.deepEqual([...image.subarray(0, 3)], [0xff, 0xd8, 0xff]);
    const { format, width, height } = await decode(image);
    assert.deepEqual({ format, width, height }, { format: 'jpeg', width: 256, height: 60 });
  }
});

test('quality changes the size of a jpeg, and of nothing else', async () => {
  const sizeOf = async (quality, format) =>
    mean(await repeat(20, () => ccap.render('AB12CD', { quality, format }).length));
  const [low, middle, high] = [
    await sizeOf(10, 'jpeg'),
    await sizeOf(50, 'jpeg'),
    await sizeOf(95, 'jpeg'),
  ];
  assert.ok(low * 1.3 < middle && middle * 1.3 < high, `${low}, ${middle}, ${high}`);
  const bmp = ccap.render('AB12CD', { quality: 1, format: 'bmp' }).length;
  assert.equal(ccap.render('AB12CD', { quality: 100, format: 'bmp' }).length, bmp);
});

test('every quality makes a jpeg that decodes', async () => {
  for (const quality of [1, 2, 25, 75, 99, 100]) {
    const picture = await decode(ccap({ quality }).get()[1]);
    assert.deepEqual([picture.format, picture.width, picture.height], ['jpeg', 256, 60]);
  }
});

test('an image has memory of its own', () => {
  const captcha = ccap({ format: 'png', width: 64, height: 24 });
  for (let i = 0; i < 100; i++) {
    const [, image] = captcha.get();
    assert.equal(image.toString('latin1', 1, 4), 'PNG');
    image.fill(0);
  }
  captcha.clearTimeout();
  try {
    for (let i = 0; i < 100; i++) {
      const [, image] = captcha.get();
      assert.equal(image.toString('latin1', 1, 4), 'PNG');
      image.fill(0);
    }
  } finally {
    captcha.setTimeout();
  }
  const images = Array.from({ length: 50 }, () => captcha.get()[1]);
  const before = images.map(hash);
  images[0].fill(1);
  assert.deepEqual(images.slice(1).map(hash), before.slice(1));
});

test('a result is an ordinary array that belongs to its caller', () => {
  const captcha = ccap();
  const result = captcha.get();
  assert.equal(Object.getPrototypeOf(result), Array.prototype);
  assert.deepEqual(Object.keys(result), ['0', '1']);
  assert.notEqual(captcha.get(), result);
  const [text, image] = captcha.get();
  assert.equal(Object.getPrototypeOf(image), Buffer.prototype);
  assert.notEqual(text, captcha.get()[0]);
});

test('a text has as many letters as asked for, all of the charset', () => {
  for (const charset of ['0123456789', 'a', 'xY', '!~"\'\\<&']) {
    for (let length = 1; length <= 16; length++) {
      const captcha = ccap({ charset, length, format: 'bmp', width: 64, height: 24 });
      for (let i = 0; i < 5; i++) {
        const [text] = captcha.get();
        assert.equal(text.length, length);
        assert.ok(
          [...text].every((letter) => charset.includes(letter)),
          `${text} of ${charset}`,
        );
      }
    }
  }
});

test('a text is of the default charset unless another is given', () => {
  const seen = new Set();
  for (let i = 0; i < 300; i++) {
    const [text] = ccap({ format: 'bmp', width: 64, height: 24 }).get();
    assert.match(text, /^[23CDFHJKLMTVX]{6}$/);
    for (const letter of text) {
      seen.add(letter);
    }
  }
  // 1,800 draws of 13 letters miss one with a probability of 1e-61.
  assert.equal(seen.size, 13);
});

test('every letter of a charset comes up, a repeated one no oftener', () => {
  const counts = { A: 0, B: 0, C: 0 };
  const captcha = ccap({ charset: 'AAAAAAAABC', length: 16, format: 'bmp', width: 64, height: 24 });
  for (let i = 0; i < 300; i++) {
    for (const letter of captcha.get()[0]) {
      counts[letter]++;
    }
  }
  // 1,600 of each are expected, with a standard deviation of 33.
  for (const [letter, count] of Object.entries(counts)) {
    assert.ok(count > 1300 && count < 1900, `${letter} came ${count} times`);
  }
});

test('the colors are those that were asked for', async () => {
  for (const [color, background] of [
    ['#000', '#fff'],
    ['#fff', '#000'],
    ['#123456', '#ffeedd'],
  ]) {
    const full = (short) => (short.length === 4 ? short.replace(/[^#]/g, '$&$&') : short);
    for (const format of FORMATS.filter((name) => name !== 'jpeg')) {
      const colors = colorsOf(await decode(ccap.render('AB12', { color, background, format })));
      for (const wanted of [full(color), full(background)]) {
        assert.ok(colors.get(wanted) > 500, `${format}: ${wanted} in ${[...colors]}`);
      }
    }
  }
  for (const name of ['color', 'background']) {
    const picture = await decode(ccap.render('AB12', { [name]: '#808080', format: 'png' }));
    assert.ok(colorsOf(picture).get('#808080') > 500);
  }
});

test('random colors differ and can be told apart', async () => {
  for (const options of [
    {},
    { color: 'random' },
    { background: 'random' },
    { color: 'random', background: 'random' },
    { color: '#222', background: 'random' },
    { color: 'random', background: '#ddd' },
  ]) {
    const seen = new Set();
    for (let i = 0; i < 50; i++) {
      const picture = await decode(ccap.render('AB12', { ...options, format: 'bmp' }));
      const [dark, light] = twoColorsOf(picture);
      seen.add(`${dark} ${light}`);
      assert.ok(contrastOf(dark, light) >= 4.5, `${dark} ${light}`);
    }
    assert.ok(seen.size > 10, `${JSON.stringify(options)}: ${[...seen]}`);
  }
});

test('every level draws, in every format', async () => {
  for (const level of ['easy', 'normal', 'hard']) {
    for (const format of FORMATS) {
      const picture = await decode(ccap({ level, format }).get()[1]);
      assert.deepEqual([picture.format, picture.width, picture.height], [format, 256, 60]);
      assertLooksLikeText(picture, `${level} ${format}`);
    }
  }
});

test('render() draws the same text differently each time', () => {
  for (const format of FORMATS) {
    const images = Array.from({ length: 100 }, () => ccap.render('AB12', { format }));
    assert.equal(new Set(images.map(hash)).size, 100);
  }
});

test('render() ignores generate, length and charset', async () => {
  const generate = () => assert.fail('generate was called');
  const image = ccap.render('abc', { generate, length: 1, charset: 'Z', format: 'png' });
  assert.equal((await decode(image)).format, 'png');
});

// What one picture shows is hidden on purpose; what many of one text have in common is not.

test('more letters leave more edges', async () => {
  const count = (edges) => edges.length;
  const few = await meanOfEdges('W', count);
  const some = await meanOfEdges('WWWW', count);
  const many = await meanOfEdges('WWWWWWWW', count);
  assert.ok(few * 1.05 < some && some * 1.05 < many, `${few}, ${some}, ${many}`);
});

test('letters stand from left to right', async () => {
  const across = (edges) => mean(edges.map(({ x }) => x));
  const left = await meanOfEdges('M      .', across);
  const right = await meanOfEdges('.      M', across);
  assert.ok(left + 3 < right, `${left}, ${right}`);
});

test('signs stand at their height', async () => {
  const down = (edges) => mean(edges.filter((edge) => edge.across).map(({ y }) => y));
  const high = await meanOfEdges("''''''''", down);
  const middle = await meanOfEdges('--------', down);
  const low = await meanOfEdges('________', down);
  assert.ok(high + 0.2 < middle && middle + 0.2 < low, `${high}, ${middle}, ${low}`);
});

test('every letter that may be drawn is seen', async () => {
  const count = (edges) => edges.length;
  const almostNothing = await meanOfEdges('.       ', count, 200);
  for (const letter of [...PRINTABLE, ...SIGNS]) {
    const edges = await meanOfEdges(letter.repeat(8), count, 48);
    const what = `${letter} leaves ${edges} edges, almost nothing ${almostNothing}`;
    assert.ok(edges > 1.12 * almostNothing, what);
  }
});

test('spaces take room and leave nothing', async () => {
  const inMiddle = (edges) => edges.filter(({ x, across }) => across && x > 85 && x < 170).length;
  const [few, many] = [
    await meanOfEdges('M      M', inMiddle),
    await meanOfEdges('MMMMMMMM', inMiddle),
  ];
  assert.ok(few < 0.75 * many, `${few}, ${many}`);
  for (const text of [' A', 'A ', ' A ', 'A  B', '               A']) {
    assertLooksLikeText(await decode(ccap.render(text)), JSON.stringify(text));
  }
});

test('texts of 1 to 16 letters are drawn, in every format', async () => {
  for (const format of FORMATS) {
    for (let length = 1; length <= 16; length++) {
      const picture = await decode(ccap.render('W'.repeat(length), { format }));
      assert.deepEqual([picture.width, picture.height], [256, 60]);
      assertLooksLikeText(picture, `${length} letters`);
    }
  }
});

test('letters that cannot be drawn are named', () => {
  const refused = (text, received) =>
    assertRangeError(
      thrownBy(() => ccap.render(text)),
      'The value of "text" is out of range. It must be 1 to 16 letters that the fonts can draw. ' +
        `Received ${received}`,
    );
  for (const letter of ['Ä', 'ß', 'я', '龘', '€', '–', '\u00a0', '😀', '\ufffd', 'é']) {
    const shown = letter === '\u00a0' ? '\\u{a0}' : letter;
    refused(`A${letter}B`, `"A${shown}B" with '${shown}'`);
  }
  refused('A\nB', '"A\\nB" with \'\\n\'');
  refused('\t', '"\\t" with \'\\t\'');
  refused('A\0B', '"A\\0B" with \'\\0\'');
  refused('A\x7f', '"A\\u{7f}" with \'\\u{7f}\'');
  refused('A\ud800', '"A\ufffd" with \'\ufffd\'');
  refused('A\u0308', '"A\\u{308}" with \'Ä\'');
  refused('AشB', '"AشB" with "ش"');
  refused('👩‍👩‍👧', '"👩\\u{200d}👩\\u{200d}👧" with "👩\\u{200d}👩\\u{200d}👧"');
  refused('', '""');
  refused(' ', '" "');
  refused(' '.repeat(16), `"${' '.repeat(16)}"`);
  refused('A'.repeat(17), `"${'A'.repeat(SHOWN)}"... (17 letters)`);
  refused('A'.repeat(10_000_000), `"${'A'.repeat(SHOWN)}"... (10000000 letters)`);
  refused('😀'.repeat(17), `"${'😀'.repeat(SHOWN)}"... (17 letters)`);
  assert.ok(Buffer.isBuffer(ccap.render('A'.repeat(16))));
});

test('render() wants a string', () => {
  const values = [
    [undefined, 'undefined'],
    [null, 'null'],
    [5, 'type number (5)'],
    [true, 'type boolean (true)'],
    [['A'], 'an array'],
    [{}, 'an object'],
    [new String('A'), 'an object'],
    [Buffer.from('A'), 'an object'],
    [() => 'A', 'a function'],
    [Symbol('A'), 'type symbol (Symbol(A))'],
    [1n, 'type bigint (1)'],
  ];
  for (const [value, received] of values) {
    assertTypeError(
      thrownBy(() => ccap.render(value)),
      `The "text" argument must be of type string. Received ${received}`,
    );
  }
  assertTypeError(
    thrownBy(() => ccap.render()),
    'The "text" argument must be of type string. Received undefined',
  );
});

test('an SVG is ground, stripes and ink, whose letters are no pieces of their own', async () => {
  for (const [width, height, length] of [
    [256, 60, 6],
    [120, 40, 4],
    [1024, 512, 16],
  ]) {
    const pieces = new Set();
    for (let i = 0; i < 20; i++) {
      const svg = ccap({ format: 'svg', width, height, length }).get()[1].toString();
      assert.match(
        svg,
        new RegExp(
          `^<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width}0 ${height}0">` +
            '<path fill="#[0-9a-f]{6}" d="[^"]+"/>' +
            '(<path fill="#[0-9a-f]{6}" fill-rule="evenodd" d="[MhvlqzMm0-9 -]+"/>){2}</svg>$',
        ),
      );
      assert.ok(svg.length <= 12 * 1024, `${svg.length}`);
      pieces.add(svg.split('<path')[3].split('M').length);
    }
    // Stripes cut letters, and letters are close: how many pieces there are says nothing of how many letters.
    assert.ok(pieces.size > 3, [...pieces].join());
  }
});
