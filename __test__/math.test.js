const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const ccap = require('..');
const { createChallenges } = require('ccap-rs/challenge');
const {
  FORMATS,
  assertRangeError,
  assertResult,
  assertTypeError,
  decode,
  thrownBy,
} = require('./helpers.js');

const math = { kind: 'math', format: 'png' };

test('the text of a sum is its answer, from a cache, past it, and later', async () => {
  const captcha = ccap({ ...math, operators: '×', min: 11, max: 12 });
  await ccap.warm({ ...math, operators: '×', min: 11, max: 12 });
  for (let i = 0; i < 60; i++) {
    const result = i % 2 ? captcha.get() : await captcha.getAsync();
    assertResult(result, 3);
    assert.match(result[0], /^(121|132|144)$/);
  }
  for (const format of FORMATS) {
    const [text, image] = ccap({ kind: 'math', format, width: 120, height: 40 }).get();
    assert.match(text, /^\d{1,2}$/);
    const { format: decoded, width, height } = await decode(image);
    assert.deepEqual([decoded, width, height], [format, 120, 40]);
  }
});

test('answers lie where the options put them', () => {
  for (const [options, least, most] of [
    [{}, 0, 40],
    [{ operators: '+' }, 2, 40],
    [{ operators: '-' }, 0, 19],
    [{ operators: '*', max: 9 }, 1, 81],
    [{ operators: '/', min: 2, max: 8 }, 1, 4],
    [{ operators: '+-*/', min: 50, max: 99, terms: 3 }, 0, 99 ** 3],
    [{ operators: '+×', min: 99, max: 99, terms: 3 }, 297, 99 ** 3],
    [{ operators: '-', max: 2, terms: 3 }, 0, 0],
  ]) {
    const captcha = ccap({ ...math, ...options });
    for (let i = 0; i < 200; i++) {
      const [text] = captcha.get();
      assert.match(text, /^(0|[1-9]\d*)$/);
      assert.ok(text >= least && text <= most, `${text} of ${JSON.stringify(options)}`);
    }
  }
});

test('render draws a text as it is, whatever the kind', () => {
  for (const kind of ['text', 'math']) {
    for (const text of ['3 + 4', '17 + 5 = ?', '17+5=?', '9−4÷2×1=?', 'ABC']) {
      assert.ok(ccap.render(text, { ...math, kind }).length > 200, text);
    }
    assertRangeError(
      thrownBy(() => ccap.render('3 ∙ 4', { kind })),
      'The value of "text" is out of range. It must be 1 to 16 letters that the fonts can draw. Received "3 ∙ 4" with \'∙\'',
    );
  }
});

test('options of sums are refused by name', () => {
  const refused = (options, rest) =>
    assertRangeError(
      thrownBy(() => ccap(options)),
      `The value of "${Object.keys(options).at(-1)}" is out of range. It must be ${rest}`,
    );
  refused({ kind: 'Math' }, "one of 'text', 'math'. Received \"Math\"");
  for (const kind of ['text', 'math']) {
    refused({ kind, operators: '+^' }, "some of '+', '-', '×' and '÷'. Received \"+^\" with '^'");
    refused({ kind, min: -1 }, '>= 1 && <= 99. Received -1');
    refused({ kind, max: 100 }, '>= 1 && <= 99. Received 100');
    refused({ kind, max: Number.POSITIVE_INFINITY }, '>= 1 && <= 99. Received Infinity');
    refused({ kind, terms: 1 }, '>= 2 && <= 3. Received 1');
    refused({ kind, terms: 4 }, '>= 2 && <= 3. Received 4');
  }
  refused({ kind: 'math', min: 21 }, '<= "max", which is 20. Received 21');
  refused(
    { kind: 'math', terms: 3, min: 11, operators: '-' },
    'with more than - where there are three operands from 11 to 20. Received "-"',
  );
  assertTypeError(
    thrownBy(() => ccap({ operators: ['+'] })),
    'The "operators" option must be of type string. Received an array',
  );
  assert.match(ccap(math).get()[0], /^\d+$/);
});

test('a generated text is no sum', async () => {
  let calls = 0;
  const options = { kind: 'math', generate: () => `A${calls++}` };
  const message =
    'The value of "kind" is out of range. It must be \'text\' where there is a "generate". Received "math"';
  assertRangeError(
    thrownBy(() => ccap(options)),
    message,
  );
  assertRangeError(
    thrownBy(() => ccap.render('A', options)),
    message,
  );
  await assert.rejects(ccap.warm(options), { code: 'ERR_OUT_OF_RANGE', message });
  assert.equal(calls, 0);
  assert.equal(ccap({ ...options, kind: 'text' }).get()[0], 'A0');
});

test('challenges take the answer in any digits', async () => {
  const stub = { get: () => ['22', ccap.render('17+5=?', math)] };
  for (const typed of ['22', ' 22 ', '２２', '٢٢', '۲۲']) {
    const challenges = createChallenges({ captcha: stub });
    const { id } = await challenges.issue();
    assert.equal(await challenges.verify(id, typed), true, typed);
  }
  const challenges = createChallenges({
    captcha: ccap({ kind: 'math', min: 5, max: 5, operators: '+' }),
  });
  for (const [typed, isRight] of [
    ['10', true],
    ['5+5', false],
    ['5 + 5 = ?', false],
  ]) {
    const { id } = await challenges.issue();
    assert.equal(await challenges.verify(id, typed), isRight, typed);
  }
});

test('the command draws a sum and prints its answer', (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ccap-math-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const cli = path.join(__dirname, '..', require('../package.json').bin['ccap-rs']);
  const run = (...args) =>
    execFileSync(process.execPath, [cli, ...args], {
      cwd: folder,
      encoding: 'utf8',
      stdio: 'pipe',
    });
  const sum = ['--kind', 'math', '--operators', '*', '--min', '11', '--max', '12'];
  assert.match(run('draw', '-o', 'sum.png', ...sum), /^(121|132|144)\n$/);
  assert.equal(fs.readFileSync(path.join(folder, 'sum.png')).toString('latin1', 1, 4), 'PNG');
  run('draw', '-o', 'own.png', '--kind', 'math', '17+5=?');
  run('dataset', 'sums', '-n', '5', ...sum);
  const manifest = fs.readFileSync(path.join(folder, 'sums/manifest.tsv'), 'utf8');
  assert.match(manifest, /^(\d{6}\.png\t(121|132|144)\n){5}$/);
  for (const flag of ['--operators=+', '--min=2', '--max=9', '--terms=3']) {
    const { stderr } = thrownBy(() => run('draw', '-o', 'own.png', '--kind', 'math', flag, '1+1'));
    assert.match(
      stderr,
      new RegExp(`${flag.split('=')[0]} is for a random sum, but there is a TEXT`),
    );
  }
});
