const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { PLATFORM, USE, USED, VERSION, makeProject, run, withoutCargo } = require('./project.js');
const { DIST, startRegistry } = require('./registry.js');

const ALIAS = 'ccap@npm:ccap-rs';
const PREBUILT = `ccap-rs-${PLATFORM}`;

async function registryFor(t, options) {
  const registry = await startRegistry(options);
  t.after(() => registry.close());
  return registry;
}

async function assertUsable(folder, options) {
  const { code, output } = await run(folder, process.execPath, ['-e', USE], options);
  assert.deepEqual({ code, output }, { code: 0, output: USED });
}

function assertInstalled({ code, output }) {
  assert.equal(code, 0, output);
}

function installed(folder, ...names) {
  return path.join(folder, 'node_modules', ...names);
}

test('npm installs it under the name of ccap, with the one addon that fits, and runs nothing', async (t) => {
  const folder = makeProject(t);
  const registry = await registryFor(t);
  const bin = withoutCargo(folder);
  assertInstalled(await run(folder, 'npm', ['install', ALIAS], { registry: registry.url, bin }));
  assert.deepEqual(registry.fetched.sort(), ['ccap-rs', PREBUILT]);
  assert.equal(
    JSON.parse(fs.readFileSync(path.join(folder, 'package.json'))).dependencies.ccap,
    `npm:ccap-rs@^${VERSION}`,
  );
  await assertUsable(folder, { bin });

  // And again from the lock file, as it is done when a service is deployed.
  fs.rmSync(installed(folder), { recursive: true });
  assertInstalled(await run(folder, 'npm', ['ci'], { registry: registry.url, bin }));
  await assertUsable(folder, { bin });
  assert.deepEqual(
    fs.readdirSync(installed(folder, 'ccap')).filter((name) => /^target$|\.node$/.test(name)),
    [],
  );
});

test('npm installs it under its own name', async (t) => {
  const folder = makeProject(t);
  const registry = await registryFor(t);
  assertInstalled(await run(folder, 'npm', ['install', 'ccap-rs'], { registry: registry.url }));
  const use = USE.replaceAll("'ccap'", "'ccap-rs'").replaceAll("'ccap/", "'ccap-rs/");
  const { output } = await run(folder, process.execPath, ['-e', use]);
  assert.equal(output, USED);
});

test('npm puts it in the place of the ccap that a dependency wants', async (t) => {
  const folder = makeProject(t, { overrides: { ccap: `npm:ccap-rs@^${VERSION}` } });
  const manifest = { name: 'login', version: '1.0.0', dependencies: { ccap: '^0.6.10' } };
  fs.mkdirSync(path.join(folder, 'login/package'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'login/package/package.json'), JSON.stringify(manifest));
  fs.writeFileSync(
    path.join(folder, 'login/package/index.js'),
    "module.exports = require('ccap');",
  );
  const tarball = execFileSync('tar', ['cz', '-C', path.join(folder, 'login'), 'package']);
  const registry = await registryFor(t, { others: [{ manifest, tarball }] });
  assertInstalled(await run(folder, 'npm', ['install', 'login'], { registry: registry.url }));
  const use = USE.replace("require('ccap')", "require('login')");
  const { output } = await run(folder, process.execPath, ['-e', use]);
  assert.equal(output, USED);
});

test('npm installs both tarballs without a registry', async (t) => {
  const folder = makeProject(t);
  const registry = await registryFor(t);
  const tarball = (name) => `file:${path.join(DIST, `${name}-${VERSION}.tgz`)}`;
  const args = ['install', `ccap@${tarball('ccap-rs')}`, `${PREBUILT}@${tarball(PREBUILT)}`];
  assertInstalled(await run(folder, 'npm', args, { registry: registry.url }));
  assert.deepEqual(registry.fetched, []);
  await assertUsable(folder);
});

test('npm install --ignore-scripts is enough where a prebuilt addon fits', async (t) => {
  const folder = makeProject(t);
  const registry = await registryFor(t);
  const args = ['install', '--ignore-scripts', ALIAS];
  assertInstalled(await run(folder, 'npm', args, { registry: registry.url }));
  await assertUsable(folder);
});

