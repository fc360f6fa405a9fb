'use strict';

const assert = require('node:assert/strict');
const { createHmac } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const ccap = require('ccap-rs');
const { createChallenges, memoryMarks, memoryStore, redisStore } = require('ccap-rs/challenge');
const {
  FORMATS,
  assertRangeError,
  assertTypeError,
  decode,
  rejectionOf,
  thrownBy,
} = require('../helpers.js');
const { stubCaptcha } = require('./helpers.js');
const { RecordingStore } = require('../servers.js');

const SECRET = 'a secret of some length';
const NOT_STRINGS = (right) => [
  undefined,
  null,
  0,
  1,
  1n,
  true,
  false,
  Number.NaN,
  Symbol('a'),
  [],
  [right],
  [[right]],
  {},
  { toString: () => right },
  { length: right.length },
  new String(right),
  Buffer.from(right),
  () => right,
];

/** Challenges in both ways of keeping answers; what is kept is recorded. */
function both(run) {
  return async () => {
    for (const options of [{}, { secret: SECRET }]) {
      await run((more) => {
        const store = new RecordingStore(memoryStore());
        const challenges = createChallenges({
          captcha: stubCaptcha(),
          store,
          ...options,
          ...more,
        });
        return { ...challenges, store };
      });
    }
  };
}

test('a picture of ccap goes out and its text lets in, once', async () => {
  const store = new RecordingStore(memoryStore());
  const challenges = createChallenges({ captcha: ccap({ width: 200 }), store, ttl: 60_000 });
  const before = Date.now();
  const { id, image, type, expiresAt, dataURL } = await challenges.issue();
  assert.match(id, /^[A-Za-z0-9_-]{22}$/);
  assert.equal(Buffer.from(id, 'base64url').length, 16);
  const { format, width, height } = await decode(image);
  assert.deepEqual(
    { format, width, height, type },
    { ...{ format: 'jpeg', width: 200, height: 60 }, type: 'image/jpeg' },
  );
  assert.ok(expiresAt >= before + 60_000 && expiresAt <= Date.now() + 60_000);
  assert.equal(dataURL, `data:image/jpeg;base64,${image.toString('base64')}`);
  assert.deepEqual(store.ttls, [60_000]);

  const answer = store.answers.get(id);
  assert.match(answer, /^[2-9A-Z]{6}$/);
  assert.equal(await challenges.verify(id, answer), true);
  assert.equal(await challenges.verify(id, answer), false);
});

test('the type follows the format', async () => {
  for (const format of FORMATS) {
    const { type, image } = await createChallenges({ captcha: ccap({ format }) }).issue();
    assert.equal(type, format === 'svg' ? 'image/svg+xml' : `image/${format}`);
    assert.equal((await decode(image)).format, format);
  }
});

test('the type is that of the first bytes, else of the format, else of nothing in particular', async () => {
  const png = Buffer.from('89504e470d0a1a0a', 'hex');
  const typeOf = async (image, format) =>
    (await createChallenges({ captcha: { format, get: () => ['A', image] } }).issue()).type;
  assert.equal(await typeOf(png, 'jpeg'), 'image/png');
  assert.equal(await typeOf(png.subarray(0, 7), 'avif'), 'image/avif');
  assert.equal(await typeOf(Buffer.from('<svg xmlns="">')), 'image/svg+xml');
  assert.equal(await typeOf(Buffer.from('RIFFxxxxWEBP')), 'image/webp');
  assert.equal(await typeOf(Buffer.from('RIFFxxxxWAVE')), 'application/octet-stream');
  assert.equal(await typeOf(Buffer.alloc(0), 'constructor'), 'application/octet-stream');
});

test(
  'what goes out has no answer in it',
  both(async (start) => {
    const { issue, store } = start({ captcha: ccap({ format: 'png' }) });
    const challenge = await issue();
    const answer = store.answers.get(challenge.id);
    const json = JSON.stringify(challenge);
    assert.deepEqual(Object.keys(JSON.parse(json)).sort(), ['dataURL', 'expiresAt', 'id', 'type']);
    assert.equal(JSON.parse(json).dataURL, challenge.dataURL);
    const values = [...Object.values(challenge), challenge.dataURL].map(String).join(' ');
    assert.ok(!json.includes(answer) && !values.includes(answer));
  }),
);

