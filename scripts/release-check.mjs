// `npm run release:check`: whether the tree says of itself what a release of it will say. With a tag, such as `v1.2.3`, that it
// is the tag of this version too. The workflow asks before it publishes; ask before you push the tag.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './steps.mjs';

/** What the documents say until there is something to install. */
const UNPUBLISHED = { 'README.md': /not yet published/i, 'README.zh-CN.md': /尚未发布/ };

/** What is wrong with the tree in a folder, or nothing. */
export function findings(folder, tag) {
  const read = (file) => readFileSync(join(folder, file), 'utf8');
  const { version } = JSON.parse(read('package.json'));
  const lock = JSON.parse(read('package-lock.json'));
  const versions = {
    'package-lock.json': lock.packages[''].version,
    'Cargo.toml': /^version = "(.*)"$/m.exec(read('Cargo.toml'))?.[1],
    'Cargo.lock': /^name = "ccap"\r?\nversion = "(.*)"$/m.exec(read('Cargo.lock'))?.[1],
    ...(tag !== undefined && { 'the tag': tag.replace(/^v/, '') }),
  };
  const found = Object.entries(versions)
    .filter(([, other]) => other !== version)
    .map(([name, other]) => `package.json is of version ${version}, ${name} of ${other}`);
  const [, date] = new RegExp(`^## \\[${version.replaceAll('.', '\\.')}\\] - (.*)$`, 'm').exec(
    read('CHANGELOG.md'),
  ) ?? [undefined, undefined];
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) {
    found.push(`CHANGELOG.md has no section "## [${version}] - YYYY-MM-DD"`);
  }
  for (const [file, pattern] of Object.entries(UNPUBLISHED)) {
    const line = read(file)
      .split('\n')
      .findIndex((text) => pattern.test(text));
    if (line >= 0) {
      found.push(`${file}:${line + 1} says that it is not published`);
    }
  }
  return found;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const found = findings(ROOT, process.argv[2]);
  for (const finding of found) {
    console.error(finding);
  }
  process.exit(found.length > 0 ? 1 : 0);
}
