// Starts workers that use the addon, and ends them in every way.
const assert = require('node:assert/strict');
const path = require('node:path');
const { Worker } = require('node:worker_threads');
const { assertResult, done } = require('../helpers.js');

function start(job, more) {
  const worker = new Worker(path.join(__dirname, 'worker.js'), { workerData: { job, ...more } });
  const message = new Promise((resolve) => worker.once('message', resolve));
  const end = new Promise((resolve, reject) => worker.once('exit', resolve).once('error', reject));
  return { worker, message, end };
}

async function terminateWhileDrawing(job, wait = 0) {
  const { worker, message, end } = start(job);
  await message;
  await new Promise((resolve) => setTimeout(resolve, wait));
  await worker.terminate();
  assert.equal(await end, 1);
}

async function endNormally(job, code = 0) {
  assert.equal(await start(job).end, code);
}

const scenes = {
  async oneAfterAnother() {
    await endNormally('some');
    await endNormally('some');
    await endNormally('promises');
    await endNormally('exit');
    await terminateWhileDrawing('forEver');
    await terminateWhileDrawing('loop');
    await endNormally('some');
  },

  async fifty() {
    const ends = [];
    for (let i = 0; i < 50; i++) {
      const ways = [
        () => endNormally('some'),
        () => terminateWhileDrawing('forEver', i),
        () => endNormally('promises'),
        () => terminateWhileDrawing('loop', i),
      ];
      ends.push(ways[i % 4]());
    }
    await Promise.all(ends);
  },

  /** The last worker and the addon with it go again and again. */
  async manyGenerations() {
    for (let i = 0; i < 10; i++) {
      await Promise.all([terminateWhileDrawing('forEver'), terminateWhileDrawing('loop')]);
      await endNormally('exit');
    }
  },

  async withMain() {
    const ccap = require('../..');
    const captcha = ccap({ width: 100, height: 40, format: 'png' });
    captcha.get();
    const ends = Promise.all([
      ...Array.from({ length: 4 }, () => endNormally('some')),
      ...Array.from({ length: 4 }, () => endNormally('promises')),
      ...Array.from({ length: 4 }, (_, i) => terminateWhileDrawing('forEver', 5 * i)),
      ...Array.from({ length: 2 }, () => terminateWhileDrawing('loop')),
    ]);
    let over = false;
    ends.finally(() => {
      over = true;
    });
    while (!over) {
      assertResult(captcha.get());
      assertResult(await captcha.getAsync());
    }
    await ends;
    // The workers took nothing with them.
    for (let i = 0; i < 100; i++) {
      assertResult(captcha.get());
      assertResult(await captcha.getAsync());
    }
    assert.equal(ccap.stats().panics, 0);
  },

  /** The process ends while workers draw. */
  async exitUnderWay() {
    const workers = ['forEver', 'loop', 'forEver', 'loop'].map((job) => start(job));
    await Promise.all(workers.map(({ message }) => message));
    done();
    process.exit(0);
  },

  async distinct() {
    const workers = Array.from({ length: 4 }, () =>
      start('hashes', { count: 5000, options: { width: 64, height: 24 } }),
    );
    const hashes = (await Promise.all(workers.map(({ message }) => message))).flat();
    assert.equal(hashes.length, 20_000);
    assert.equal(new Set(hashes).size, 20_000);
    await Promise.all(workers.map(({ end }) => end));
  },

  /** Each worker sets a bound of its own, again and again, and nobody else changes it. */
  async configured() {
    const names = ['cacheSize', 'maxCaches', 'maxBytes', 'maxIdle'];
    const workers = names.map((name) => start('configure', { name, count: 20_000 }));
    for (const [i, { message, end }] of workers.entries()) {
      assert.equal(await message, 0, `${names[i]}: changes that were lost`);
      await end;
    }
  },

  /** Caches, bounds and switch are the process's. */
  async shared() {
    const ccap = require('../..');
    ccap.configure({ cacheSize: 7, maxIdle: 77 });
    ccap({ width: 100, height: 40, format: 'png' }).get();
    ccap({ width: 101, height: 40, format: 'png' }).get();
    ccap().clearTimeout();
    const { message, end } = start('stats');
    const { caches, running, hits, misses, bounds } = await message;
    await end;
    assert.deepEqual([caches, running, hits + misses], [2, false, 3]);
    assert.deepEqual([bounds.cacheSize, bounds.maxIdle], [7, 77]);
    assert.equal(ccap.stats().caches, 2);
    ccap().setTimeout();
    const again = start('stats');
    assert.equal((await again.message).running, true);
    await again.end;
  },
};

scenes[process.argv[2]]().then(done);