test('100,000 ids differ, in every bit', async () => {
  const { issue } = createChallenges({ captcha: stubCaptcha(), store: memoryStore({ max: 1 }) });
  const ids = new Set();
  const ones = new Array(128).fill(0);
  for (let i = 0; i < 100_000; i++) {
    const { id } = await issue();
    ids.add(id);
    if (i < 10_000) {
      for (const [at, byte] of Buffer.from(id, 'base64url').entries()) {
        for (let bit = 0; bit < 8; bit++) {
          ones[8 * at + bit] += (byte >> bit) & 1;
        }
      }
    }
  }
  assert.equal(ids.size, 100_000);
  // 5000 +- 50 expected: ten deviations never come about by chance.
  assert.ok(
    ones.every((count) => count > 4500 && count < 5500),
    ones.join(),
  );
});

test(
  'a wrong answer uses the picture up, and so does what is no answer',
  both(async (start) => {
    const { issue, verify, store } = start();
    for (const answer of ['------', '', ' ', 'x'.repeat(257), ...NOT_STRINGS('AbC12z')]) {
      const { id } = await issue();
      assert.equal(await verify(id, answer), false);
      assert.deepEqual(store.takes.splice(0), [id]);
      assert.equal(await verify(id, 'AbC12z'), false);
      store.takes.splice(0);
    }
  }),
);

test(
  'another picture is not touched by a try',
  both(async (start) => {
    const captcha = ccap();
    const { issue, verify } = start({ captcha: { get: () => ['first', captcha.get()[1]] } });
    const [first, second] = [await issue(), await issue()];
    assert.equal(await verify(first.id, 'second'), false);
    assert.equal(await verify(second.id, 'first'), true);
  }),
);

test(
  'what cannot be an id never reaches the store',
  both(async (start) => {
    const { issue, verify, store } = start();
    const { id } = await issue();
    const wrong = [
      '',
      ' ',
      ` ${id}`,
      `${id}\n`,
      `${id} `,
      `${id}A`,
      id.slice(1),
      id + id,
      `${id.slice(0, 21)}*`,
      `${id.slice(0, 21)}+`,
      `${id.slice(0, 21)}é`,
      '__proto__',
      'constructor',
      '*',
      'A'.repeat(100_000_000),
      ...NOT_STRINGS(id),
    ];
    for (const value of wrong) {
      assert.equal(await verify(value, 'AbC12z'), false);
    }
    assert.deepEqual(store.takes, []);
    assert.equal(await verify('A'.repeat(22), 'AbC12z'), false);
    assert.equal(await verify(), false);
    assert.equal(await verify(id, 'AbC12z'), true);
  }),
);

test(
  'case, blanks, width and composition make no difference',
  both(async (start) => {
    for (const [text, same, other] of [
      [
        'AbC12z',
        ['abc12z', 'ABC12Z', ' aBc12Z\t\r\n', '\u00a0AbC12z\u3000', 'abc 12z', 'ＡＢＣ１２Ｚ'],
        ['abc12', 'abc12zz', 'abd12z'],
      ],
      [' 7 x ', ['7 x', '7 X', ' 7 x ', '7x'], ['7']],
      ['Été', ['été', 'ÉTÉ', 'E\u0301te\u0301'], ['ete']],
      ['👍🏽', ['👍🏽'], ['👍']],
      ['\ud800', ['\ud800'], ['a']],
    ]) {
      const { issue, verify } = start({ captcha: stubCaptcha(text) });
      for (const answer of same) {
        assert.equal(
          await verify((await issue()).id, answer),
          true,
          JSON.stringify([text, answer]),
        );
      }
      for (const answer of other) {
        assert.equal(
          await verify((await issue()).id, answer),
          false,
          JSON.stringify([text, answer]),
        );
      }
    }
  }),
);

