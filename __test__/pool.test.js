const assert = require('node:assert/strict');
const { test } = require('node:test');
const ccap = require('..');
const { decode } = require('./helpers.js');

const POOL = 16 * 1024;

/** Pictures that were fetched one after the other, with the bytes that each had at first. */
function fetched(count, fetch) {
  return Array.from({ length: count }, () => {
    const image = fetch();
    return { image, bytes: Buffer.concat([image]) };
  });
}

test('pictures that share a pool do not touch each other', async () => {
  const pictures = fetched(200, () => ccap({ format: 'png' }).get()[1]);
  for (const { image, bytes } of pictures) {
    assert.ok(Buffer.isBuffer(image));
    assert.deepEqual(image, bytes);
    await decode(image);
  }
  const places = pictures.map(({ image }) => image.buffer);
  assert.ok(new Set(places).size < places.length / 4);
  for (const pool of places) {
    assert.equal(pool.byteLength, POOL);
  }
});

test('a picture written over leaves those beside it as they are', () => {
  const pictures = fetched(20, () => ccap.render('ABC', { format: 'png' }));
  pictures[10].image.fill(0);
  for (const [i, { image, bytes }] of pictures.entries()) {
    assert.equal(image.equals(bytes), i !== 10);
  }
});

test('a pool ends where it says, whatever the sizes', () => {
  const sizes = Array.from({ length: 300 }, (_, i) => 32 + ((i * 37) % 400));
  let at = 0;
  const pictures = fetched(sizes.length, () =>
    ccap.render('A', { format: 'bmp', width: sizes[at++], height: 16 }),
  );
  for (const [i, { image, bytes }] of pictures.entries()) {
    assert.deepEqual(image, bytes);
    assert.equal(image.readInt32LE(18), sizes[i]);
    assert.ok(image.buffer.byteLength <= POOL);
  }
});

test('what is larger than a pool has memory of its own', async () => {
  const style = { format: 'bmp', width: 1024, height: 512 };
  for (const image of [ccap.render('ABC', style), ccap(style).get()[1]]) {
    assert.ok(image.length > 65_536);
    assert.equal(image.buffer.byteLength, image.length);
    assert.equal((await decode(image)).width, 1024);
  }
});

test('a picture of a pool cannot be transferred, which would take the others along', () => {
  const pictures = fetched(8, () => ccap({ format: 'png' }).get()[1]);
  const { port1, port2 } = new MessageChannel();
  for (const { image } of pictures) {
    try {
      // Up to version 20 Node clones it instead.
      port1.postMessage(image, [image.buffer]);
    } catch (error) {
      assert.equal(error.name, 'DataCloneError');
    }
  }
  port1.close();
  port2.close();
  for (const { image, bytes } of pictures) {
    assert.deepEqual(image, bytes);
  }
});
