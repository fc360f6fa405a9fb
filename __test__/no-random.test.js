const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');

const { runChecked } = require('./helpers.js');

// Where a library can be loaded before the system's own, what nothing else can bring about can be: a failure inside of the core.
if (process.platform === 'linux') {
  test('a failure of the core has its code in get(), in promises and in warm()', async (t) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ccap-no-random-'));
    t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
    const library = path.join(folder, 'no-random.so');
    const source = path.join(__dirname, 'children/no-random.c');
    execFileSync('cc', ['-shared', '-fPIC', '-o', library, source]);
    await runChecked('no-random.js', [], { env: { LD_PRELOAD: library } });
  });
}
