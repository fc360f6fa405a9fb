const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');

const { runChecked } = require('./helpers.js');

// Where a library can be loaded before the system's own, what nothing else can bring about can be: a system that has no random
// numbers, no thread or no memory to give.
if (process.platform === 'linux') {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ccap-failing-system-'));
  const library = path.join(folder, 'failing-system.so');
  const env = { LD_PRELOAD: library };

  test('a library that fails as the system may is built', (t) => {
    process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
    const source = path.join(__dirname, 'children/failing-system.c');
    execFileSync('cc', ['-shared', '-fPIC', '-o', library, source]);
    t.diagnostic(library);
  });

  test('a failure of the core has its code in get(), in promises and in warm()', () =>
    runChecked('no-random.js', [], { env }));

  test('without a thread to be had pictures are drawn while callers wait, until there is one', () =>
    runChecked('no-thread.js', [], { env }));
}