test('without a prebuilt addon and without cargo, installing fails and says what to do', async (t) => {
  const folder = makeProject(t);
  const registry = await registryFor(t, { absent: [PLATFORM] });
  const bin = withoutCargo(folder);
  const { code, output } = await run(folder, 'npm', ['install', ALIAS], {
    registry: registry.url,
    bin,
  });
  assert.equal(code, 1, output);
  for (const part of [
    `ccap-rs ${VERSION} has no native addon that loads on ${PLATFORM}.`,
    `The prebuilt package ${PREBUILT} is not installed.`,
    '--omit=optional',
    'install Rust (https://rustup.rs) and a C linker, and install again.',
  ]) {
    assert.ok(output.includes(part), `${part} is missing in\n${output}`);
  }
});

test('without optional dependencies and install scripts, require() says what to do', async (t) => {
  const folder = makeProject(t);
  const registry = await registryFor(t);
  const args = ['install', '--omit=optional', '--ignore-scripts', ALIAS];
  assertInstalled(await run(folder, 'npm', args, { registry: registry.url }));
  const script = "try { require('ccap') } catch (e) { console.log(e.code + '|' + e.message) }";
  const { output } = await run(folder, process.execPath, ['-e', script]);
  assert.equal(
    output,
    [
      `ERR_DLOPEN_FAILED|ccap-rs ${VERSION} has no native addon that loads on ${PLATFORM}.`,
      `The prebuilt package ${PREBUILT} is not installed. That is so when optional dependencies are left out`,
      '(--omit=optional, --no-optional), and when node_modules or the lock file come from another platform: remove both',
      'and install again.',
      'To build it, install Rust (https://rustup.rs) and a C linker, and run:',
      `  node ${JSON.stringify(installed(folder, 'ccap', 'install.js'))}`,
      '',
    ].join('\n'),
  );
});

test('an addon that does not load is told from one that is missing', async (t) => {
  const folder = makeProject(t);
  const registry = await registryFor(t);
  assertInstalled(await run(folder, 'npm', ['install', ALIAS], { registry: registry.url }));
  const addon = installed(folder, PREBUILT, `ccap-rs.${PLATFORM}.node`);
  fs.writeFileSync(addon, 'made for another machine');
  const script =
    "try { require('ccap') } catch (e) { console.log(e.code, e.cause.code, e.message) }";
  const { output } = await run(folder, process.execPath, ['-e', script]);
  assert.match(output, /^ERR_DLOPEN_FAILED ERR_DLOPEN_FAILED ccap-rs .* has no native addon/);
  assert.ok(output.includes(addon), output);
  assert.ok(!output.includes('is not installed'), output);

  const bin = withoutCargo(folder);
  const install = installed(folder, 'ccap', 'install.js');
  const byHand = await run(folder, process.execPath, [install], { bin });
  assert.equal(byHand.code, 1);
  assert.ok(byHand.output.includes(addon), byHand.output);
});

test('without a prebuilt addon it is built with cargo, once', async (t) => {
  const folder = makeProject(t);
  const registry = await registryFor(t, { absent: [PLATFORM] });
  // Kept from one run to the next; users have none, and get a folder that is removed.
  const env = { CARGO_TARGET_DIR: path.join(DIST, '../target/pack') };
  const { code, output } = await run(folder, 'npm', ['install', '--foreground-scripts', ALIAS], {
    registry: registry.url,
    env,
  });
  assert.equal(code, 0, output);
  assert.match(output, /^ccap-rs: no prebuilt addon loads on .*\. Building it with cargo/m);
  assert.match(output, /^ccap-rs: built\.$/m);
  assert.deepEqual(registry.fetched, ['ccap-rs']);
  await assertUsable(folder);

  const bin = withoutCargo(folder);
  const again = await run(folder, 'npm', ['rebuild', '--foreground-scripts'], { bin });
  assert.equal(again.code, 0, again.output);
  assert.doesNotMatch(again.output, /cargo/);
  await assertUsable(folder, { bin });
});

test('cargo that fails is told of, with the version that it takes', async (t) => {
  const folder = makeProject(t);
  const registry = await registryFor(t, { absent: [PLATFORM] });
  const bin = withoutCargo(folder);
  fs.writeFileSync(
    path.join(bin, 'cargo'),
    '#!/bin/sh\ntest "$1" = --version && exit 0\necho "error: too old" >&2\nexit 101\n',
    { mode: 0o755 },
  );
  const { code, output } = await run(folder, 'npm', ['install', ALIAS], {
    registry: registry.url,
    bin,
  });
  assert.equal(code, 1, output);
  assert.match(output, /error: too old/);
  assert.match(output, /ccap-rs: cargo build failed: see above\. It takes Rust 1\.\d+ or newer/);
});
