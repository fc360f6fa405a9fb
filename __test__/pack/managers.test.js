const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { BUN, DENO } = require('../runtimes');
const { PLATFORM, USE, USED, VERSION, makeProject, run, withoutCargo } = require('./project.js');
const { startRegistry } = require('./registry.js');

const ALIAS = 'ccap@npm:ccap-rs';

/** Installs with a program, without cargo, and uses what it installed with another. */
async function installAndUse(t, { settings = {}, install, use = [process.execPath, '-e', USE] }) {
  const folder = makeProject(t);
  const bin = withoutCargo(folder);
  const registry = await startRegistry();
  t.after(() => registry.close());
  for (const [name, text] of Object.entries(settings)) {
    fs.writeFileSync(path.join(folder, name), text.replaceAll('REGISTRY', registry.url));
  }
  const options = { registry: registry.url, bin };
  const { code, output } = await run(folder, ...split(install), options);
  assert.equal(code, 0, output);
  assert.ok(registry.fetched.includes(`@ccap-rs/${PLATFORM}`), registry.fetched.join(' '));
  const used = await run(folder, ...split(use), options);
  assert.deepEqual({ code: used.code, output: used.output }, { code: 0, output: USED });
}

function split([program, ...args]) {
  return [program, args];
}

/** Runs with this Node a program that is installed for these tests. */
function tool(name, file) {
  return [process.execPath, path.join(__dirname, 'node_modules', name, file)];
}

test('pnpm, which runs no install script that was not approved', (t) =>
  installAndUse(t, { install: [...tool('pnpm', 'bin/pnpm.cjs'), 'add', ALIAS] }));

test('Yarn 1', (t) =>
  installAndUse(t, {
    settings: { '.npmrc': 'registry=REGISTRY/\n', '.yarnrc': 'registry "REGISTRY/"\n' },
    install: [...tool('yarn', 'bin/yarn.js'), 'add', ALIAS],
  }));

for (const linker of ['pnp', 'node-modules']) {
  const yarn = tool('@yarnpkg/cli-dist', 'bin/yarn.js');
  test(`Yarn 4 with ${linker}`, (t) =>
    installAndUse(t, {
      settings: {
        '.yarnrc.yml': `nodeLinker: ${linker}\npnpEnableEsmLoader: true\nnpmRegistryServer: REGISTRY\nunsafeHttpWhitelist: [127.0.0.1]\nenableTelemetry: false\nenableGlobalCache: false\nnpmMinimalAgeGate: 0\n`,
        'yarn.lock': '',
        'use.cjs': USE,
      },
      // Yarn 2 and up want the version too.
      install: [...yarn, 'add', `${ALIAS}@^${VERSION}`],
      use: [...yarn, 'node', 'use.cjs'],
    }));
}

test('Bun, which runs no install script that was not approved', (t) =>
  installAndUse(t, { install: [BUN, 'add', ALIAS], use: [BUN, '-e', USE] }));

test('Deno, by the alias in package.json', (t) =>
  installAndUse(t, {
    settings: {
      'package.json': JSON.stringify({ dependencies: { ccap: `npm:ccap-rs@^${VERSION}` } }),
      'use.cjs': USE,
    },
    install: [DENO, 'install', '--minimum-dependency-age=0'],
    use: [DENO, 'run', '-A', 'use.cjs'],
  }));
