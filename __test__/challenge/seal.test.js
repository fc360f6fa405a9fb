'use strict';

const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const { fork } = require('node:child_process');
const { once } = require('node:events');
const path = require('node:path');
const { test } = require('node:test');
const { createChallenges, memoryMarks } = require('ccap-rs/challenge');
const { Keys, MAX_EPOCHS, Seal, newEpoch } = require('../../challenge/seal.js');
const { isInSlot } = require('../../challenge/slot.js');
const { TIMEOUT, stubCaptcha } = require('./helpers.js');
const { tie } = require('../servers.js');

const SECRET = 'a secret that several processes have';
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const keyOf = (secret) => crypto.createSecretKey(Buffer.from(secret));
const PICTURE = { epoch: newEpoch(), number: 5, expiresAt: 1_800_000_000_000, text: 'k7wpx2' };

/** The first half of XAES-256-GCM, with what Node has alone, to hold against. */
function xaesKey(key, first) {
  const aes = (block) => {
    const cipher = crypto.createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
    return Buffer.concat([cipher.update(block), cipher.final()]);
  };
  const l = BigInt(`0x${aes(Buffer.alloc(16)).toString('hex')}`);
  const k1 = ((l << 1n) & ((1n << 128n) - 1n)) ^ (l >> 127n ? 0x87n : 0n);
  const half = (i) => {
    const m = BigInt(`0x00${i}5800${first.toString('hex')}`) ^ k1;
    return aes(Buffer.from(m.toString(16).padStart(32, '0'), 'hex'));
  };
  return Buffer.concat([half('01'), half('02')]);
}

test('the reference that is held against is XAES-256-GCM: its published example', () => {
  const nonce = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWX');
  const key = xaesKey(Buffer.alloc(32, 1), nonce.subarray(0, 12));
  assert.equal(
    key.toString('hex'),
    'c8612c9ed53fe43e8e005b828a1631a0bbcb6ab2f46514ec4f439fcfd0fa969b',
  );
  const cipher = crypto.createCipheriv('aes-256-gcm', key, nonce.subarray(12));
  const sealed = [cipher.update('XAES-256-GCM'), cipher.final(), cipher.getAuthTag()];
  assert.equal(
    Buffer.concat(sealed).toString('hex'),
    'ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271',
  );
});

test('an id is what the format says: opened with nothing but Node', () => {
  const derived = Buffer.from(crypto.hkdfSync('sha256', SECRET, '', 'ccap-rs challenge, 1', 64));
  const seal = new Seal([keyOf(SECRET)]);
  for (const [purpose, text] of [
    [undefined, 'k7wpx2'],
    ['login:5', 'k7wpx2'],
    [undefined, 'x'.repeat(30)],
    ['ü\ud800', '验证码'.repeat(12)],
  ]) {
    const picture = { ...PICTURE, epoch: newEpoch(), number: 2 ** 47 + 9, text };
    const bytes = Buffer.from(seal.seal(picture, purpose), 'base64url');
    assert.equal(bytes.length, 69);
    const headCipher = crypto.createDecipheriv('aes-256-ecb', derived.subarray(0, 32), null);
    headCipher.setAutoPadding(false);
    const head = Buffer.concat([headCipher.update(bytes.subarray(0, 16)), headCipher.final()]);
    assert.equal(head.toString('latin1', 0, 10), picture.epoch);
    assert.equal(head.readUIntBE(10, 6), picture.number);
    const nonce = Buffer.concat([head.subarray(0, 10), Buffer.alloc(8), head.subarray(10)]);
    const key = xaesKey(derived.subarray(32), nonce.subarray(0, 12));
    const gcm = crypto.createDecipheriv('aes-256-gcm', key, nonce.subarray(12));
    if (purpose !== undefined) {
      gcm.setAAD(Buffer.from(purpose, 'utf16le'));
    }
    gcm.setAuthTag(bytes.subarray(53));
    const body = Buffer.concat([gcm.update(bytes.subarray(16, 53)), gcm.final()]);
    assert.equal(body.readUIntBE(0, 6), picture.expiresAt);
    const slot = Buffer.alloc(31);
    if (Buffer.byteLength(text) <= 30) {
      slot[0] = Buffer.byteLength(text);
      slot.write(text, 1);
    } else {
      slot[0] = 0xff;
      crypto.createHash('sha256').update(text).digest().copy(slot, 1, 0, 30);
    }
    assert.deepEqual(body.subarray(6), slot);
  }
});

