const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { readNeeds } = require('./elf.js');
const { PLATFORM, VERSION, makeProject } = require('./project.js');
const { DIST } = require('./registry.js');

const ROOT = path.join(__dirname, '../..');

/** What a tarball holds, unpacked. */
function unpack(t, name) {
  const folder = makeProject(t);
  execFileSync('tar', ['xzf', path.join(DIST, `${name}-${VERSION}.tgz`), '-C', folder]);
  return path.join(folder, 'package');
}

test('links in what is published lead somewhere', async (t) => {
  const { linksOf } = await import('../../scripts/links.mjs');
  const folder = unpack(t, 'ccap-rs');
  const documents = fs.readdirSync(folder).filter((name) => name.endsWith('.md'));
  assert.deepEqual(documents.sort(), [
    'CHANGELOG.md',
    'README.md',
    'README.zh-CN.md',
    'SECURITY.md',
  ]);
  const own = new RegExp(
    `^https://(?:github\\.com/ccap-rs/ccap-rs/(?:blob|tree)|raw\\.githubusercontent\\.com/ccap-rs/ccap-rs)/v${VERSION}/(.*)`,
  );
  let absolute = 0;
  for (const document of documents) {
    for (const link of linksOf(fs.readFileSync(path.join(folder, document), 'utf8'))) {
      const [target] = link.split('#');
      const [, inRepository] = own.exec(target) ?? [];
      if (inRepository !== undefined) {
        absolute++;
        assert.ok(fs.existsSync(path.join(ROOT, inRepository)), `${document}: ${link}`);
      } else if (!/^https?:/.test(target) && target !== '') {
        assert.ok(fs.existsSync(path.join(folder, target)), `${document}: ${link}`);
      }
    }
  }
  assert.ok(absolute > 20, `${absolute} absolute links`);
});

