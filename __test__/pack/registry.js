'use strict';

// A registry on this machine that has what dist/ has, so that package managers do here what they will do with what is published:
// resolve the alias, choose among the platforms, check the sums, write lock files.

const { execFileSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const { once } = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
const os = require('node:os');
const path = require('node:path');

const DIST = path.join(__dirname, '../../dist');

/**
 * Starts it. `absent` names platforms whose packages are not there, `others` are manifests of packages without files. `fetched`
 * lists the tarballs that were asked for.
 */
async function startRegistry({ absent = [], others = [] } = {}) {
  const folders = [
    path.join(DIST, 'package'),
    ...fs
      .readdirSync(path.join(DIST, 'platforms'))
      .filter((platform) => !absent.includes(platform))
      .map((platform) => path.join(DIST, 'platforms', platform)),
  ];
  const packages = new Map();
  for (const folder of folders) {
    const manifest = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
    const file = path.join(DIST, tarballName(manifest));
    const tarball = fs.existsSync(file) ? fs.readFileSync(file) : packHollow(folder);
    packages.set(manifest.name, { manifest, tarball });
  }
  for (const { manifest, tarball } of others) {
    packages.set(manifest.name, { manifest, tarball });
  }
  const fetched = [];
  const server = http.createServer((request, response) => {
    const [name, rest] = decodeURIComponent(request.url.split('?')[0].slice(1)).split('/-/');
    const found = packages.get(name);
    if (found === undefined) {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
    } else if (rest === undefined) {
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify(packument(found, url)));
    } else {
      fetched.push(name);
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(found.tarball);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${server.address().port}`;
  return {
    url,
    fetched,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** As npm names what it packs. */
function tarballName({ name, version }) {
  return `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
}

/** A platform that was not built here, all but the addon: some fetch it before they see that it does not fit. */
function packHollow(folder) {
  const parent = fs.mkdtempSync(path.join(os.tmpdir(), 'ccap-registry-'));
  fs.cpSync(folder, path.join(parent, 'package'), { recursive: true });
  const tarball = execFileSync('tar', ['cz', '-C', parent, 'package']);
  fs.rmSync(parent, { recursive: true });
  return tarball;
}

function packument({ manifest, tarball }, url) {
  const { name, version } = manifest;
  const dist = {
    tarball: `${url}/${name}/-/${name.split('/').pop()}-${version}.tgz`,
    shasum: createHash('sha1').update(tarball).digest('hex'),
    integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
  };
  return {
    name,
    'dist-tags': { latest: version },
    // As the real one does, from the scripts of what is published.
    versions: {
      [version]: {
        ...manifest,
        ...(manifest.scripts?.install && { hasInstallScript: true }),
        dist,
      },
    },
    time: { [version]: '2026-01-01T00:00:00.000Z' },
  };
}

module.exports = { DIST, packHollow, startRegistry, tarballName };
