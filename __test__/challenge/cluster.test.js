'use strict';

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const path = require('node:path');
const { test } = require('node:test');
const { TIMEOUT } = require('./helpers.js');
const { tie } = require('../servers.js');

/** What the processes of a cluster say, each of which makes challenges twice with these options. */
async function warningsOf(options) {
  const file = path.join(__dirname, 'children/cluster-warning.js');
  const child = tie(spawn(process.execPath, ['--no-warnings', file, options]));
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT);
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  assert.equal(code, 0);
  return output.split('\n').filter(Boolean).map(JSON.parse);
}

test('a process of a cluster is warned of the default, once', async () => {
  const warnings = await warningsOf('default');
  assert.equal(warnings.length, 2);
  for (const { name, code, message } of warnings) {
    assert.deepEqual([name, code], ['CcapWarning', 'CCAP_CLUSTER']);
    assert.match(message, /one process alone.*"secret".*redisMarks\(\)/);
  }
});

test('one that says what it wants is not', async () => {
  assert.deepEqual(await warningsOf('marks'), []);
  assert.deepEqual(await warningsOf('store'), []);
});
