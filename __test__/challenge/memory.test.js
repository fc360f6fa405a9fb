'use strict';

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const path = require('node:path');
const { test } = require('node:test');
const { tie } = require('../servers.js');

// A young generation of fixed size: V8 lets it grow for long, which tells nothing about leaks.
const execArgv = ['--max-old-space-size=64', '--max-semi-space-size=2', '--expose-gc'];

/** Each in a small process of its own, whose memory is watched there. */
function flatTest(name, check) {
  test(name, { timeout: 600_000 }, async (t) => {
    // A child is no part of the runner that this process may be a part of.
    const { NODE_TEST_CONTEXT, NODE_OPTIONS, ...env } = process.env;
    const file = path.join(__dirname, 'children/flat.js');
    const child = tie(spawn(process.execPath, [...execArgv, file, check], { env }));
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk) => {
        output += chunk;
      });
    }
    const code = await new Promise((resolve) => child.once('close', resolve));
    assert.equal(code, 0, output);
    const lines = output.trimEnd().split('\n');
    assert.equal(lines.pop(), 'done', output);
    for (const line of lines) {
      t.diagnostic(line);
    }
  });
}

flatTest('a million issued and never verified need no more memory than 200,000', 'stub');
flatTest(
  '60,000 pictures of ccap issued and never verified need no more memory than 20,000',
  'ccap',
);
flatTest('a million sealed and never answered need at most 4 MiB more than drawing them', 'sealed');
flatTest('300,000 issued and verified need no more memory than 60,000', 'verified');
flatTest('300,000 tries of ids that nobody issued need no more memory than 60,000', 'unknown');
flatTest('100,000 that a failing store rejects need no more memory than 20,000', 'failing');