test('what was sealed opens, and only its own answer is in its slot', () => {
  const seal = new Seal([keyOf(SECRET)]);
  const texts = ['a', 'b', 'ab', 'k7wpx2', 'x'.repeat(29), 'x'.repeat(30), 'x'.repeat(31)];
  texts.push('x'.repeat(256), '验'.repeat(10), '验'.repeat(11), 'a\0', 'a\0\0', '\x1e', '\xff');
  for (const text of texts) {
    const opened = seal.open(seal.seal({ ...PICTURE, text }));
    assert.equal(opened.epoch, PICTURE.epoch);
    assert.equal(opened.number, PICTURE.number);
    assert.equal(opened.expiresAt, PICTURE.expiresAt);
    for (const other of texts) {
      assert.equal(isInSlot(other, opened.slot), other === text, JSON.stringify([text, other]));
    }
  }
});

test('each bit of 1,000 ids flipped, each other letter of some: nothing opens, nothing is marked', async (t) => {
  const marks = new CountingMarks();
  const { issue, verify } = createChallenges({ captcha: stubCaptcha(), marks, secret: SECRET });
  // Half a million refusals come as errors inside, whose stacks nobody sees.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  t.after(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });
  let ids = 0;
  for (; ids < 1000; ids++) {
    const { id } = await issue();
    const bytes = Buffer.from(id, 'base64url');
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      bytes[bit >> 3] ^= 1 << (bit & 7);
      assert.equal(await verify(bytes.toString('base64url'), 'abc12z'), false);
      bytes[bit >> 3] ^= 1 << (bit & 7);
    }
    if (ids < 3) {
      for (let at = 0; at < id.length; at++) {
        for (const letter of `${ALPHABET}+/=é\0 `) {
          const other = id.slice(0, at) + letter + id.slice(at + 1);
          assert.ok(other === id || (await verify(other, 'abc12z')) === false);
        }
      }
    }
    assert.equal(marks.marked, ids);
    assert.equal(await verify(id, 'abc12z'), true);
  }
  assert.equal(marks.marked, ids);
});

test('there is one writing of an id', async () => {
  const marks = new CountingMarks();
  const { issue, verify } = createChallenges({ captcha: stubCaptcha(), marks });
  const { id } = await issue();
  assert.match(id, /^[A-Za-z0-9_-]{92}$/);
  const base64 = Buffer.from(id, 'base64url').toString('base64');
  const others = ['', 'A', 'A'.repeat(92), id + id, id.slice(1), id.slice(0, -1), `${id}A`];
  others.push(`${id}=`, ` ${id}`, `${id}\n`, `${id}\0`, id.toLowerCase(), id.slice(0, 22));
  others.push('A'.repeat(100_000_000), [...id], [id], { toString: () => id }, Buffer.from(id));
  for (const other of [...others, ...(base64 === id ? [] : [base64])]) {
    assert.equal(await verify(other, 'abc12z'), false);
  }
  assert.equal(marks.marked, 0);
  assert.equal(await verify(id, 'abc12z'), true);
});

test('100,000 random ids open nothing, and leave nothing behind', async () => {
  const marks = new CountingMarks();
  const { verify } = createChallenges({
    captcha: stubCaptcha(),
    marks,
    secret: [SECRET, 'y'.repeat(16)],
  });
  for (let i = 0; i < 100_000; i++) {
    assert.equal(await verify(crypto.randomBytes(69).toString('base64url'), 'abc12z'), false);
  }
  assert.equal(marks.marked, 0);
});

test('a secret is changed without losing a picture: the first one seals, each opens', async () => {
  const marks = memoryMarks();
  const [old, young] = ['the old secret, 16+', 'the new secret, 16+'];
  const start = (secret) => createChallenges({ captcha: stubCaptcha(), marks, secret });
  const [before, during, after] = [start(old), start([young, Buffer.from(old)]), start([young])];
  const { id } = await before.issue();
  assert.equal(await after.verify(id, 'abc12z'), false);
  assert.equal(await during.verify(id, 'abc12z'), true);
  const next = await during.issue();
  assert.equal(await before.verify(next.id, 'abc12z'), false);
  assert.equal(await after.verify(next.id, 'abc12z'), true);
});

test('without a secret the process has one of its own, and no two processes the same', async () => {
  const marks = memoryMarks();
  const [one, other] = [0, 1].map(() => createChallenges({ captcha: stubCaptcha(), marks }));
  assert.equal(await other.verify((await one.issue()).id, 'abc12z'), true);
  const [id] = await inProcess({ count: 1 });
  assert.equal(await one.verify(id, 'abc12z'), false);
});

