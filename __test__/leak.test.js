const { test } = require('node:test');
const { runChecked } = require('./helpers.js');

// A young generation of fixed size: V8 lets it grow for long, which tells nothing about leaks.
const execArgv = ['--max-old-space-size=64', '--max-semi-space-size=2', '--expose-gc'];

/** Each in a small process of its own, whose memory is watched there. */
function leakTest(name, check) {
  test(name, async (t) => {
    for (const line of await runChecked('leak.js', [check], { execArgv, limit: 600_000 })) {
      t.diagnostic(line);
    }
  });
}

leakTest('200,000 captchas from fresh options need no more memory than 20,000', 'get');
leakTest('20,000 promises need no more memory than 4,000', 'getAsync');
leakTest('20,000 closures need no more memory than 4,000', 'generate');
leakTest('100,000 errors need no more memory than 20,000', 'errors');
leakTest('10,000 styles need no more memory than 5,000, and 64 caches', 'styles');
leakTest('instances are left to the garbage collector', 'instances');
