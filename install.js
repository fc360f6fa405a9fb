'use strict';

// Run by package managers once the package is in place, and by hand: `node install.js`. Does nothing where the native addon
// loads, as it does wherever there is a prebuilt one; elsewhere builds it with cargo from the sources in this package.

const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { createInterface } = require('node:readline');

/** In seconds: what cargo may take in all, since it can wait for a network or a lock without end. */
const BUILD_TIME = 1800;
/** In seconds: how often it is said that the build goes on. The last crate alone takes a minute or more, and cargo says nothing. */
const SIGN_OF_LIFE = 10;

async function install() {
  const failure = loadFailure();
  if (failure === null) {
    return;
  }
  if (isClone() && process.env.npm_lifecycle_event === 'install') {
    // Those who work on the package build it as they need it, and not with each install. By hand this builds it here too.
    console.log('ccap-rs: this is a clone. `npm run build` builds its native addon.');
    return;
  }
  if (!hasCargo()) {
    // Not to run this again: a package manager that fails here takes the package away.
    fail(
      `${failure.reason}\nTo build it, install Rust (https://rustup.rs) and a C linker, and install again.`,
    );
  }
  console.log(
    `ccap-rs: no prebuilt addon loads on ${failure.platform}. Building it with cargo, which takes a few minutes.`,
  );
  const library = await build(failure.platform);
  place(library, path.join(__dirname, `ccap-rs.${failure.platform}.node`));
  const stillFailing = loadFailure();
  if (stillFailing !== null) {
    fail(stillFailing.reason);
  }
  console.log('ccap-rs: built.');
}

function loadFailure() {
  try {
    require('./binding.js');
    return null;
  } catch (error) {
    return error;
  }
}

/** What is installed, from a registry or from git, has no history. */
function isClone() {
  return fs.existsSync(path.join(__dirname, '.git'));
}

function hasCargo() {
  // Where rustup stands behind that name it may want to install a toolchain first.
  return spawnSync('cargo', ['--version'], { stdio: 'ignore', timeout: 300_000 }).status === 0;
}

/** Builds the shared library and gives its path, as cargo tells it. */
async function build(platform) {
  const env = { ...process.env };
  if (platform.endsWith('-musl')) {
    // Rust links musl statically unless told otherwise, which shared libraries cannot have.
    env.RUSTFLAGS = `${env.RUSTFLAGS ?? ''} -C target-feature=-crt-static`.trim();
  }
  const limit = buildTime();
  const args = [
    'build',
    '--release',
    '--locked',
    '--lib',
    '--message-format=json-render-diagnostics',
  ];
  const { status, error, lines, timedOut } = await runCargo(args, env, limit);
  if (timedOut) {
    fail(
      `ccap-rs: cargo was not done after ${limit} seconds, and was ended. CCAP_BUILD_TIMEOUT=${2 * limit} gives it twice that time.`,
    );
  }
  if (status !== 0) {
    const manifest = fs.readFileSync(path.join(__dirname, 'Cargo.toml'), 'utf8');
    const [, oldest] = /^rust-version = "(.*)"$/m.exec(manifest);
    fail(
      `ccap-rs: cargo build failed${error ? ` (${error.message})` : ''}: see above. It takes Rust ${oldest} or newer (https://rustup.rs) and a C linker.`,
    );
  }
  const artifacts = lines
    .map((line) => JSON.parse(line))
    .filter(({ target }) => target?.name === 'ccap' && target.kind.includes('cdylib'));
  const library = artifacts
    .flatMap(({ filenames }) => filenames)
    .find((file) => /\.(so|dylib|dll)$/.test(file));
  if (library === undefined) {
    fail('cargo built no shared library.');
  }
  return library;
}

function buildTime() {
  const { CCAP_BUILD_TIMEOUT: given } = process.env;
  if (given === undefined || given === '') {
    return BUILD_TIME;
  }
  if (!/^[1-9]\d{0,5}$/.test(given)) {
    fail(`CCAP_BUILD_TIMEOUT must be a number of seconds from 1 to 999999. It is '${given}'.`);
  }
  return Number(given);
}

/** Runs cargo: how it ended, and what it wrote that is JSON. What it says to people is seen at once. */
function runCargo(args, env, limit) {
  const onWindows = process.platform === 'win32';
  const child = spawn('cargo', args, {
    cwd: __dirname,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    // A group of its own, so that its compilers end with it.
    detached: !onWindows,
  });
  const end = () => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
      return;
    }
    if (onWindows) {
      spawnSync('taskkill', ['/pid', String(child.pid), '/t', '/f'], { stdio: 'ignore' });
    } else {
      process.kill(-child.pid, 'SIGKILL');
    }
  };
  // Ctrl-C reaches this process alone.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => {
      end();
      process.exit(1);
    });
  }

  const lines = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('{')) {
      lines.push(line);
    }
  });
  const start = Date.now();
  const alive = setInterval(() => {
    console.log(`ccap-rs: building for ${Math.round((Date.now() - start) / 1000)} seconds.`);
  }, SIGN_OF_LIFE * 1000);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    end();
  }, limit * 1000);
  return new Promise((resolve) => {
    const done = (result) => {
      clearInterval(alive);
      clearTimeout(timer);
      resolve({ lines, timedOut, ...result });
    };
    child.on('error', (error) => done({ status: null, error }));
    child.on('close', (status) => done({ status }));
  });
}

/** A process that has the file in its place already mapped goes on with the old one. */
function place(library, file) {
  const next = `${file}.${process.pid}`;
  fs.copyFileSync(library, next);
  fs.renameSync(next, file);
  const target = path.join(__dirname, 'target');
  if (!isClone() && !path.relative(target, library).startsWith('..')) {
    // Hundreds of megabytes that nobody asked for.
    fs.rmSync(target, { recursive: true, force: true });
  }
}

function fail(message) {
  console.error(`\n${message}\n`);
  process.exit(1);
}

install();
