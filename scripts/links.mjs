// The links of a document that goes where the rest of the repository does not: whoever reads it in node_modules, or on a site
// that shows packages, gets to what they name all the same.

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './steps.mjs';

const REPOSITORY = 'ccap-rs/ccap-rs';

/**
 * The document, which stands in the root of the repository, with every link to what `isThere` does not have made absolute, as of
 * the given version. What the repository does not have either is an error.
 */
export function absoluteLinks(text, version, isThere) {
  const target = (link, isPicture) => {
    const [path, anchor] = link.split('#');
    if (path === '' || /^[a-z]+:/i.test(path) || isThere(path)) {
      return link;
    }
    if (!existsSync(join(ROOT, path))) {
      throw new Error(`${path} is linked to and not there`);
    }
    if (isPicture) {
      return `https://raw.githubusercontent.com/${REPOSITORY}/v${version}/${path}`;
    }
    const kind = statSync(join(ROOT, path)).isDirectory() ? 'tree' : 'blob';
    const page = `https://github.com/${REPOSITORY}/${kind}/v${version}/${path}`;
    return anchor === undefined ? page : `${page}#${anchor}`;
  };
  return outsideOfCode(text, (prose) =>
    prose
      .replace(/\]\(([^)\s]+)\)/g, (_, link) => `](${target(link, false)})`)
      .replace(/ (src|srcset)="([^"]+)"/g, (_, name, link) => ` ${name}="${target(link, true)}"`),
  );
}

/** Links as they stand in a document, those of pictures too. */
export function linksOf(text) {
  const links = [];
  outsideOfCode(text, (prose) => {
    for (const [, link, picture] of prose.matchAll(/\]\(([^)\s]+)\)| src(?:set)?="([^"]+)"/g)) {
      links.push(link ?? picture);
    }
    return prose;
  });
  return links;
}

function outsideOfCode(text, edit) {
  return text
    .split(/(^```[\s\S]*?^```$)/m)
    .map((part, i) => (i % 2 === 0 ? edit(part) : part))
    .join('');
}
