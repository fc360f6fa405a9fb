// `npm run pack:all`: the tarballs that are published, in dist/: the package itself, and for each platform whose addon is there
// one with the addon alone. With `--every-platform`, as for a release, a missing addon is an error.
//
// The versions of the platforms' packages are written into the published manifest here and nowhere else, so that they cannot
// fall out of step, and an installation in the repository looks for nothing that is not published yet.

import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { absoluteLinks } from './links.mjs';
import { notices } from './notices.mjs';
import { install, ROOT, run } from './steps.mjs';

const { values } = parseArgs({
  options: { addons: { type: 'string', default: '.' }, 'every-platform': { type: 'boolean' } },
});

const DIST = join(ROOT, 'dist');
/** In the package too, which has the sources and the fonts, and from which an addon is built. */
const NOTICES = 'THIRD-PARTY-NOTICES.txt';
const PLATFORMS = join(DIST, 'platforms');
const ITSELF = join(DIST, 'package');

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const [, crateVersion] = /^version = "(.*)"$/m.exec(readFileSync(join(ROOT, 'Cargo.toml'), 'utf8'));
if (version !== crateVersion) {
  throw new Error(`package.json says ${version}, Cargo.toml ${crateVersion}`);
}

await install();
const noticesOfOthers = notices();
rmSync(DIST, { recursive: true, force: true });
mkdirSync(DIST);
await run('npm', ['exec', '--no', '--', 'napi', 'create-npm-dirs', '--npm-dir', 'dist/platforms']);
for (const platform of readdirSync(PLATFORMS)) {
  await packPlatform(platform);
}
await packItself();
console.log(readdirSync(DIST).filter((name) => name.endsWith('.tgz')));

async function packPlatform(platform) {
  const folder = join(PLATFORMS, platform);
  const name = `ccap-rs.${platform}.node`;
  const addon = join(ROOT, values.addons, name);
  editManifest(folder, (manifest) => {
    manifest.name = platformPackage(platform);
    manifest.publishConfig = { access: 'public' };
    manifest.description = `The native addon of ccap-rs for ${platform}`;
    manifest.files.push(NOTICES);
  });
  if (!existsSync(addon)) {
    if (values['every-platform']) {
      throw new Error(`${addon} is missing`);
    }
    console.log(`${name} is not there: no package for ${platform}`);
    return;
  }
  copyFileSync(addon, join(folder, name));
  copyFileSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));
  writeFileSync(join(folder, NOTICES), noticesOfOthers);
  writeFileSync(
    join(folder, 'README.md'),
    `# @ccap-rs/${platform}\n\nThe native addon of [ccap-rs](https://www.npmjs.com/package/ccap-rs) ${version} for ${platform}. Install that.\n`,
  );
  await pack(folder);
}

async function packItself() {
  const listing = npmOutput(['pack', '--dry-run', '--json', '--ignore-scripts']);
  const files = new Set(JSON.parse(listing)[0].files.map(({ path }) => path));
  for (const path of files) {
    mkdirSync(dirname(join(ITSELF, path)), { recursive: true });
    cpSync(join(ROOT, path), join(ITSELF, path));
    if (path.endsWith('.md')) {
      const text = readFileSync(join(ROOT, path), 'utf8');
      writeFileSync(
        join(ITSELF, path),
        absoluteLinks(text, version, (file) => files.has(file)),
      );
    }
  }
  writeFileSync(join(ITSELF, NOTICES), noticesOfOthers);
  editManifest(ITSELF, (manifest) => {
    manifest.files.push(NOTICES);
    const platforms = readdirSync(PLATFORMS).sort();
    manifest.scripts = { install: manifest.scripts.install };
    manifest.optionalDependencies = Object.fromEntries(
      platforms.map((platform) => [platformPackage(platform), manifest.version]),
    );
    delete manifest.napi;
    delete manifest.devDependencies;
    delete manifest.overrides;
  });
  await pack(ITSELF);
}

/** In a scope, where nobody else can publish: the names of platforms to come are taken with it. */
function platformPackage(platform) {
  return `@ccap-rs/${platform}`;
}

function editManifest(folder, edit) {
  const file = join(folder, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  edit(manifest);
  writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
}

function pack(folder) {
  return run('npm', ['pack', '--loglevel=error', '--ignore-scripts', folder], { folder: 'dist' });
}

function npmOutput(args) {
  return execFileSync('npm', args, {
    cwd: ROOT,
    encoding: 'utf8',
    // On Windows npm is a command script, which only a shell can run.
    shell: process.platform === 'win32',
  });
}
