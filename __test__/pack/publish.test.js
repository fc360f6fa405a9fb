const assert = require('node:assert/strict');
const { once } = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { test } = require('node:test');
const { PLATFORM, VERSION, makeProject, run } = require('./project.js');
const { DIST, packHollow, tarballName } = require('./registry.js');

const SCRIPT = path.join(__dirname, '../../scripts/publish.mjs');

/** A registry to publish to: what it has, and after how many it fails. */
async function startRegistry(t) {
  const registry = { published: new Map(), order: [], left: Number.POSITIVE_INFINITY };
  const server = http.createServer(async (request, response) => {
    const name = decodeURIComponent(request.url.slice(1).split('?')[0]);
    const answer = (status, value) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (request.method === 'PUT') {
      const chunks = [];
      for await (const chunk of request) {
        chunks.push(chunk);
      }
      if (registry.left-- <= 0) {
        return answer(400, { error: 'out of order' });
      }
      registry.published.set(name, JSON.parse(Buffer.concat(chunks)));
      registry.order.push(name);
      return answer(201, { ok: true });
    }
    const found = registry.published.get(name);
    return found === undefined ? answer(404, {}) : answer(200, found);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  registry.url = `http://127.0.0.1:${server.address().port}`;
  return registry;
}

/** A user who may publish, with the tarballs of a release: those of other platforms are without an addon. */
function makeRelease(t, registry) {
  const folder = makeProject(t);
  fs.writeFileSync(path.join(folder, '.npmrc'), `${registry.url.slice(5)}/:_authToken=secret\n`);
  const tarballs = path.join(folder, 'tarballs');
  fs.mkdirSync(tarballs);
  for (const platform of fs.readdirSync(path.join(DIST, 'platforms'))) {
    const name = tarballName({ name: `@ccap-rs/${platform}`, version: VERSION });
    if (platform !== PLATFORM) {
      fs.writeFileSync(
        path.join(tarballs, name),
        packHollow(path.join(DIST, 'platforms', platform)),
      );
    }
  }
  for (const name of fs.readdirSync(DIST).filter((file) => file.endsWith('.tgz'))) {
    fs.copyFileSync(path.join(DIST, name), path.join(tarballs, name));
  }
  return { folder, tarballs };
}

test('a release that stopped halfway goes on where it stopped', async (t) => {
  const registry = await startRegistry(t);
  const { folder } = makeRelease(t, registry);
  const publish = () =>
    run(folder, process.execPath, [SCRIPT, 'tarballs'], { registry: registry.url });

  registry.left = 4;
  const first = await publish();
  assert.notEqual(first.code, 0, first.output);
  assert.equal(registry.order.length, 4, first.output);

  registry.left = Number.POSITIVE_INFINITY;
  const second = await publish();
  assert.equal(second.code, 0, second.output);
  assert.equal(second.output.match(/ is published already$/gm).length, 4);
  assert.equal(registry.order.length, 9);
  assert.equal(new Set(registry.order).size, 9);
  assert.equal(registry.order.at(-1), 'ccap-rs');

  const third = await publish();
  assert.equal(third.code, 0, third.output);
  assert.equal(third.output.match(/ is published already$/gm).length, 9);
  assert.equal(registry.order.length, 9);
});

test('what is published and is another file stops the release before it begins', async (t) => {
  const registry = await startRegistry(t);
  const { folder, tarballs } = makeRelease(t, registry);
  const name = '@ccap-rs/win32-arm64-msvc';
  const dist = { integrity: `sha512-${Buffer.alloc(64).toString('base64')}` };
  registry.published.set(name, {
    name,
    'dist-tags': { latest: VERSION },
    versions: { [VERSION]: { name, version: VERSION, dist } },
  });
  const args = [SCRIPT, 'tarballs'];
  const { code, output } = await run(folder, process.execPath, args, { registry: registry.url });
  assert.equal(code, 1, output);
  const file = path.join(tarballs, tarballName({ name, version: VERSION }));
  assert.ok(output.includes(`${name} ${VERSION} is published, and it is not ${file}.`), output);
  assert.deepEqual(registry.order, []);

  fs.rmSync(path.join(tarballs, path.basename(file)));
  const without = await run(folder, process.execPath, args, { registry: registry.url });
  assert.equal(without.code, 1);
  assert.match(without.output, new RegExp(`tarballs has no ${name} `));
  assert.deepEqual(registry.order, []);
});
