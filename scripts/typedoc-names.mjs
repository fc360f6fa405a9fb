// A plugin for TypeDoc: modules are called what they are imported as, and what `export =` exports what it is called.

import { Converter, ReflectionKind } from 'typedoc';

const EXPORTED = { 'ccap-rs': 'ccap', 'ccap-rs/playground': 'createPlayground' };

export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.getReflectionsByKind(ReflectionKind.Module)) {
      module.name = specifier(module.name);
    }
    for (const reflection of Object.values(project.reflections)) {
      if (reflection.name === 'export=') {
        reflection.name = EXPORTED[moduleOf(reflection).name];
      }
    }
  });
}

/** `challenge/koa` for `challenge/koa.d.ts`, and so on. */
function specifier(file) {
  const subpath = file.replace(/(?:^|\/)(?:index|handler)$/, '');
  return subpath === '' ? 'ccap-rs' : `ccap-rs/${subpath}`;
}

function moduleOf(reflection) {
  return reflection.kindOf(ReflectionKind.Module) ? reflection : moduleOf(reflection.parent);
}
