'use strict';

// Where the runtimes are that package.json names.

const fs = require('node:fs');
const path = require('node:path');

const { optionalDependencies } = require('./package.json');

const MODULES = path.join(__dirname, 'node_modules');

/** The versions of Node, oldest first. Elsewhere than on Linux it is the one that runs this. */
const NODES = Object.keys(optionalDependencies)
  .filter((name) => name.endsWith(`-${process.platform}-${process.arch}`))
  .flatMap((name) => /^node-(\d+)/.exec(name)?.[1] ?? [])
  .map((major) => ({
    name: `Node ${major}`,
    file: path.join(MODULES, `node-${major}-${process.platform}-${process.arch}/bin/node`),
  }));
if (NODES.length === 0) {
  NODES.push({ name: 'Node', file: process.execPath });
}

const BUN = installed('@oven', ['bin/bun', 'bin/bun.exe']);
const DENO = installed('@deno', ['deno', 'deno.exe']);

/** Of the packages for each platform npm has installed the one that fits. */
function installed(scope, files) {
  return Object.keys(optionalDependencies)
    .filter((name) => name.startsWith(`${scope}/`))
    .flatMap((name) => files.map((file) => path.join(MODULES, name, file)))
    .find((file) => fs.existsSync(file));
}

module.exports = { BUN, DENO, NODES };