test(
  'with caseSensitive case makes a difference',
  both(async (start) => {
    const { issue, verify } = start({ caseSensitive: true });
    for (const [answer, isRight] of [
      ['AbC12z', true],
      [' AbC12z ', true],
      ['abc12z', false],
      ['ABC12Z', false],
    ]) {
      assert.equal(await verify((await issue()).id, answer), isRight, answer);
    }
  }),
);

test(
  'of 100 right answers at once one is right',
  both(async (start) => {
    const { issue, verify } = start();
    const { id } = await issue();
    const all = await Promise.all(Array.from({ length: 100 }, () => verify(id, 'abc12z')));
    assert.equal(all.filter(Boolean).length, 1);
  }),
);

test(
  'an answer is good for its lifetime, which is two minutes unless told otherwise',
  both(async (start) => {
    for (const [ttl, lifetime] of [
      [undefined, 120_000],
      [5000, 5000],
      ['5000', 5000],
      [1.9, 1],
      [86_400_000, 86_400_000],
    ]) {
      const clock = { time: 0 };
      const { issue, verify } = start({ ttl, store: memoryStore({ now: () => clock.time }) });
      const [early, late] = [await issue(), await issue()];
      clock.time = lifetime - 1;
      assert.equal(await verify(early.id, 'abc12z'), true);
      clock.time = lifetime;
      assert.equal(await verify(late.id, 'abc12z'), false);
    }
  }),
);

test('without a secret the store gets the text, with one its keyed hash', async () => {
  const plain = new RecordingStore(memoryStore());
  const { id } = await createChallenges({ captcha: stubCaptcha(), store: plain }).issue();
  assert.equal(plain.answers.get(id), 'AbC12z');

  for (const secret of [SECRET, Buffer.from(SECRET), new Uint8Array(Buffer.from(SECRET))]) {
    const store = new RecordingStore(memoryStore());
    const challenges = createChallenges({ captcha: stubCaptcha(), store, secret });
    const { id } = await challenges.issue();
    const other = await challenges.issue();
    const kept = store.answers.get(id);
    assert.equal(kept, createHmac('sha256', SECRET).update(`${id}abc12z`).digest('hex'));
    assert.notEqual(kept, store.answers.get(other.id));
    assert.equal(await challenges.verify(id, kept), false);
    assert.equal(await challenges.verify(other.id, 'ABC12Z'), true);
  }
});

test('plain and hashed ones do not disturb each other', async () => {
  const make = (text, options) => createChallenges({ captcha: stubCaptcha(text), ...options });
  const all = [make('first'), make('second', { secret: SECRET }), make('third')];
  for (let i = 0; i < 300; i++) {
    const challenges = all[i % 3];
    const { id } = await challenges.issue();
    const answer = ['first', 'second', 'third'][Math.floor(i / 3) % 3];
    assert.equal(await challenges.verify(id, answer), i % 3 === Math.floor(i / 3) % 3);
  }
});

test('a secret is copied, and another one fits nothing', async () => {
  const store = memoryStore();
  const secret = Buffer.from(SECRET);
  const captcha = stubCaptcha();
  const one = createChallenges({ captcha, store, secret });
  secret.fill(0);
  const same = createChallenges({ captcha, store, secret: SECRET });
  const others = [
    createChallenges({ captcha, store, secret }),
    createChallenges({ captcha, store, secret: `${SECRET}!` }),
    createChallenges({ captcha, store }),
  ];
  assert.equal(await same.verify((await one.issue()).id, 'abc12z'), true);
  for (const other of others) {
    assert.equal(await other.verify((await one.issue()).id, 'abc12z'), false);
    assert.equal(await one.verify((await other.issue()).id, 'abc12z'), false);
  }
});

