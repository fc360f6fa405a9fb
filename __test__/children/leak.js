// Does one thing very often and watches the memory of the process: `node --expose-gc leak.js get`.
const assert = require('node:assert/strict');
const ccap = require('../..');
const { done, say, turn } = require('../helpers.js');

/** What the memory may grow by between warm-up and end, allocators being what they are. */
const SLACK = 24 * 2 ** 20;

const small = { width: 32, height: 16, format: 'png' };

async function memory() {
  for (let i = 0; i < 5; i++) {
    await turn();
    global.gc();
  }
  return process.memoryUsage.rss();
}

/** Calls `act` so many times, the first ones as a warm-up, and compares the memory after both. */
async function flat(count, warmUp, act) {
  let before = 0;
  for (let i = 0; i < count; i++) {
    if (i === warmUp) {
      before = await memory();
    }
    await act(i);
  }
  const after = await memory();
  say(`${count} times, ${toMiB(before)} MiB after ${warmUp}, ${toMiB(after)} MiB at the end`);
  assert.ok(after - before < SLACK, `${toMiB(before)} MiB grew to ${toMiB(after)} MiB`);
}

function toMiB(bytes) {
  return (bytes / 2 ** 20).toFixed(1);
}

const checks = {
  /** A service that makes a captcha in each request: what killed those that used ccap. */
  async get() {
    await flat(200_000, 20_000, (i) => {
      const [text, image] = ccap({ width: 128, height: 40, format: 'png' }).get();
      assert.ok(text.length === 6 && image.length > 100);
      // Let the event loop turn at times, as a service does.
      return i % 1000 === 0 ? turn() : undefined;
    });
    const { caches, pictures } = ccap.stats();
    assert.equal(caches, 1);
    assert.ok(pictures <= 20);
  },

  async getAsync() {
    await flat(400, 80, async () => {
      const captchas = Array.from({ length: 50 }, () => ccap({ quality: 80 }));
      await Promise.all(captchas.map((captcha) => captcha.getAsync()));
    });
    assert.equal(ccap.stats().caches, 1);
  },

  async generate() {
    await flat(20_000, 4000, (i) => {
      const generate = () => `t${i}`;
      const captcha = ccap({ ...small, generate });
      assert.equal(captcha.get()[0], `t${i}`);
      return i % 10 === 0 ? captcha.getAsync() : undefined;
    });
    assert.equal(ccap.stats().caches, 0);
  },

  async errors() {
    await flat(100_000, 20_000, (i) => {
      const bad = i % 2 === 0 ? () => ccap({ width: i + 2000 }) : () => ccap.render(`Ä${i}`);
      assert.throws(bad, RangeError);
      return i % 1000 === 0 ? turn() : undefined;
    });
  },

  async styles() {
    await flat(10_000, 5000, async (i) => {
      // During the warm-up the bounded store of glyphs fills.
      const style = { width: 64 + Math.floor(i / 50), height: 24 + (i % 50), format: 'png' };
      // Every fiftieth is asked for often enough to get a cache.
      for (let asks = i % 50 === 0 ? 4 : 1; asks > 0; asks--) {
        ccap(style).get();
      }
      const { caches, bytes } = ccap.stats();
      assert.equal(caches, Math.min(i + 1, 64));
      assert.ok(bytes <= 33_554_432);
      return i % 100 === 0 ? turn() : undefined;
    });
    assert.equal(ccap.stats().caches, 64);
    const { evictions } = ccap.stats();
    assert.ok(evictions > 150 && evictions <= 200, `${evictions} evictions`);
  },

  async instances() {
    const count = 10_000;
    let finalized = 0;
    const registry = new FinalizationRegistry(() => {
      finalized++;
    });
    await makeInstances(count, registry);
    for (let turns = 0; turns < 500 && finalized < 0.99 * count; turns++) {
      global.gc();
      await turn();
    }
    say(`${finalized} of ${count} instances finalized`);
    assert.ok(finalized >= 0.99 * count);
  },
};

/** In a function of its own, so that no variable of the caller's keeps an instance. */
async function makeInstances(count, registry) {
  for (let i = 0; i < count; i++) {
    // Every tenth one has a closure over itself, every third one waits for a promise.
    const captcha = ccap({ ...small, generate: i % 10 === 0 ? () => String(captcha.width) : null });
    registry.register(captcha);
    captcha.get();
    if (i % 3 === 0) {
      await captcha.getAsync();
    }
  }
}

checks[process.argv[2]]().then(done);
