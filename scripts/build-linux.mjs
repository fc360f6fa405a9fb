// `npm run build:linux [-- PLATFORM...]`: the addons for Linux as they are published, in target/addons: those of all four
// platforms, or of the named ones (linux-x64-gnu). On any Linux, without its C library: zig brings the symbols of each glibc and
// all of musl. Needs Rust with the platforms' standard libraries, which rustup is asked for, and Python with pip.

import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installPython } from './python.mjs';
import { ROOT, run } from './steps.mjs';

/** The oldest glibc that Rust's own standard library runs on. */
const GLIBC = '2.17';

const TRIPLES = {
  'linux-x64-gnu': 'x86_64-unknown-linux-gnu',
  'linux-arm64-gnu': 'aarch64-unknown-linux-gnu',
  'linux-x64-musl': 'x86_64-unknown-linux-musl',
  'linux-arm64-musl': 'aarch64-unknown-linux-musl',
};

const TARGET = join(ROOT, 'target/zig');
const ADDONS = join(ROOT, 'target/addons');
const TOOLS = join(TARGET, 'tools');

const named = process.argv.slice(2);
const platforms = named.length > 0 ? named : Object.keys(TRIPLES);
for (const platform of platforms) {
  if (!(platform in TRIPLES)) {
    console.error(`${platform} is none of ${Object.keys(TRIPLES).join(', ')}`);
    process.exit(2);
  }
}
await installPython('scripts/zig-requirements.txt', TOOLS);
mkdirSync(ADDONS, { recursive: true });
for (const platform of platforms) {
  await build(platform, TRIPLES[platform]);
}

async function build(platform, triple) {
  const libraries = execFileSync('rustc', ['--print', 'target-libdir', '--target', triple]);
  if (!existsSync(`${libraries}`.trim())) {
    await run('rustup', ['target', 'add', triple]);
  }
  const isMusl = platform.endsWith('-musl');
  const target = isMusl ? triple : `${triple}.${GLIBC}`;
  const args = ['zigbuild', '--release', '--locked', '--lib', '--target', target];
  await run('cargo', [...args, '--target-dir', TARGET], {
    env: {
      PATH: `${join(TOOLS, 'bin')}${delimiter}${process.env.PATH}`,
      CARGO_ZIGBUILD_ZIG_PATH: join(TOOLS, 'ziglang/zig'),
      // Rust links musl statically unless told otherwise, which shared libraries cannot have.
      ...(isMusl && { RUSTFLAGS: '-C target-feature=-crt-static' }),
    },
  });
  const addon = join(ADDONS, `ccap-rs.${platform}.node`);
  copyFileSync(join(TARGET, triple, 'release/libccap.so'), addon);
  console.log(addon);
}