test('a store that returns rubbish lets nobody in', async () => {
  const answers = [undefined, null, '', ' ', 'undefined', 'null', '[object Object]', '0', 'NaN'];
  const id = 'A'.repeat(22);
  for (const kept of [
    undefined,
    null,
    '',
    ' ',
    '\n',
    0,
    1,
    {},
    [],
    ['AB'],
    Buffer.from('AB'),
    true,
  ]) {
    for (const secret of [undefined, SECRET]) {
      const store = { set() {}, take: () => kept };
      const { verify } = createChallenges({ captcha: stubCaptcha(), store, secret });
      for (const answer of [...answers, kept, String(kept), 'AB']) {
        assert.equal(await verify(id, answer), false, `${kept} ${answer}`);
      }
    }
  }
  // With a secret, a string that is no hash either.
  for (const kept of [
    'A',
    'abc12z',
    'a'.repeat(64),
    'A'.repeat(64),
    'a'.repeat(65),
    '*'.repeat(64),
  ]) {
    const store = { set() {}, take: () => kept };
    const { verify } = createChallenges({ captcha: stubCaptcha(), store, secret: SECRET });
    for (const answer of [kept, 'A', '']) {
      assert.equal(await verify(id, answer), false);
    }
  }
});

test('a store that fails is an error with its cause, and lets nobody in', async () => {
  const cause = new Error('secret of the store');
  for (const fail of [
    () => {
      throw cause;
    },
    async () => {
      throw cause;
    },
  ]) {
    const { issue, verify } = createChallenges({
      captcha: stubCaptcha(),
      store: { set: fail, take: fail },
    });
    for (const [error, message] of [
      [await rejectionOf(issue()), 'The store failed to keep an answer'],
      [await rejectionOf(verify('A'.repeat(22), 'abc12z')), 'The store failed to take an answer'],
    ]) {
      assert.equal(error.constructor, Error);
      assert.equal(error.code, 'ERR_CHALLENGE_STORE');
      assert.equal(error.cause, cause);
      assert.equal(error.message, message);
    }
    assert.equal(await verify('no id', 'abc12z'), false);
  }
  // What is thrown need not be an error.
  const store = { set: () => Promise.reject(), take: () => Promise.reject('gone') };
  const { issue, verify } = createChallenges({ captcha: stubCaptcha(), store });
  assert.equal((await rejectionOf(issue())).code, 'ERR_CHALLENGE_STORE');
  assert.equal((await rejectionOf(verify('A'.repeat(22), 'a'))).cause, 'gone');
});

test('any object that draws will do', async () => {
  const image = Buffer.from('GIF89a');
  class Captcha {
    text = 'own';
    get() {
      return [this.text, image];
    }
  }
  const forms = [
    new Captcha(),
    { get: async () => ['own', image] },
    { getAsync: () => ['own', new Uint8Array(image)] },
    { getAsync: async () => Object.freeze(['own', image, 'more']), get: () => assert.fail() },
    Object.assign(() => {}, { get: () => ['own', image] }),
  ];
  for (const captcha of forms) {
    const { issue, verify } = createChallenges({ captcha });
    const challenge = await issue();
    assert.ok(Buffer.isBuffer(challenge.image));
    assert.deepEqual(challenge.image, image);
    assert.equal(challenge.type, 'image/gif');
    assert.equal(await verify(challenge.id, 'OWN'), true);
  }
});

test('a captcha of which nothing comes that could be answered is an error, and nothing is stored', async () => {
  const image = Buffer.from('GIF89a');
  const allowed = 'It must be 1 to 256 letters, not only white space.';
  for (const [returned, kind, message] of [
    [
      undefined,
      TypeError,
      'The value returned by the captcha must be an array of a text and a picture. Received undefined',
    ],
    [
      { 0: 'A', 1: image },
      TypeError,
      'The value returned by the captcha must be an array of a text and a picture. Received an object',
    ],
    [
      [undefined, image],
      TypeError,
      "The captcha's text must be of type string. Received undefined",
    ],
    [[5, image], TypeError, "The captcha's text must be of type string. Received type number (5)"],
    [
      ['A'],
      TypeError,
      "The captcha's picture must be an instance of Buffer or Uint8Array. Received undefined",
    ],
    [
      ['A', 'GIF89a'],
      TypeError,
      `The captcha's picture must be an instance of Buffer or Uint8Array. Received type string ("GIF89a")`,
    ],
    [
      ['', image],
      RangeError,
      `The value of "the captcha's text" is out of range. ${allowed} Received ""`,
    ],
    [
      [' \u3000', image],
      RangeError,
      `The value of "the captcha's text" is out of range. ${allowed} Received " \u3000"`,
    ],
    [
      ['A'.repeat(257), image],
      RangeError,
      `The value of "the captcha's text" is out of range. ${allowed} Received "${'A'.repeat(16)}..."`,
    ],
  ]) {
    const store = new RecordingStore(memoryStore());
    const { issue } = createChallenges({ captcha: { get: () => returned }, store });
    const check = kind === TypeError ? assertTypeError : assertRangeError;
    check(await rejectionOf(issue()), message);
    assert.equal(store.answers.size, 0);
  }
  const longest = 'A'.repeat(256);
  const { issue, verify } = createChallenges({ captcha: { get: () => [longest, image] } });
  assert.equal(await verify((await issue()).id, longest), true);
});

