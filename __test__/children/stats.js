// What stats() tells adds up.
const assert = require('node:assert/strict');
const ccap = require('../..');
const { done, until } = require('../helpers.js');

const COUNTS = ['caches', 'pictures', 'bytes', 'hits', 'misses', 'refills', 'evictions', 'panics'];

let last = null;

function check() {
  const stats = ccap.stats();
  assert.deepEqual(Object.keys(stats).sort(), [...COUNTS, 'running'].sort());
  for (const name of COUNTS) {
    assert.ok(Number.isSafeInteger(stats[name]) && stats[name] >= 0, `${name}: ${stats[name]}`);
  }
  assert.ok(stats.pictures <= 20 * stats.caches);
  assert.equal(stats.bytes === 0, stats.pictures === 0);
  // Each picture that the thread drew is in a cache, was taken from one, or went with one.
  assert.ok(stats.refills >= stats.hits + stats.pictures);
  for (const name of last === null ? [] : ['hits', 'misses', 'refills', 'evictions']) {
    assert.ok(stats[name] >= last[name], `${name} went from ${last[name]} to ${stats[name]}`);
  }
  last = stats;
  return stats;
}

async function main() {
  assert.deepEqual(check(), {
    caches: 0,
    pictures: 0,
    bytes: 0,
    hits: 0,
    misses: 0,
    refills: 0,
    evictions: 0,
    panics: 0,
    running: true,
  });
  let gets = 0;
  for (let i = 0; i < 3000; i++) {
    ccap({ width: 64 + (i % 5), height: 24, format: 'png' }).get();
    gets++;
    const { hits, misses } = check();
    assert.equal(hits + misses, gets);
  }
  const results = [];
  for (let i = 0; i < 500; i++) {
    results.push(ccap({ width: 64 + (i % 7), height: 24 }).getAsync());
    gets++;
  }
  await Promise.all(results);
  for (let i = 0; i < 50; i++) {
    ccap({ width: 64, height: 24, generate: () => 'AB' }).get();
    await ccap({ width: 64, height: 24, generate: () => 'AB' }).getAsync();
    ccap.render('AB');
    gets += 3;
  }
  assert.equal(check().hits + check().misses, gets);
  // What fails counts for nothing.
  assert.throws(() => ccap({ width: 5 }));
  assert.throws(() => ccap.render('Ä'));
  assert.throws(() => ccap({ generate: () => 'Ä' }).get());
  assert.equal(check().hits + check().misses, gets);
  await until(() => check().pictures > 15 * check().caches);
  for (let i = 0; i < 12; i++) {
    const size = { width: 64 + (i % 5), height: 24, format: 'png' };
    await ccap.warm(i < 5 ? size : { width: 59 + i, height: 24 });
  }
  assert.equal(check().pictures, 20 * check().caches);
  // Nothing was dropped, so every refill is there or was taken; but for one in each cache that the thread drew while warm() did.
  const { caches, evictions, hits, pictures, refills, panics } = check();
  assert.deepEqual([caches, evictions, panics], [12, 0, 0]);
  const surplus = refills - hits - pictures;
  assert.ok(surplus >= 0 && surplus <= caches, `${surplus} too many`);
  const stats = ccap.stats();
  stats.hits = -1;
  assert.equal(ccap.stats().hits, hits);
  done();
}

main();
