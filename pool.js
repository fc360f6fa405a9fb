'use strict';

// Pictures lie side by side in pools, as Node's own small Buffers do. A Buffer with memory of its own takes longer to make, and
// to collect, than its picture takes to fetch. Nothing but pictures is in a pool, and it goes when the last of them does.

const { Buffer } = require('node:buffer');
const { markAsUntransferable } = require('node:worker_threads');

/** Some pictures of the usual size: whoever keeps one of them keeps all, and whoever clones one clones all. */
const POOL = 16 * 1024;
/** With less of it left than most pictures take there is a new one. What is larger gets memory of its own. */
const ROOM = 4 * 1024;
/** The length of a picture, which lies before it. */
const HEAD = 2;

/** The calls of the native side that give pictures, which it writes into a pool. */
function pooled(binding) {
  let pool = Buffer.alloc(0);
  let at = 0;

  function makeRoom() {
    if (pool.length - at < ROOM) {
      pool = Buffer.alloc(POOL);
      at = 0;
      // With one picture all of them would be gone.
      markAsUntransferable(pool.buffer);
    }
  }

  /** The picture that was written last. */
  function written() {
    const start = at + HEAD;
    at = start + pool[at] + 256 * pool[at + 1];
    return pool.subarray(start, at);
  }

  return {
    take(key) {
      makeRoom();
      const taken = binding.take(key, pool, at);
      return typeof taken === 'string' ? [taken, written()] : taken;
    },

    tryTake(key) {
      makeRoom();
      const taken = binding.tryTake(key, pool, at);
      return typeof taken === 'string' ? [taken, written()] : taken;
    },

    draw(key, text) {
      makeRoom();
      return binding.draw(key, text, pool, at) ?? written();
    },
  };
}

module.exports = { pooled };