test('every answer gives an id of one length', async () => {
  const scripts = [
    'k7wpx2',
    'ЖУКИ',
    'ΟΔΟΣ',
    '验证码',
    '인증',
    'カタカナ',
    'ひらがな',
    'สวัสดี',
    'नमस्ते',
    'مرحبا',
    'שלום',
    '3 × 4 − 1',
    '👍🏽',
  ];
  const texts = scripts.flatMap((text) => {
    const [letter] = text;
    return [text, letter, letter.repeat(16), letter.repeat(32)];
  });
  texts.push('A'.repeat(256), '验'.repeat(256));
  for (const text of texts) {
    const { issue, verify } = createChallenges({ captcha: stubCaptcha(text) });
    const { id } = await issue();
    assert.equal(id.length, 92, text);
    assert.equal(await verify(id, `${text}!`), false);
    assert.equal(await verify((await issue({ for: 'x'.repeat(1024) })).id, text), false);
    assert.equal(await verify((await issue()).id, text), true, text);
  }
});

test('an id has nothing in it that can be seen: no bit is like its neighbours', async () => {
  const { issue } = createChallenges({ captcha: stubCaptcha() });
  const ones = new Array(8 * 69).fill(0);
  for (let i = 0; i < 10_000; i++) {
    for (const [at, byte] of Buffer.from((await issue()).id, 'base64url').entries()) {
      for (let bit = 0; bit < 8; bit++) {
        ones[8 * at + bit] += (byte >> bit) & 1;
      }
    }
  }
  // 5000 +- 50 expected: ten deviations never come about by chance.
  assert.ok(
    ones.every((count) => count > 4500 && count < 5500),
    ones.join(),
  );
});

test('1,000,000 nonces of 100 processes with one secret all differ', {
  timeout: TIMEOUT,
}, async () => {
  const keys = new Keys(keyOf(SECRET));
  const nonces = new Set();
  const epochs = new Set();
  let left = 100;
  async function work() {
    while (left > 0) {
      left -= 1;
      for (const id of await inProcess({
        secret: SECRET,
        count: 10_000,
        thread: left % 10 === 0,
      })) {
        const nonce = keys.unlock.update(Buffer.from(id, 'base64url').subarray(0, 16));
        nonces.add(nonce.toString('latin1'));
        epochs.add(nonce.toString('latin1', 0, 10));
      }
    }
  }
  await Promise.all([work(), work()]);
  assert.equal(nonces.size, 1_000_000);
  // A thread has one of its own.
  assert.equal(epochs.size, 110);
});

test('keys of epochs are kept for those that exist, and not for more than a bound', () => {
  const secret = keyOf(SECRET);
  const seal = new Seal([secret]);
  const ids = [];
  for (let i = 0; i < MAX_EPOCHS + 10; i++) {
    const epoch = newEpoch();
    ids.push([epoch, new Seal([secret]).seal({ ...PICTURE, epoch })]);
  }
  for (const [epoch, id] of [...ids, ...ids]) {
    assert.equal(seal.open(id).epoch, epoch);
  }
  const keys = new Keys(secret);
  for (let i = 0; i < MAX_EPOCHS + 1; i++) {
    keys.keep(ids[i][0], keys.derive(ids[i][0]));
  }
  assert.equal(keys.known(ids[0][0]), undefined);
  assert.ok(keys.known(ids[1][0]));
});

test('more numbers than there are seal nothing', () => {
  const seal = new Seal([keyOf(SECRET)]);
  assert.equal(seal.open(seal.seal({ ...PICTURE, number: 2 ** 48 - 1 })).number, 2 ** 48 - 1);
  assert.throws(() => seal.seal({ ...PICTURE, number: 2 ** 48 }), { code: 'ERR_OUT_OF_RANGE' });
});

/** Marks that tell how often they were asked. */
class CountingMarks {
  marked = 0;
  #marks = memoryMarks();

  open(...args) {
    return this.#marks.open(...args);
  }

  mark(...args) {
    this.marked += 1;
    return this.#marks.mark(...args);
  }
}

/** The ids that another process issues. */
async function inProcess(options) {
  const child = tie(fork(path.join(__dirname, 'children/issuer.js'), [JSON.stringify(options)]));
  const [ids] = await once(child, 'message');
  child.disconnect();
  return ids.match(/.{92}/g);
}
