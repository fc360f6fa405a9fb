'use strict';

// Run by package managers once the package is in place, and by hand: `node install.js`. Does nothing where the native addon
// loads, as it does wherever there is a prebuilt one; elsewhere builds it with cargo from the sources in this package.

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

/** In the repository, the only place with a lock file of npm's, `npm run build` is for that. */
const inRepository = fs.existsSync(path.join(__dirname, 'package-lock.json'));

function install() {
  const failure = loadFailure();
  if (failure === null) {
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
  const library = build(failure.platform);
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

function hasCargo() {
  return spawnSync('cargo', ['--version'], { stdio: 'ignore' }).status === 0;
}

/** Builds the shared library and gives its path, as cargo tells it. */
function build(platform) {
  const env = { ...process.env };
  if (platform.endsWith('-musl')) {
    // Rust links musl statically unless told otherwise, which shared libraries cannot have.
    env.RUSTFLAGS = `${env.RUSTFLAGS ?? ''} -C target-feature=-crt-static`.trim();
  }
  const { status, stdout, error } = spawnSync(
    'cargo',
    ['build', '--release', '--locked', '--lib', '--message-format=json-render-diagnostics'],
    { cwd: __dirname, env, stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 2 ** 28 },
  );
  if (status !== 0) {
    const manifest = fs.readFileSync(path.join(__dirname, 'Cargo.toml'), 'utf8');
    const [, oldest] = /^rust-version = "(.*)"$/m.exec(manifest);
    fail(
      `ccap-rs: cargo build failed${error ? ` (${error.message})` : ''}: see above. It takes Rust ${oldest} or newer (https://rustup.rs) and a C linker.`,
    );
  }
  const artifacts = stdout
    .toString()
    .split('\n')
    .filter((line) => line.startsWith('{'))
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

/** A process that has the file in its place already mapped goes on with the old one. */
function place(library, file) {
  const next = `${file}.${process.pid}`;
  fs.copyFileSync(library, next);
  fs.renameSync(next, file);
  const target = path.join(__dirname, 'target');
  if (!path.relative(target, library).startsWith('..')) {
    // Hundreds of megabytes that nobody asked for.
    fs.rmSync(target, { recursive: true, force: true });
  }
}

function fail(message) {
  console.error(`\n${message}\n`);
  process.exit(1);
}

if (!inRepository) {
  install();
}