test('the manifest says where the package comes from', (t) => {
  const manifest = JSON.parse(fs.readFileSync(path.join(unpack(t, 'ccap-rs'), 'package.json')));
  assert.match(manifest.homepage, /^https:/);
  assert.match(manifest.bugs.url ?? manifest.bugs, /^https:.*\/issues$/);
  assert.match(manifest.repository.url, /^git\+https:/);
  assert.deepEqual(Object.keys(manifest.scripts), ['install']);
  assert.equal(manifest.devDependencies, undefined);
  assert.equal(manifest.dependencies, undefined);
  for (const [name, version] of Object.entries(manifest.optionalDependencies)) {
    assert.match(name, /^@ccap-rs\//);
    assert.equal(version, manifest.version);
  }
});

test('every package holds the notices of what an addon is made of', async (t) => {
  const { linkedCrates } = await import('../../scripts/notices.mjs');
  const crates = linkedCrates();
  assert.ok(crates.length > 40, `${crates.length} crates`);
  const fonts = fs.readdirSync(path.join(ROOT, 'fonts'));
  const own = fs.readFileSync(path.join(ROOT, 'LICENSE'), 'utf8');
  for (const name of ['ccap-rs', `ccap-rs-${PLATFORM}`]) {
    const folder = unpack(t, name);
    assert.equal(fs.readFileSync(path.join(folder, 'LICENSE'), 'utf8'), own);
    const notices = fs.readFileSync(path.join(folder, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
    for (const { name: crate, version, text } of crates) {
      assert.ok(notices.includes(`\n${crate} ${version}\n`), `${name}: ${crate}`);
      assert.ok(notices.includes(text), `${name}: the text for ${crate}`);
    }
    for (const font of fonts.filter((file) => file.endsWith('.ttf'))) {
      const licence = fonts.find(
        (file) =>
          file.endsWith('-LICENSE.txt') && font.startsWith(file.replace('-LICENSE.txt', '')),
      );
      const text = fs.readFileSync(path.join(ROOT, 'fonts', licence), 'utf8');
      const [, first] = /(Copyright .*)/.exec(text);
      assert.ok(notices.includes(first.trimEnd()), `${name}: ${font}`);
    }
    assert.match(notices, /^Rust standard library 1\.\d+\.\d+$/m);
  }
});

test('whatever crate left a trace in the addon is in its notices', (t) => {
  const folder = unpack(t, `ccap-rs-${PLATFORM}`);
  const addon = fs.readFileSync(path.join(folder, `ccap-rs.${PLATFORM}.node`), 'latin1');
  const notices = fs.readFileSync(path.join(folder, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
  // Panics name the source file that they came from.
  const traces = new Set(
    Array.from(addon.matchAll(/[\\/]([\w-]+)-(\d+\.\d+\.\d+)[\\/]src[\\/]/g), ([, name, version]) =>
      [name, version].join(' '),
    ),
  );
  assert.ok(traces.size >= 5, [...traces].join());
  for (const trace of traces) {
    const [name] = trace.split(' ');
    // Which versions the standard library has goes with the toolchain.
    const found = notices.includes(`\n${trace}\n`) || notices.includes(`\n${name} (of the Rust`);
    assert.ok(found, `${trace} has no notice`);
  }
});

test('a crate of whose licence there is no text is no crate to hand on', async () => {
  const { chosen } = await import('../../scripts/notices.mjs');
  const mit = 'Copyright (c) 2020 Somebody\r\nPermission is hereby granted, free of charge, to any';
  assert.equal(chosen('good', 'Apache-2.0 OR MIT', new Map([['LICENSE', mit]])).licence, 'MIT');
  assert.throws(
    () => chosen('bad', 'MIT', new Map()),
    /^Error: bad is under MIT, of which no text/,
  );
  assert.throws(() => chosen('bad', 'GPL-3.0', new Map([['LICENSE', mit]])), /GPL-3\.0/);
  assert.throws(() => chosen('bad', 'MIT AND GPL-3.0', new Map([['LICENSE', mit]])), /AND/);
});

/** The addons that were packed, by platform. */
function packedAddons(t) {
  return fs
    .readdirSync(DIST)
    .flatMap((name) => new RegExp(`^ccap-rs-([a-z].*)-${VERSION}\\.tgz$`).exec(name)?.[1] ?? [])
    .map((platform) => [
      platform,
      fs.readFileSync(path.join(unpack(t, `ccap-rs-${platform}`), `ccap-rs.${platform}.node`)),
    ]);
}

/** The highest version of glibc that a file asks for, as a number: 2.17 is 217. */
function glibcOf({ versions }) {
  const numbers = Object.values(versions)
    .flat()
    .map((version) => /^GLIBC_(\d+)\.(\d+)/.exec(version))
    .filter(Boolean)
    .map(([, major, minor]) => 100 * major + Number(minor));
  return Math.max(0, ...numbers);
}

test('an addon for Linux asks for glibc 2.17 at most, and for libraries of every system', (t) => {
  const addons = packedAddons(t).filter(([platform]) => platform.startsWith('linux-'));
  assert.equal(addons.length > 0, process.platform === 'linux');
  for (const [platform, bytes] of addons) {
    const needs = readNeeds(bytes);
    if (platform.endsWith('-gnu')) {
      const glibc = glibcOf(needs);
      assert.ok(glibc >= 200 && glibc <= 217, `${platform} asks for glibc ${glibc / 100}`);
      for (const library of needs.libraries) {
        assert.match(
          library,
          /^(?:lib(?:c|m|pthread|dl|rt)\.so\.\d|ld-linux.*\.so\.\d)$/,
          platform,
        );
      }
    } else {
      assert.equal(glibcOf(needs), 0, platform);
      assert.deepEqual(needs.libraries, ['libc.so'], platform);
    }
  }
});

if (PLATFORM.endsWith('-gnu')) {
  test('that is read from the file: Node itself asks for a newer one', () => {
    const glibc = glibcOf(readNeeds(fs.readFileSync(process.execPath)));
    // What Node 18 and up are built for, at least.
    assert.ok(glibc >= 228, `${glibc}`);
  });
}
