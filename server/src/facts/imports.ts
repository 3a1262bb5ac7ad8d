// `import` and `from … import`.
import { emitImport, fieldOf, fieldsOf, kids, spanOf, textOf, token, type Walk } from './walk.js';

export function importModules(walk: Walk, node: number): void {
  for (const it of fieldsOf(walk, node, 'name')) {
    const aliased = walk.tree.type(it) === 'aliased_import';
    const module = textOf(walk, aliased ? fieldOf(walk, it, 'name') : it).replace(/\s/g, '');
    const local = aliased ? textOf(walk, fieldOf(walk, it, 'alias')) : (module.split('.')[0] ?? module);
    emitImport(walk, { local, module, member: null, dots: 0, span: spanOf(walk, it), whole: !aliased });
  }
}

export function importFrom(walk: Walk, node: number): void {
  const from = fieldOf(walk, node, 'module_name');
  const relative = walk.tree.type(from) === 'relative_import';
  const written = textOf(walk, from).replace(/\s/g, '');
  const dots = relative ? (/^\.+/.exec(written)?.[0].length ?? 0) : 0;
  const module = written.slice(dots);
  if (kids(walk, node).some((it) => walk.tree.type(it) === 'wildcard_import') || token(walk, node, '*')) {
    return emitImport(walk, { local: '*', module, member: '*', dots, span: spanOf(walk, node), whole: false });
  }
  for (const it of fieldsOf(walk, node, 'name')) {
    const aliased = walk.tree.type(it) === 'aliased_import';
    const member = textOf(walk, aliased ? fieldOf(walk, it, 'name') : it).replace(/\s/g, '');
    const local = aliased ? textOf(walk, fieldOf(walk, it, 'alias')) : member;
    emitImport(walk, { local, module, member, dots, span: spanOf(walk, it), whole: false });
  }
}