test('what the captcha throws comes through unchanged', async () => {
  const cause = new Error('no ink');
  for (const captcha of [
    ccap({
      generate() {
        throw cause;
      },
    }),
    { getAsync: () => Promise.reject(cause) },
    {
      get() {
        throw cause;
      },
    },
  ]) {
    const { issue } = createChallenges({ captcha });
    assert.equal(await rejectionOf(issue()), cause);
  }
});

test('bad options are refused before any work', () => {
  const captcha = stubCaptcha();
  const typeErrors = [
    [
      undefined,
      'The "captcha" option must be an object with getAsync() or get(). Received undefined',
    ],
    [null, 'The "options" argument must be of type Object. Received null'],
    [[], 'The "options" argument must be of type Object. Received an array'],
    [5, 'The "options" argument must be of type Object. Received type number (5)'],
    [
      { captcha: {} },
      'The "captcha" option must be an object with getAsync() or get(). Received an object',
    ],
    [
      { captcha: ccap },
      'The "captcha" option must be an object with getAsync() or get(). Received a function',
    ],
    [
      { captcha, store: null },
      'The "store" option must be an object with set() and take(). Received null',
    ],
    [
      { captcha, marks: null },
      'The "marks" option must be an object with open() and mark(). Received null',
    ],
    [
      { captcha, marks: memoryStore() },
      'The "marks" option must be an object with open() and mark(). Received an object',
    ],
    [
      { captcha, secret: [SECRET, null] },
      'The "secret" option must be of type string or an instance of Uint8Array. Received null',
    ],
    [
      { captcha, store: new Map() },
      'The "store" option must be an object with set() and take(). Received an object',
    ],
    [{ captcha, ttl: null }, 'The "ttl" option must be of type number. Received null'],
    [
      { captcha, ttl: 'soon' },
      'The "ttl" option must be of type number. Received type string ("soon")',
    ],
    [{ captcha, ttl: 5n }, 'The "ttl" option must be of type number. Received type bigint (5)'],
    [
      { captcha, caseSensitive: 1 },
      'The "caseSensitive" option must be of type boolean. Received type number (1)',
    ],
    [
      { captcha, secret: 5 },
      'The "secret" option must be of type string or an instance of Uint8Array. Received type number (5)',
    ],
    [
      { captcha, secret: null },
      'The "secret" option must be of type string or an instance of Uint8Array. Received null',
    ],
  ];
  for (const [options, message] of typeErrors) {
    assertTypeError(
      thrownBy(() => createChallenges(options)),
      message,
    );
  }
  for (const ttl of [0, -1, 0.9, 86_400_001, Number.NaN, Number.POSITIVE_INFINITY]) {
    assertRangeError(
      thrownBy(() => createChallenges({ captcha, ttl })),
      `The value of "ttl" is out of range. It must be >= 1 && <= 86400000. Received ${Math.trunc(ttl)}`,
    );
  }
  for (const [name, value, allowed] of [
    ['skew', -1, '>= 0 && <= 86400000'],
    ['timeout', 0, '>= 1 && <= 600000'],
    ['maxPending', 0, '>= 1 && <= 1000000'],
  ]) {
    assertRangeError(
      thrownBy(() => createChallenges({ captcha, [name]: value })),
      `The value of "${name}" is out of range. It must be ${allowed}. Received ${value}`,
    );
  }
  for (const count of [0, 9]) {
    assertRangeError(
      thrownBy(() => createChallenges({ captcha, secret: new Array(count).fill(SECRET) })),
      `The value of "secret" is out of range. It must be 1 to 8 of them. Received ${count}`,
    );
  }
  assertTypeError(
    thrownBy(() => createChallenges({ captcha, store: memoryStore(), marks: memoryMarks() })),
    'The "marks" option must be undefined while there is a "store". Received an object',
  );
  // An empty one is what comes of a variable that is not set. A secret is never shown.
  for (const secret of ['', 'hush', 'é'.repeat(7), Buffer.alloc(15)]) {
    assertRangeError(
      thrownBy(() => createChallenges({ captcha, secret })),
      `The value of "secret" is out of range. It must be at least 16 bytes long. Received ${Buffer.byteLength(secret)}`,
    );
  }
  assert.throws(() => createChallenges({ captcha, sceret: SECRET }), {
    name: 'TypeError',
    code: 'ERR_INVALID_ARG_VALUE',
    message:
      'The option "sceret" is unknown. It must be one of "captcha", "marks", "store", "secret", "ttl", "skew", ' +
      '"caseSensitive", "timeout", "maxPending", "audioPlays"',
  });
});

