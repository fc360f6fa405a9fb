// Two copies of the package in one process, as when two dependencies bring one each.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const { done } = require('../helpers.js');

const ROOT = path.join(__dirname, '../..');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ccap-copy-'));
for (const name of fs.readdirSync(ROOT)) {
  if (/\.(?:node|js|json)$/.test(name)) {
    fs.copyFileSync(path.join(ROOT, name), path.join(folder, name));
  }
}
const [one, other] = [require(ROOT), require(folder)];
process.on('exit', () => fs.rmSync(folder, { recursive: true }));

async function main() {
  assert.notEqual(one, other);
  const texts = [];
  for (let i = 0; i < 200; i += 1) {
    for (const ccap of [one, other]) {
      texts.push(ccap({ length: 16 }).get()[0]);
    }
  }
  for (const ccap of [one, other]) {
    texts.push((await ccap({ length: 16 }).getAsync())[0]);
  }
  assert.equal(new Set(texts).size, texts.length);
  // Each has caches of its own, and takes the other's captchas for what they are.
  one.configure({ maxCaches: 3 });
  assert.equal(other.configure({}).maxCaches, 64);
  assert.throws(() => Object.getOwnPropertyDescriptor(one.prototype, 'width').get.call(other()), {
    code: 'ERR_INVALID_THIS',
  });
  done();
}

main();
