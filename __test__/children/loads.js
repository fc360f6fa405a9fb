// Loads the package more than once in one process.
const assert = require('node:assert/strict');
const fs = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');
const vm = require('node:vm');
const { assertResult, done, until } = require('../helpers.js');

const root = path.join(__dirname, '../..');
const options = { width: 64, height: 24, format: 'png' };

async function check(ccaps) {
  for (const ccap of ccaps) {
    assertResult(ccap(options).get());
    assertResult(await ccap(options).getAsync());
    const error = (() => {
      try {
        ccap({ width: 5 });
      } catch (thrown) {
        return thrown;
      }
    })();
    assert.equal(error.code, 'ERR_OUT_OF_RANGE');
    await until(() => ccap.stats().pictures > 15);
    assert.equal(ccap.stats().caches, 1);
  }
}

/** Runs a file of the package, and those that it requires, in a context. */
function loadInContext(file, context) {
  const names = ['module', 'exports', 'require', '__filename', '__dirname'];
  const source = fs.readFileSync(file, 'utf8');
  const run = vm.compileFunction(source, names, { filename: file, parsingContext: context });
  const module = { exports: {} };
  const outside = createRequire(file);
  const requireInside = (name) =>
    name.endsWith('.js') ? loadInContext(path.join(root, name), context) : outside(name);
  run(module, module.exports, Object.assign(requireInside, outside), file, root);
  return module.exports;
}

const ways = {
  async twice() {
    const ccaps = [];
    for (let i = 0; i < 3; i++) {
      for (const file of Object.keys(require.cache)) {
        delete require.cache[file];
      }
      ccaps.push(require('../..'));
    }
    assert.equal(new Set(ccaps).size, 3);
    await check(ccaps);
    // Each is a whole of its own, but for the caches.
    const [first, second] = ccaps;
    assert.throws(() => first.prototype.get.call(second()), { code: 'ERR_INVALID_THIS' });
    first().clearTimeout();
    assert.equal(second().timerIsRunning(), 0);
    first().setTimeout();
  },

  async contexts() {
    const contexts = [1, 2].map(() => vm.createContext({ process, Buffer, console }));
    const ccaps = contexts.map((context) => loadInContext(path.join(root, 'index.js'), context));
    assert.notEqual(ccaps[0], ccaps[1]);
    await check(ccaps);
    for (const [i, ccap] of ccaps.entries()) {
      const its = vm.runInContext('({ Array, Object, RangeError })', contexts[i]);
      assert.throws(() => ccap({ width: 5 }), its.RangeError);
      assert.throws(() => ccap.render(''), its.RangeError);
      await assert.rejects(ccap({ generate: () => '' }).getAsync(), its.RangeError);
      assert.ok(ccap(options).get() instanceof its.Array);
      assert.ok((await ccap(options).getAsync()) instanceof its.Array);
      assert.ok(ccap.stats() instanceof its.Object);
    }
    await check([require('../..'), ...ccaps]);
  },

  /** Options, functions and errors of another realm are as good as those of this one. */
  async foreignOptions() {
    const ccap = require('../..');
    const context = vm.createContext({ ccap });
    const run = (source) => vm.runInContext(source, context);
    assertResult(run('ccap({ width: 64, height: 24 }).get()'));
    assert.equal(run('ccap({ generate: () => "AB" }).get()[0]'), 'AB');
    assert.throws(() => run('ccap([])'), { code: 'ERR_INVALID_ARG_TYPE' });
    assert.throws(() => run('ccap({ width: [] })'), /Received an array/);
    const thrown = run('const mine = new Error("mine"); mine');
    const throwing = run('ccap({ generate() { throw mine; } })');
    assert.throws(
      () => throwing.get(),
      (error) => error === thrown,
    );
  },
};

ways[process.argv[2]]().then(done);
