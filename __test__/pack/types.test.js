const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, test } = require('node:test');
const { makeProject, run, writeJson } = require('./project.js');
const { DIST, startRegistry } = require('./registry.js');

const ROOT = path.join(__dirname, '../..');
const COMPILERS = {
  'TypeScript 5': path.join(ROOT, 'node_modules/typescript/bin/tsc'),
  'TypeScript 7': path.join(__dirname, 'node_modules/typescript-7/bin/tsc'),
};
const NAMES = ['ccap', 'ccap-rs'];

/** What services write, by the file they write it in; NAME stands for the package. */
const REQUIRED = `
import ccap = require('NAME');
const options: ccap.Options = { width: 128 };
const [text, image]: ccap.Result = ccap(options).get();
const lengths: number[] = [text.length, image.readUInt16BE(0)];
// @ts-expect-error Only if the types were found.
lengths.push(ccap(options).get()[2]);
`;
const DEFAULT = `
import ccap, { type Options } from 'NAME';
const options: Options = { width: 128 };
const [text, image]: ccap.Result = await ccap(options).getAsync();
const lengths: number[] = [text.length, image.readUInt16BE(0), new ccap().width, ccap.stats().hits];
// @ts-expect-error Only if the types were found.
lengths.push(ccap(options).get()[2]);
export { lengths };
`;
const DEFAULT_IN_COMMONJS = DEFAULT.replace(
  'await ccap(options).getAsync()',
  'ccap(options).get()',
);
const STAR = DEFAULT_IN_COMMONJS.replace('import ccap, { type Options }', 'import * as ccap')
  .replace(': Options', ': ccap.Options')
  .replace('new ccap().width, ', '');

const nodenext = { module: 'nodenext', target: 'es2022' };
const bundler = { module: 'esnext', moduleResolution: 'bundler', target: 'es2022' };
const commonjs = { module: 'commonjs', target: 'es2022' };
/** The last entry names the compilers that still, or already, know the options. */
const WAYS = [
  ['import = require, NodeNext', 'user.cts', REQUIRED, nodenext],
  ['import, NodeNext', 'user.mts', DEFAULT, nodenext],
  ['import compiled to CommonJS, NodeNext', 'user.cts', DEFAULT_IN_COMMONJS, nodenext],
  ['import, Bundler', 'user.ts', DEFAULT, bundler],
  [
    'import, Bundler, verbatimModuleSyntax',
    'user.ts',
    DEFAULT,
    { ...bundler, verbatimModuleSyntax: true },
  ],
  [
    'import = require, CommonJS, esModuleInterop off',
    'user.ts',
    REQUIRED,
    { ...commonjs, moduleResolution: 'node10', esModuleInterop: false },
    ['TypeScript 5'],
  ],
  [
    'import, CommonJS, esModuleInterop on',
    'user.ts',
    DEFAULT_IN_COMMONJS,
    { ...commonjs, moduleResolution: 'node10', esModuleInterop: true },
    ['TypeScript 5'],
  ],
  [
    'import * as, CommonJS, esModuleInterop off',
    'user.ts',
    STAR,
    { ...commonjs, moduleResolution: 'node10', esModuleInterop: false },
    ['TypeScript 5'],
  ],
  [
    'import = require, CommonJS for bundlers',
    'user.ts',
    REQUIRED,
    { ...commonjs, moduleResolution: 'bundler' },
    ['TypeScript 7'],
  ],
  [
    'import, CommonJS for bundlers, esModuleInterop on',
    'user.ts',
    DEFAULT_IN_COMMONJS,
    { ...commonjs, moduleResolution: 'bundler', esModuleInterop: true },
    ['TypeScript 7'],
  ],
];

