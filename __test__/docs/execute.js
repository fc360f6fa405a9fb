'use strict';

const path = require('node:path');
const { createRequire } = require('node:module');
const vm = require('node:vm');

/**
 * Runs a block as it stands, with `await` allowed, what `globals` has in scope, and modules found as a file in this folder finds
 * them. Gives its `exports` and those of its own names that are asked for.
 */
async function execute(block, { globals = {}, names = [], modules = {} } = {}) {
  const module = { exports: {} };
  const fromHere = createRequire(path.join(__dirname, 'block.js'));
  const scope = {
    module,
    exports: module.exports,
    require: (name) => modules[name] ?? fromHere(name),
    ...globals,
  };
  const code = isModule(block) ? compiled(block) : block.code;
  // On one line with what comes before it, so that errors name the document's own lines.
  const run = vm.compileFunction(
    `return (async () => {${code}\n;return { ${names.join(', ')} };})();`,
    Object.keys(scope),
    { filename: block.file, lineOffset: block.line - 1 },
  );
  const own = await run(...Object.values(scope));
  return { ...own, exports: module.exports };
}

function isModule({ language, code }) {
  return ['ts', 'vue'].includes(language) || /^(?:import|export) /m.test(code);
}

function compiled({ language, code }) {
  const ts = require('typescript');
  const { outputText } = ts.transpileModule(language === 'vue' ? scriptOf(code) : code, {
    fileName: language === 'jsx' ? 'block.tsx' : 'block.ts',
    compilerOptions: {
      jsx: ts.JsxEmit.ReactJSX,
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      esModuleInterop: true,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
    },
  });
  return outputText;
}

/** A component of Vue's as a module. */
function scriptOf(code) {
  const { compileScript, parse } = require('vue/compiler-sfc');
  const { descriptor, errors } = parse(code);
  if (errors.length > 0) {
    throw errors[0];
  }
  return compileScript(descriptor, { id: 'block', inlineTemplate: true }).content;
}

module.exports = { execute };
