// The measure of the service that this package was written for: what is on the heap before and after so many requests, each of
// which makes an instance, and after a warm-up.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { writeHeapSnapshot } = require('node:v8');

const ccap = require('../..');
const { done } = require('../helpers.js');

const REQUESTS = 500;
/** Of one name; what the engine keeps for itself, such as the code of what has become hot, moves by less. */
const NOISE = 100;

async function request(i) {
  const style = { width: 256, height: 60, offset: 40, quality: 50, fontsize: 57 };
  const captcha = i % 2 === 0 ? ccap(style) : ccap({ ...style, width: 100 + (i % 200) });
  return i % 3 === 0 ? captcha.getAsync() : captcha.get();
}

async function requests() {
  for (let i = 0; i < REQUESTS; i += 1) {
    await request(i);
  }
}

/** How many objects there are of each constructor, and strings and closures of each kind. */
function counts() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ccap-heap-'));
  const file = writeHeapSnapshot(path.join(folder, 'snapshot'));
  const { snapshot, nodes, strings } = JSON.parse(fs.readFileSync(file, 'utf8'));
  fs.rmSync(folder, { recursive: true });
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const [typeAt, nameAt] = [fields.indexOf('type'), fields.indexOf('name')];
  const found = new Map();
  for (let i = 0; i < nodes.length; i += fields.length) {
    const type = types[typeAt][nodes[i + typeAt]];
    // A string's name is its content.
    const name =
      type === 'object' || type === 'closure' ? `${type} ${strings[nodes[i + nameAt]]}` : type;
    found.set(name, (found.get(name) ?? 0) + 1);
  }
  return found;
}

async function main() {
  await requests();
  // Once more: what takes the snapshots is compiled then, too.
  counts();
  const before = counts();
  await requests();
  const after = counts();
  assert.ok(before.size > 50, `${before.size} names`);
  const grown = [...after].filter(([name, count]) => {
    // What the engine makes of code and of its own, and what it has not yet put together, comes and goes.
    const isOurs = /^(?:object|closure|array|native)/.test(name);
    return isOurs && count - (before.get(name) ?? 0) > NOISE;
  });
  assert.deepEqual(grown, []);
  const captchas = [...after].filter(([name]) => /^object (?:Captcha|ccap)$/.test(name));
  assert.ok(
    captchas.every(([, count]) => count <= 2),
    JSON.stringify(captchas),
  );
  done();
}

main();
