// The notices that whoever hands on an addon owes: of each crate that is linked into it on any platform, of Rust's standard
// library, and of the fonts. From what cargo and the crates themselves say; a crate that says nothing usable is an error.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from './steps.mjs';

/** The licences that are taken, the shortest texts first, and what nothing but their text says. */
const LICENCES = {
  MIT: { file: /MIT/i, says: /Permission is hereby granted, free of charge/ },
  ISC: { file: /ISC/i, says: /Permission to use, copy, modify, and(\/or)? distribute/ },
  '0BSD': { file: /0BSD/i, says: /Permission to use, copy, modify, and(\/or)? distribute/ },
  Zlib: { file: /ZLIB/i, says: /This software is provided ['‘"]as-is['’"]/i },
  'BSD-3-Clause': { file: /BSD/i, says: /Redistribution and use in source and binary forms/ },
  'Apache-2.0': { file: /APACHE/i, says: /Apache License\s+Version 2\.0/ },
};

/** Crates without a file of their licence, and where their repository's own is. */
const ELSEWHERE = { napi: '@napi-rs/cli', 'napi-sys': '@napi-rs/cli' };

/** Crates of the standard library that the toolchain's list forgets: what writes a panic's backtrace. */
const FORGOTTEN = {
  addr2line: '0.25.1',
  adler2: '2.0.1',
  miniz_oxide: '0.8.9',
  object: '0.37.3',
};

/** Crates of the standard library that no addon has: for other systems, for its tests, and for building it. */
const NOT_LINKED =
  /^(cc|dlmalloc|fortanix|getopts|hermit|moto|r-efi|rand|shlex|unwinding|vex|wasi|windows_|wit-)/;

/** All of it, as one text. */
export function notices() {
  const crates = [...linkedCrates(), ...standardLibrary()];
  return [
    'The native addon of ccap-rs holds code and fonts of others. Each is listed with its licence; texts that are the same stand once.',
    section('Crates, and the standard library of Rust', grouped(crates)),
    section('Fonts', fonts()),
  ].join('\n\n');
}

/** Name, version, licence and its text of each crate that an addon holds on some platform. */
export function linkedCrates() {
  const { packages } = JSON.parse(cargo(['metadata', '--format-version', '1']));
  const { napi } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const linked = new Set(
    napi.targets.flatMap((target) =>
      cargo(['tree', '--edges', 'normal,no-proc-macro', '--prefix', 'none', '--target', target])
        .split('\n')
        .map((line) => /^(\S+) v(\S+)/.exec(line)?.slice(1).join(' '))
        .filter(Boolean),
    ),
  );
  return packages
    .filter(({ name, version, source }) => source !== null && linked.has(`${name} ${version}`))
    .map(({ name, version, license, manifest_path }) => {
      const folder = ELSEWHERE[name]
        ? join(ROOT, 'node_modules', ELSEWHERE[name])
        : dirname(manifest_path);
      return { name, version, ...chosen(name, license, noticesIn(folder)) };
    });
}

/** The same of the standard library, as the toolchain that is used tells it. */
function standardLibrary() {
  const documents = join(output('rustc', ['--print', 'sysroot']).trim(), 'share/doc/rust');
  const page = join(documents, 'COPYRIGHT-library.html');
  if (!existsSync(page)) {
    throw new Error(`${page} is missing: Rust 1.86 and newer have it`);
  }
  const [inTree, outOfTree] = readFileSync(page, 'utf8').split(
    '<h2 id="out-of-tree-dependencies">',
  );
  const version = /^release: (.*)$/m.exec(output('rustc', ['-vV']))[1];
  const mit = readFileSync(join(documents, 'licenses/MIT.txt'), 'utf8');
  const unicode = readFileSync(join(documents, 'licenses/Unicode-3.0.txt'), 'utf8');
  const [copyright] = /Copyright:.*The Rust Project Developers[^<\n]*/.exec(plain(inTree));
  const own = [
    { name: 'Rust standard library', licence: 'MIT', text: `${copyright}\n\n${withoutHead(mit)}` },
    { name: 'Unicode data in the Rust standard library', licence: 'Unicode-3.0', text: unicode },
  ];
  const others = outOfTree
    .split('<h3>')
    .slice(1)
    .map((part) => {
      const [, name, crateVersion] = /^\S+ (.+?)-(\d+\.\d+.*?)<\/h3>/.exec(part);
      const [, expression] = /<b>License:<\/b> (.*?)<\/p>/.exec(part);
      const files = new Map(
        [...part.matchAll(/<summary><code>(.*?)<\/code><\/summary>\s*<pre>([\s\S]*?)<\/pre>/g)].map(
          ([, file, text]) => [file, plain(text)],
        ),
      );
      return { name, version: crateVersion, expression, files };
    })
    .filter(({ name }) => !NOT_LINKED.test(name))
    .concat(fetched(FORGOTTEN));
  return [
    ...own.map((entry) => ({ ...entry, version, text: tidy(entry.text) })),
    ...others.map(({ name, version: crateVersion, expression, files }) => ({
      name: `${name} (of the Rust standard library)`,
      version: crateVersion,
      ...chosen(name, expression, files),
    })),
  ];
}

/** Crates from cargo's registry that nothing here depends on. */
function fetched(crates) {
  const folder = mkdtempSync(join(tmpdir(), 'ccap-notices-'));
  try {
    const wanted = Object.entries(crates).map(([name, version]) => `${name} = "=${version}"\n`);
    writeFileSync(
      join(folder, 'Cargo.toml'),
      `[package]\nname = "notices"\nedition = "2021"\n[lib]\npath = "lib.rs"\n[workspace]\n[dependencies]\n${wanted.join('')}`,
    );
    writeFileSync(join(folder, 'lib.rs'), '');
    const args = ['metadata', '--format-version', '1'];
    const { packages } = JSON.parse(output('cargo', args, folder));
    return packages
      .filter(({ name, version }) => crates[name] === version)
      .map(({ name, version, license, manifest_path }) => ({
        name,
        version,
        expression: license,
        files: noticesIn(dirname(manifest_path)),
      }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The files of a folder that have to do with licences: their names and texts. */
function noticesIn(folder) {
  return new Map(
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && isNotice(entry.name))
      .map((entry) => [entry.name, readFileSync(join(folder, entry.name), 'utf8')]),
  );
}

function isNotice(file) {
  return /^(licen[cs]e|copying|copyright|notice)/i.test(file);
}

/** Of the licences that a crate may be had under one that is taken, and its text. */
export function chosen(name, expression, files) {
  const offered = expression.split(/ OR |\//).map((licence) => licence.replace(/[()]/g, ''));
  for (const [licence, { file, says }] of Object.entries(LICENCES)) {
    const named = [...files].find(([entry, text]) => file.test(entry) && says.test(text));
    const only = [...files].find(([, text]) => says.test(text));
    const text = (named ?? only)?.[1];
    if (offered.includes(licence) && text !== undefined) {
      const further = [...files].filter(([entry]) => /^(notice|copyright)/i.test(entry));
      return { licence, text: tidy([...further.map(([, also]) => also), text].join('\n\n')) };
    }
  }
  throw new Error(`${name} is under ${expression}, of which no text that can be used is there`);
}

/** The crates with the same text above it. */
function grouped(crates) {
  const byText = new Map();
  for (const { name, version, licence, text } of crates) {
    const group = byText.get(text) ?? { licence, names: [] };
    group.names.push(`${name} ${version}`);
    byText.set(text, group);
  }
  return [...byText]
    .map(([text, { licence, names }]) => ({
      title: `${names.sort().join('\n')}\n(${licence})`,
      text,
    }))
    .sort((a, b) => (a.title < b.title ? -1 : 1));
}

function fonts() {
  return readdirSync(join(ROOT, 'fonts'))
    .filter((file) => file.endsWith('-LICENSE.txt'))
    .map((file) => ({
      title: file.replace('-LICENSE.txt', ''),
      text: tidy(readFileSync(join(ROOT, 'fonts', file), 'utf8')),
    }));
}

function section(title, entries) {
  const thick = '='.repeat(80);
  const thin = '-'.repeat(80);
  const parts = entries.map((entry) => `${thin}\n${entry.title}\n${thin}\n\n${entry.text}\n`);
  return `${thick}\n${title}\n${thick}\n\n${parts.join('\n')}`;
}

function withoutHead(licence) {
  return licence.slice(licence.indexOf('Permission is hereby granted'));
}

/** Without what differs between files that say the same. */
function tidy(text) {
  return text
    .replaceAll('\r\n', '\n')
    .replace(/[ \t]+$/gm, '')
    .replace(/^\uFEFF/, '')
    .replace(/^\n+|\n+$/g, '');
}

function plain(html) {
  const names = { lt: '<', gt: '>', amp: '&', quot: '"' };
  return html
    .replace(/<[^>]*>/g, '')
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(code))
    .replace(/&(lt|gt|amp|quot);/g, (_, name) => names[name]);
}

function cargo(args) {
  return output('cargo', [...args, '--locked']);
}

function output(program, args, folder = ROOT) {
  return execFileSync(program, args, { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 28 });
}
