'use strict';

// Finds the native addon: one that was built in this folder, or else the prebuilt package for this platform.

const fs = require('node:fs');
const path = require('node:path');

function load() {
  const platform = platformName();
  const failures = [];
  const addon = requireBuilt(platform, failures) ?? requirePrebuilt(platform, failures);
  if (addon === undefined) {
    throw loadError(platform, failures);
  }
  return addon;
}

// Each name below stands written out, and inside of a `try`: bundlers and file tracers find by reading what they must take
// along, and take it for optional there.

function requireBuilt(platform, failures) {
  try {
    switch (platform) {
      case 'linux-x64-gnu':
        return require('./ccap-rs.linux-x64-gnu.node');
      case 'linux-x64-musl':
        return require('./ccap-rs.linux-x64-musl.node');
      case 'linux-arm64-gnu':
        return require('./ccap-rs.linux-arm64-gnu.node');
      case 'linux-arm64-musl':
        return require('./ccap-rs.linux-arm64-musl.node');
      case 'darwin-x64':
        return require('./ccap-rs.darwin-x64.node');
      case 'darwin-arm64':
        return require('./ccap-rs.darwin-arm64.node');
      case 'win32-x64-msvc':
        return require('./ccap-rs.win32-x64-msvc.node');
      case 'win32-arm64-msvc':
        return require('./ccap-rs.win32-arm64-msvc.node');
      default:
        return require(path.join(__dirname, `ccap-rs.${platform}.node`));
    }
  } catch (error) {
    keepUnlessAbsent(error, failures);
  }
}

function requirePrebuilt(platform, failures) {
  try {
    switch (platform) {
      case 'linux-x64-gnu':
        checkVersion(require('@ccap-rs/linux-x64-gnu/package.json'));
        return require('@ccap-rs/linux-x64-gnu');
      case 'linux-x64-musl':
        checkVersion(require('@ccap-rs/linux-x64-musl/package.json'));
        return require('@ccap-rs/linux-x64-musl');
      case 'linux-arm64-gnu':
        checkVersion(require('@ccap-rs/linux-arm64-gnu/package.json'));
        return require('@ccap-rs/linux-arm64-gnu');
      case 'linux-arm64-musl':
        checkVersion(require('@ccap-rs/linux-arm64-musl/package.json'));
        return require('@ccap-rs/linux-arm64-musl');
      case 'darwin-x64':
        checkVersion(require('@ccap-rs/darwin-x64/package.json'));
        return require('@ccap-rs/darwin-x64');
      case 'darwin-arm64':
        checkVersion(require('@ccap-rs/darwin-arm64/package.json'));
        return require('@ccap-rs/darwin-arm64');
      case 'win32-x64-msvc':
        checkVersion(require('@ccap-rs/win32-x64-msvc/package.json'));
        return require('@ccap-rs/win32-x64-msvc');
      case 'win32-arm64-msvc':
        checkVersion(require('@ccap-rs/win32-arm64-msvc/package.json'));
        return require('@ccap-rs/win32-arm64-msvc');
    }
  } catch (error) {
    keepUnlessAbsent(error, failures);
  }
}

/** Overrides, hoisting and lock files can leave one of another version there, which would fail in ways that tell nobody why. */
function checkVersion({ name, version }) {
  const own = require('./package.json').version;
  if (version !== own) {
    throw new Error(
      `${name} ${version} is installed, but ccap-rs ${own} takes ${name} ${own}. Remove node_modules, and what the lock file and your package.json say of ${name}, and install again.`,
    );
  }
}

/** What is not there is what the error at the end is about; what is there and does not load is its cause. */
function keepUnlessAbsent(error, failures) {
  if (error?.code !== 'MODULE_NOT_FOUND') {
    failures.push(error);
  }
}

const PREBUILT = [
  'linux-x64-gnu',
  'linux-x64-musl',
  'linux-arm64-gnu',
  'linux-arm64-musl',
  'darwin-x64',
  'darwin-arm64',
  'win32-x64-msvc',
  'win32-arm64-msvc',
];

/** The platform as packages and files are named after it: linux-x64-gnu, darwin-arm64, win32-x64-msvc. */
function platformName() {
  const name = `${process.platform}-${process.arch}`;
  switch (process.platform) {
    case 'linux':
      return `${name}-${linuxLibc()}`;
    case 'win32':
      return `${name}-msvc`;
    default:
      return name;
  }
}

/**
 * Which C library this process runs on: what its executable names as its loader. Asking Node for a report says the same, but
 * takes milliseconds.
 */
function linuxLibc() {
  const head = startOfExecutable();
  if (head.includes('/ld-musl-')) {
    return 'musl';
  }
  if (head.includes('/ld-linux')) {
    return 'gnu';
  }
  const { header } = process.report?.getReport() ?? {};
  return header === undefined || header.glibcVersionRuntime ? 'gnu' : 'musl';
}

function startOfExecutable() {
  const bytes = Buffer.alloc(4096);
  try {
    const file = fs.openSync(process.execPath, 'r');
    fs.readSync(file, bytes);
    fs.closeSync(file);
  } catch {
    // The executable may be gone, or closed to this process.
  }
  return bytes;
}

function loadError(platform, failures) {
  const { version } = require('./package.json');
  const absent = failures.length === 0 && PREBUILT.includes(platform);
  const reason = [
    `ccap-rs ${version} has no native addon that loads on ${platform}.`,
    ...failures.map(({ message }) => `  ${message}`),
    ...(absent ? whyAbsent(platform) : []),
  ].join('\n');
  const install = JSON.stringify(path.join(__dirname, 'install.js'));
  const error = new Error(
    `${reason}\nTo build it, install Rust (https://rustup.rs) and a C linker, and run:\n  node ${install}`,
    failures.length > 0 ? { cause: failures[0] } : undefined,
  );
  error.code = 'ERR_DLOPEN_FAILED';
  // For install.js, which builds what is missing.
  return Object.assign(error, { platform, reason });
}

function whyAbsent(platform) {
  return [
    `The prebuilt package @ccap-rs/${platform} is not installed. That is so when optional dependencies are left out`,
    '(--omit=optional, --no-optional), and when node_modules or the lock file come from another platform: remove both',
    'and install again.',
  ];
}

module.exports = load();
