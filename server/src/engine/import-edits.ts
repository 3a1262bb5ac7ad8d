// Imports of a file: the local name of an outside name, new imports in the style the file has, and imports nothing uses any more.
import type { Edit, QName } from '../model.js';
import type { FlatTree } from '../syntax/flat.js';

interface Imported {
  readonly node: number;
  readonly module: string;
  /** Each name with what it is called here; for `import m` the module itself. */
  readonly names: readonly { readonly name: string | null; readonly local: string; readonly node: number }[];
  readonly top: boolean;
}

/** The import edits of one file, planned while a fix collects its own. */
export interface ImportPlan {
  /** How to write an outside name here. */
  use(name: QName): string;
  /** The edits for what was used, and for imports whose names occur nowhere outside `edited`, where they did occur. */
  edits(edited: readonly Edit[]): readonly Edit[];
}
interface Plan {
  readonly file: string;
  readonly tree: FlatTree;
  readonly found: readonly Imported[];
  readonly added: Map<string, Added>;
}
interface Added {
  readonly statement: string;
  readonly sort: string;
}

export function planImports(file: string, tree: FlatTree): ImportPlan {
  const plan: Plan = { file, tree, found: importsOf(tree), added: new Map() };
  return { use: (name) => use(plan, name), edits: (edited) => importEdits(plan, edited) };
}

function use(plan: Plan, name: QName): string {
  const at = name.lastIndexOf('.');
  const [module, member] = [name.slice(0, at), name.slice(at + 1)];
  for (const it of plan.found) {
    for (const one of it.names) {
      if (!it.top) continue;
      if (one.name === member && it.module === module) return one.local;
      if (one.name === null && it.module === module) return `${one.local}.${member}`;
    }
  }
  const style = plan.found.some((it) => it.module === module && it.names.some((one) => one.name !== null));
  if ((style || module.includes('.')) && !isTaken(plan, member)) {
    plan.added.set(name, { statement: `from ${module} import ${member}`, sort: module });
    return member;
  }
  plan.added.set(module, { statement: `import ${module}`, sort: module });
  return `${module}.${member}`;
}

/** Does the file give this name another meaning? */
function isTaken({ found, tree }: Plan, name: string): boolean {
  if (found.some((it) => it.names.some((one) => one.local === name))) return true;
  for (let it = tree.first(0); it >= 0; it = tree.next(it)) {
    if (tree.type(it) !== 'class_definition' && tree.type(it) !== 'function_definition') continue;
    for (let kid = tree.first(it); kid >= 0; kid = tree.next(kid))
      if (tree.field(kid) === 'name' && tree.text.slice(tree.start(kid), tree.end(kid)) === name) return true;
  }
  return false;
}

function importEdits(plan: Plan, edited: readonly Edit[]): readonly Edit[] {
  const gone = unused(plan, edited);
  const edits: Edit[] = [];
  const added = [...plan.added.values()];
  for (const it of plan.found) {
    const left = it.names.filter((one) => !gone.has(one.node));
    if (left.length === it.names.length) continue;
    const joined =
      it.names[0]?.name !== null ? added.find((one) => one.sort === it.module && one.statement.startsWith('from ')) : undefined;
    edits.push(rewrite(plan, it, left, joined?.statement.split(' import ')[1]));
    if (joined) added.splice(added.indexOf(joined), 1);
  }
  return [...edits, ...insertions(plan, added, edits)];
}

function rewrite(plan: Plan, it: Imported, left: Imported['names'], joined: string | undefined): Edit {
  const text = plan.tree.text;
  const [start, end] = [plan.tree.start(it.node), plan.tree.end(it.node)];
  const names = [...left.map((one) => text.slice(plan.tree.start(one.node), plan.tree.end(one.node))), ...(joined ? [joined] : [])];
  if (names.length > 0) {
    const head =
      it.names[0]?.name === null
        ? 'import '
        : `${text
            .slice(start, end)
            .split(/\bimport\b/)[0]
            ?.trim()} import `;
    return { file: plan.file, span: { start, end }, text: head + names.join(', ') };
  }
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const newline = text.indexOf('\n', end);
  const alone = text.slice(lineStart, start).trim() === '' && text.slice(end, newline < 0 ? text.length : newline).trim() === '';
  return alone
    ? { file: plan.file, span: { start: lineStart, end: newline < 0 ? text.length : newline + 1 }, text: '' }
    : { file: plan.file, span: { start, end }, text: 'pass' };
}

