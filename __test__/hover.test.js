const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const ts = require('typescript');
const { DEFAULTS, FORMATS, LIMITS } = require('./helpers.js');

const BOUNDS = {
  cacheSize: ['1 to 1024', '20'],
  maxCaches: ['1 to 1024', '64'],
  maxBytes: ['0 to 1073741824', '33554432'],
  maxIdle: ['1 to 86400', '600'],
};

const COLORS = /'#rgb'.*'#rrggbb'.*'random'.*4\.5:1/s;

/** What is said of the options that are no numbers. */
const ALLOWED = {
  generate: /1 to 16 letters that the fonts can draw/,
  charset: /1 to 1024 that the fonts can draw/,
  format: new RegExp(FORMATS.map((format) => `\`'${format}'\``).join('(, | or )')),
  level: /`'easy'`, `'normal'` or `'hard'`/,
  color: COLORS,
  background: /'#rgb'.*'#rrggbb'.*'random'.*'transparent'.*4\.5:1/s,
  kind: /`'text'`.*`'math'`/s,
  theme: /`'light'`.*`'dark'`/s,
  font: /1 to 8 of them/,
  operators: /some of `\+`, `-`, `×` and `÷`/,
};

/** Everything that has a description, in a user's file. */
const SOURCE = `
import ccap = require('ccap-rs');
ccap({ ${Object.keys(DEFAULTS).map((name) => `${name}: null`)} });
ccap.configure({ ${Object.keys(BOUNDS).map((name) => `${name}: 1`)} });
ccap().get();
ccap().getAsync();
ccap().timerIsRunning();
ccap().clearTimeout();
ccap().setTimeout();
ccap.render('AB');
ccap.warm();
ccap.stats();
${Object.keys(DEFAULTS)
  .map((name) => `ccap()/*read*/.${name};`)
  .join('\n')}
`;
const FILE = path.join(__dirname, 'types/hover.cts');

const service = ts.createLanguageService({
  getCompilationSettings: () => ({ strict: true, module: ts.ModuleKind.NodeNext, types: ['node'] }),
  getScriptFileNames: () => [FILE],
  getScriptVersion: () => '1',
  getScriptSnapshot: (file) => ts.ScriptSnapshot.fromString(readFile(file)),
  getCurrentDirectory: () => __dirname,
  getDefaultLibFileName: ts.getDefaultLibFilePath,
  fileExists: (file) => file === FILE || ts.sys.fileExists(file),
  readFile,
  directoryExists: ts.sys.directoryExists,
  getDirectories: ts.sys.getDirectories,
});

function readFile(file) {
  return file === FILE ? SOURCE : ts.sys.readFile(file);
}

/** What an editor shows for a name, where `context` stands in the file. */
function hover(context, name = context) {
  const position = SOURCE.indexOf(context);
  assert.notEqual(position, -1, context);
  const info = service.getQuickInfoAtPosition(FILE, position + context.indexOf(name));
  return {
    documentation: ts.displayPartsToString(info.documentation),
    tags: Object.fromEntries(
      (info.tags ?? []).map(({ name, text }) => [name, ts.displayPartsToString(text)]),
    ),
  };
}

for (const [name, value] of Object.entries(DEFAULTS)) {
  test(`an editor shows what "${name}" is, its limits and its default`, () => {
    const { documentation, tags } = hover(`${name}: null`, name);
    const [least, most] = LIMITS[name] ?? [];
    assert.match(documentation, ALLOWED[name] ?? new RegExp(`\\b${least} to ${most}\\b`));
    assert.ok(tags.default, 'it has no default');
    if (value !== null) {
      assert.ok(tags.default.startsWith(JSON.stringify(value).replaceAll('"', "'")), tags.default);
    }
    assert.notEqual(hover(`ccap()/*read*/.${name};`, name).documentation, '');
  });
}

for (const [name, [limits, value]] of Object.entries(BOUNDS)) {
  test(`an editor shows what "${name}" is, its limits and its default`, () => {
    const { documentation, tags } = hover(`${name}: 1`, name);
    assert.ok(documentation.includes(limits), documentation);
    assert.equal(tags.default, value);
  });
}

test('an editor shows what each function does', () => {
  for (const name of [
    'get',
    'getAsync',
    'timerIsRunning',
    'clearTimeout',
    'setTimeout',
    'render',
    'stats',
    'configure',
  ]) {
    assert.ok(hover(`.${name}(`, name).documentation.length > 20, name);
  }
});

test('each option in the types has a default in the tests', () => {
  const declared = fs.readFileSync(path.join(__dirname, '../index.d.ts'), 'utf8');
  const [, body] = /interface Options \{(.*?)\n {2}\}/s.exec(declared);
  const names = [...body.matchAll(/^ {4}(\w+)\?:/gm)].map(([, name]) => name);
  assert.deepEqual(names.sort(), Object.keys(DEFAULTS).sort());
});
