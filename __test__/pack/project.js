'use strict';

// Empty folders, outside of the repository, and the programs that are run in them.

const { spawn, execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const VERSION = require('../../package.json').version;

/** This machine, as packages are named after it. */
const PLATFORM = [
  `${process.platform}-${process.arch}`,
  ...({
    linux: [process.report.getReport().header.glibcVersionRuntime ? 'gnu' : 'musl'],
    win32: ['msvc'],
  }[process.platform] ?? []),
].join('-');

/** A folder for a user's project, gone when the test ends. */
function makeProject(t, manifest = {}) {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'ccap-pack-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  writeJson(path.join(folder, 'package.json'), { name: 'user', version: '1.0.0', ...manifest });
  return folder;
}

function writeJson(file, value) {
  fs.writeFileSync(file, JSON.stringify(value));
}

/**
 * Runs a program in a project, with nothing of npm's settings but the given registry, and a cache that is the project's own.
 * `bin` is the PATH.
 */
function run(folder, program, args, { registry, bin = process.env.PATH, env = {} } = {}) {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|NODE_|CARGO_|RUST)/i.test(name),
  );
  const child = spawn(program, args, {
    cwd: folder,
    env: {
      ...Object.fromEntries(own),
      HOME: folder,
      // rustup and cargo find their own through the real one.
      CARGO_HOME: process.env.CARGO_HOME ?? path.join(os.homedir(), '.cargo'),
      RUSTUP_HOME: process.env.RUSTUP_HOME ?? path.join(os.homedir(), '.rustup'),
      PATH: bin,
      // In capitals for Deno.
      ...(registry && { npm_config_registry: registry, NPM_CONFIG_REGISTRY: registry }),
      npm_config_cache: path.join(folder, '.cache'),
      YARN_CACHE_FOLDER: path.join(folder, '.yarn-cache'),
      DENO_DIR: path.join(folder, '.deno'),
      npm_config_update_notifier: 'false',
      npm_config_audit: 'false',
      npm_config_fund: 'false',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code, signal) => resolve({ code, signal, output }));
  });
}

/** A PATH with node, npm and a shell, and no cargo. */
function withoutCargo(folder) {
  const bin = path.join(folder, '.bin');
  fs.mkdirSync(bin, { recursive: true });
  const npm = execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim();
  for (const [name, target] of Object.entries({
    node: process.execPath,
    npm: fs.realpathSync(npm),
    sh: fs.realpathSync('/bin/sh'),
  })) {
    fs.rmSync(path.join(bin, name), { force: true });
    fs.symlinkSync(target, path.join(bin, name));
  }
  return bin;
}

/** What a user's first lines are: both module systems, a cached picture and an asynchronous one. */
const USE = `
const assert = require('node:assert/strict');
const ccap = require('ccap');
(async () => {
  const [text, image] = ccap().get();
  assert.match(text, /^[2-9A-Z]{6}$/);
  assert.equal(image.toString('latin1', 0, 3), '\\xff\\xd8\\xff');
  const [, png] = await ccap({ format: 'png' }).getAsync();
  assert.equal(png.toString('latin1', 1, 4), 'PNG');
  assert.equal((await import('ccap')).default, ccap);
  console.log('used', require('ccap/package.json').name, require('ccap/package.json').version);
})();
`;
const USED = `used ccap-rs ${VERSION}\n`;

module.exports = { PLATFORM, USE, USED, VERSION, makeProject, run, withoutCargo, writeJson };