test('what is inherited is no option', async (t) => {
  t.after(() => {
    delete Object.prototype.store;
    delete Object.prototype.secret;
    delete Object.prototype.for;
  });
  const calls = [];
  const store = { set: () => calls.push('set'), take: () => calls.push('take') };
  Object.assign(Object.prototype, { store, secret: 5, for: 'all' });
  const { issue, verify } = createChallenges({ captcha: stubCaptcha() });
  assert.equal(await verify((await issue({})).id, 'abc12z'), true);
  assert.deepEqual(calls, []);
});

test('issue and verify can be taken off their object', async () => {
  const { issue, verify } = createChallenges({ captcha: stubCaptcha() });
  assert.equal(await verify((await issue()).id, 'abc12z'), true);
});

test('it is the same under the name of ccap, and as what is imported', async () => {
  assert.equal(require('ccap/challenge'), require('ccap-rs/challenge'));
  for (const name of ['challenge', 'challenge/koa', 'challenge/express', 'challenge/fastify']) {
    const imported = await import(`ccap-rs/${name}`);
    const required = require(`ccap-rs/${name}`);
    assert.equal(imported.default, required);
    const { default: _, 'module.exports': __, ...named } = imported;
    assert.deepEqual(named, { ...required });
    assert.ok(Object.values(named).every((value) => typeof value === 'function'));
  }
  const {
    createChallenges: make,
    memoryStore: memory,
    redisStore: redis,
  } = await import('ccap-rs/challenge');
  assert.deepEqual([make, memory, redis], [createChallenges, memoryStore, redisStore]);
  assert.throws(() => require('ccap-rs/challenge/seal.js'), {
    code: 'ERR_PACKAGE_PATH_NOT_EXPORTED',
  });
});

test('it loads neither the addon nor anything outside of Node', () => {
  const { execFileSync } = require('node:child_process');
  const script = `
    for (const name of ['', '/koa', '/express', '/fastify']) require('ccap-rs/challenge' + name);
    console.log(JSON.stringify(Object.keys(require.cache)));
  `;
  const output = execFileSync(process.execPath, ['-e', script], {
    cwd: __dirname,
    encoding: 'utf8',
  });
  const root = path.join(__dirname, '../..');
  const files = JSON.parse(output).map((file) => path.relative(root, file).replaceAll('\\', '/'));
  const own = fs.readdirSync(path.join(root, 'challenge')).filter((name) => name.endsWith('.js'));
  assert.ok(own.length > 10);
  assert.deepEqual(
    files.sort(),
    [...own.map((name) => `challenge/${name}`), 'errors.js', 'options.js'].sort(),
  );
});