let folder;
const cleaning = [];
before(async () => {
  folder = makeProject({ after: (clean) => cleaning.push(clean) });
  const registry = await startRegistry();
  const args = ['install', '--ignore-scripts', 'ccap@npm:ccap-rs', 'ccap-rs'];
  const { code, output } = await run(folder, 'npm', args, { registry: registry.url });
  await registry.close();
  assert.equal(code, 0, output);
  // As `npm install --save-dev @types/node` would put them.
  for (const name of ['@types/node', 'undici-types']) {
    const to = path.join(folder, 'node_modules', name);
    fs.cpSync(path.join(ROOT, 'node_modules', name), to, { recursive: true });
  }
});
after(() => {
  for (const clean of cleaning) {
    clean();
  }
});

/** Compiles files that import the package, by each of its names, in one project. */
async function compile(compiler, texts, compilerOptions) {
  const project = fs.mkdtempSync(path.join(folder, 'types-'));
  for (const name of NAMES) {
    fs.mkdirSync(path.join(project, name));
    for (const [file, text] of Object.entries(texts)) {
      fs.writeFileSync(
        path.join(project, name, file),
        text.replaceAll(/'(NAME|ccap-rs)'/g, `'${name}'`),
      );
    }
  }
  writeJson(path.join(project, 'tsconfig.json'), {
    compilerOptions: { strict: true, noEmit: true, skipLibCheck: false, ...compilerOptions },
    include: NAMES,
  });
  const args = [COMPILERS[compiler], '-p', project, '--pretty', 'false'];
  const { code, output } = await run(folder, process.execPath, args);
  assert.deepEqual({ code, output }, { code: 0, output: '' });
}

for (const compiler of Object.keys(COMPILERS)) {
  for (const [way, file, text, options, only = Object.keys(COMPILERS)] of WAYS) {
    if (only.includes(compiler)) {
      // TypeScript 5 takes seconds for all of Node's types: once below is enough.
      const skipLibCheck = compiler === 'TypeScript 5';
      test(`${compiler}: ${way}`, () =>
        compile(compiler, { [file]: text }, { ...options, skipLibCheck }));
    }
  }

  test(`${compiler}: everything the types promise`, async () => {
    const types = path.join(ROOT, '__test__/types');
    const { compilerOptions, files } = JSON.parse(
      fs.readFileSync(path.join(types, 'tsconfig.json'), 'utf8'),
    );
    const texts = [...files, 'equal.cts'].map((file) => [
      file,
      fs.readFileSync(path.join(types, file), 'utf8'),
    ]);
    await compile(compiler, Object.fromEntries(texts), compilerOptions);
  });
}

/** The package's tarball, as it is and with the name that users give it. */
function tarballs() {
  const { version } = require('../../package.json');
  const own = path.join(DIST, `ccap-rs-${version}.tgz`);
  const parent = path.join(folder, 'renamed');
  fs.mkdirSync(parent, { recursive: true });
  fs.cpSync(path.join(DIST, 'package'), path.join(parent, 'package'), { recursive: true });
  const manifest = path.join(parent, 'package/package.json');
  writeJson(manifest, { ...JSON.parse(fs.readFileSync(manifest, 'utf8')), name: 'ccap' });
  const renamed = path.join(parent, 'ccap.tgz');
  execFileSync('tar', ['czf', renamed, '-C', parent, 'package']);
  return [own, renamed];
}

test('publint has nothing to say', async () => {
  for (const tarball of tarballs()) {
    const bin = path.join(__dirname, 'node_modules/publint/src/cli.js');
    const { code, output } = await run(folder, process.execPath, [bin, tarball, '--strict']);
    assert.equal(code, 0, output);
    assert.match(output, /All good!/);
  }
});

test('the types are right for every way of resolving the package', async () => {
  for (const tarball of tarballs()) {
    const bin = path.join(__dirname, 'node_modules/@arethetypeswrong/cli/dist/index.js');
    const args = [bin, tarball, '--format', 'json'];
    const { code, output } = await run(folder, process.execPath, args);
    assert.equal(code, 0, output);
    const { analysis } = JSON.parse(output);
    assert.deepEqual(analysis.problems, [], output);
    assert.equal(analysis.types.kind, 'included');
  }
});
