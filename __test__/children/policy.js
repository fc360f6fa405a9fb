// Which styles keep their caches when there are more of them than there may be caches.
const assert = require('node:assert/strict');
const ccap = require('../..');
const { done, turn, until } = require('../helpers.js');

const style = (i) => ({
  width: 32,
  height: 16,
  format: 'bmp',
  color: `#${i.toString(16).padStart(6, '0')}`,
});

/** Takes a picture; whether it came from a cache. */
function isHit(i) {
  const { hits } = ccap.stats();
  ccap(style(i)).get();
  return ccap.stats().hits > hits;
}

/** Until the thread has filled what is low. */
const filled = () => until(() => ccap.stats().pictures > 15 * ccap.stats().caches);

const checks = {
  /** Those that are asked for once, however many, neither displace one that is asked for often nor are drawn ahead. */
  async oneOffs() {
    let next = 1;
    for (let round = 0; round < 300; round++) {
      for (let i = 0; i < 10; i++) {
        ccap(style(0)).get();
      }
      for (let i = 0; i < 10; i++) {
        ccap(style(next++)).get();
      }
      await (round % 10 === 0 ? until(() => isHit(0)) : turn());
    }
    const { caches, evictions, refills, hits, pictures } = ccap.stats();
    assert.deepEqual([caches, evictions], [64, 0]);
    assert.equal(refills, hits + pictures, 'nothing that was drawn ahead was thrown away');
  },

  /** One style more than there may be caches, in turn. */
  async inTurn() {
    let hits = 0;
    let asked = 0;
    for (let round = 0; round < 30; round++) {
      for (let i = 0; i < 65; i++) {
        const hit = isHit(i);
        // Before, they have no pictures yet.
        asked += Number(round > 0);
        hits += Number(round > 0 && hit);
      }
      await filled();
    }
    assert.ok(hits >= 0.97 * asked, `${hits} of ${asked}`);
    assert.equal(ccap.stats().evictions, 0);
  },
};

checks[process.argv[2]]().then(done);