function insertions(plan: Plan, added: readonly { statement: string; sort: string }[], removed: readonly Edit[]): readonly Edit[] {
  const { text } = plan.tree;
  const tops = plan.found.filter((it) => it.top && !it.module.startsWith('__future__'));
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  return [...added]
    .sort((a, b) => (a.statement < b.statement ? -1 : 1))
    .map((it, nth, all) => {
      const plain = it.statement.startsWith('import ');
      const later = tops.find((one) => (one.names[0]?.name === null) === plain && one.module > it.sort);
      if (later) return at(plan, plan.tree.start(later.node), `${it.statement}${eol}`);
      const [first, last] = [tops[0], tops.at(-1)];
      if (plain && first && first.names[0]?.name !== null) return at(plan, plan.tree.start(first.node), `${it.statement}${eol}`);
      const gone = last && removed.find((one) => one.span.start <= plan.tree.start(last.node) && one.span.end > plan.tree.end(last.node));
      if (gone) return at(plan, gone.span.start, `${it.statement}${eol}`);
      if (last) return at(plan, lineEnd(text, plan.tree.end(last.node)), `${eol}${it.statement}`);
      const start = afterDocstring(plan.tree);
      return at(plan, start, `${it.statement}${nth === all.length - 1 ? eol + eol : eol}`);
    });
}
function at(plan: Plan, offset: number, text: string): Edit {
  return { file: plan.file, span: { start: offset, end: offset }, text };
}

/** Imported names that stood inside the edited text, and nowhere else, and are not written again. */
function unused(plan: Plan, edited: readonly Edit[]): ReadonlySet<number> {
  const { tree } = plan;
  const inside = (start: number): boolean => edited.some((it) => it.span.start <= start && start < it.span.end);
  const uses = new Map<string, { inside: number; outside: number }>();
  for (let it = 0; it < tree.count; it++) {
    if (tree.type(it) !== 'identifier' || tree.field(it) === 'attribute' || isImport(tree, it)) continue;
    const name = tree.text.slice(tree.start(it), tree.end(it));
    const known = uses.get(name) ?? { inside: 0, outside: 0 };
    known[inside(tree.start(it)) ? 'inside' : 'outside']++;
    uses.set(name, known);
  }
  const written = edited.map((it) => it.text).join('\n');
  const gone = new Set<number>();
  for (const it of plan.found) {
    for (const one of it.names) {
      const root = one.local.split('.')[0] ?? '';
      const used = uses.get(root);
      const shared = plan.found.some((other) => other !== it && other.names.some((name) => name.local.split('.')[0] === root));
      if (
        used &&
        used.inside > 0 &&
        used.outside === 0 &&
        !shared &&
        !new RegExp(`(?<![\\w.])${root}\\b`).test(written) &&
        !exportedName(tree, root)
      )
        gone.add(one.node);
    }
  }
  return gone;
}

const exportedName = (tree: FlatTree, name: string): boolean => new RegExp(`__all__[^\\]]*['"]${name}['"]`).test(tree.text);
const lineEnd = (text: string, from: number): number => {
  const at = text.indexOf('\n', from);
  const end = at < 0 ? text.length : at;
  return text[end - 1] === '\r' ? end - 1 : end;
};
function isImport(tree: FlatTree, node: number): boolean {
  for (let it = tree.parent(node); it >= 0; it = tree.parent(it)) if (/^import_(?:from_)?statement$/.test(tree.type(it))) return true;
  return false;
}
function afterDocstring(tree: FlatTree): number {
  for (let it = tree.first(0); it >= 0; it = tree.next(it)) {
    const type = tree.type(it);
    if (type === 'comment' || type === 'future_import_statement') continue;
    if (type === 'expression_statement' && tree.type(tree.first(it)) === 'string') continue;
    return tree.start(it);
  }
  return tree.text.length;
}

function importsOf(tree: FlatTree): readonly Imported[] {
  const found: Imported[] = [];
  for (let it = 0; it < tree.count; it++) {
    const type = tree.type(it);
    if (type !== 'import_statement' && type !== 'import_from_statement') continue;
    const textOf = (node: number): string => tree.text.slice(tree.start(node), tree.end(node)).replace(/\s+/g, '');
    const field = (node: number, name: string): number[] => {
      const all: number[] = [];
      for (let kid = tree.first(node); kid >= 0; kid = tree.next(kid)) if (tree.field(kid) === name) all.push(kid);
      return all;
    };
    const top = tree.parent(it) === 0;
    const from = type === 'import_from_statement' ? textOf(field(it, 'module_name')[0] ?? it) : null;
    const names = field(it, 'name').map((node) => {
      const aliased = tree.type(node) === 'aliased_import';
      const name = textOf(aliased ? (field(node, 'name')[0] ?? node) : node);
      const alias = aliased ? textOf(field(node, 'alias')[0] ?? node) : name;
      return { name: from === null ? null : name, local: alias, node, module: from ?? name };
    });
    if (from !== null) found.push({ node: it, module: from, names, top });
    else if (names.length === 1 || names.every((one) => one.name === null))
      for (const one of names)
        found.push({ node: it, module: one.module, names: names.length === 1 ? [one] : names.filter((n) => n === one), top });
  }
  return found;
}
