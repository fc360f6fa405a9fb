'use strict';

// Where the runtimes are that package.json names.

const fs = require('node:fs');
const path = require('node:path');

const { optionalDependencies } = require('./package.json');

const MODULES = path.join(__dirname, 'node_modules');
const SYSTEM = `${process.platform}-${process.arch}`;

/** The versions of Node, oldest first: `{ name, file }`. */
const NODES = Object.keys(optionalDependencies)
  .map((name) => /^node-(\d+)-(.*)$/.exec(name))
  .filter((match) => match?.[2] === SYSTEM)
  .map(([name, major]) => ({ name: `Node ${major}`, file: path.join(MODULES, name, 'bin/node') }));

const BUN = firstFile('@oven/bun-linux-x64/bin/bun', '@oven/bun-linux-aarch64/bin/bun');
const DENO = firstFile('@deno/linux-x64-glibc/deno', '@deno/linux-arm64-glibc/deno');

/** The one that is made for this system is the one that npm has installed. */
function firstFile(...files) {
  return files.map((file) => path.join(MODULES, file)).find((file) => fs.existsSync(file));
}

module.exports = { BUN, DENO, NODES };
