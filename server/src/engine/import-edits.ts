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

/** Plans the import edits of one file while a fix collects its own. */
export class ImportPlan {
  private readonly found: readonly Imported[];
  private readonly added = new Map<string, { statement: string; sort: string }>();
  private readonly file: string;
  private readonly tree: FlatTree;

  constructor(file: string, tree: FlatTree) {
    this.file = file;
    this.tree = tree;
    this.found = importsOf(tree);
  }

  /** How to write an outside name here. */
  use(name: QName): string {
    const at = name.lastIndexOf('.');
    const [module, member] = [name.slice(0, at), name.slice(at + 1)];
    for (const it of this.found) {
      for (const one of it.names) {
        if (!it.top) continue;
        if (one.name === member && it.module === module) return one.local;
        if (one.name === null && it.module === module) return `${one.local}.${member}`;
      }
    }
    const style = this.found.some((it) => it.module === module && it.names.some((one) => one.name !== null));
    if (style || module.includes('.')) {
      this.added.set(name, { statement: `from ${module} import ${member}`, sort: module });
      return member;
    }
    this.added.set(module, { statement: `import ${module}`, sort: module });
    return `${module}.${member}`;
  }

  /** The edits for what was used, and for imports whose names occur nowhere outside `edited`, where they did occur. */
  edits(edited: readonly Edit[]): readonly Edit[] {
    const gone = this.unused(edited);
    const edits: Edit[] = [];
    const added = [...this.added.values()];
    for (const it of this.found) {
      const left = it.names.filter((one) => !gone.has(one.node));
      if (left.length === it.names.length) continue;
      const joined =
        it.names[0]?.name !== null ? added.find((one) => one.sort === it.module && one.statement.startsWith('from ')) : undefined;
      edits.push(this.rewrite(it, left, joined?.statement.split(' import ')[1]));
      if (joined) added.splice(added.indexOf(joined), 1);
    }
    return [...edits, ...this.insertions(added, edits)];
  }

  private rewrite(it: Imported, left: Imported['names'], joined: string | undefined): Edit {
    const text = this.tree.text;
    const [start, end] = [this.tree.start(it.node), this.tree.end(it.node)];
    const names = [...left.map((one) => text.slice(this.tree.start(one.node), this.tree.end(one.node))), ...(joined ? [joined] : [])];
    if (names.length > 0) {
      const head =
        it.names[0]?.name === null
          ? 'import '
          : `${text
              .slice(start, end)
              .split(/\bimport\b/)[0]
              ?.trim()} import `;
      return { file: this.file, span: { start, end }, text: head + names.join(', ') };
    }
    const lineStart = text.lastIndexOf('\n', start - 1) + 1;
    const newline = text.indexOf('\n', end);
    const alone = text.slice(lineStart, start).trim() === '' && text.slice(end, newline < 0 ? text.length : newline).trim() === '';
    return alone
      ? { file: this.file, span: { start: lineStart, end: newline < 0 ? text.length : newline + 1 }, text: '' }
      : { file: this.file, span: { start, end }, text: 'pass' };
  }

  private insertions(added: readonly { statement: string; sort: string }[], removed: readonly Edit[]): readonly Edit[] {
    const { text } = this.tree;
    const tops = this.found.filter((it) => it.top && !it.module.startsWith('__future__'));
    const eol = text.includes('\r\n') ? '\r\n' : '\n';
    return [...added]
      .sort((a, b) => (a.statement < b.statement ? -1 : 1))
      .map((it) => {
        const plain = it.statement.startsWith('import ');
        const later = tops.find((one) => (one.names[0]?.name === null) === plain && one.module > it.sort);
        if (later) return this.at(this.tree.start(later.node), `${it.statement}${eol}`);
        const [first, last] = [tops[0], tops.at(-1)];
        if (plain && first && first.names[0]?.name !== null) return this.at(this.tree.start(first.node), `${it.statement}${eol}`);
        const gone = last && removed.find((one) => one.span.start <= this.tree.start(last.node) && one.span.end > this.tree.end(last.node));
        if (gone) return this.at(gone.span.start, `${it.statement}${eol}`);
        if (last) return this.at(lineEnd(text, this.tree.end(last.node)), `${eol}${it.statement}`);
        const start = afterDocstring(this.tree);
        return this.at(start, `${it.statement}${eol}${eol}`);
      });
  }
  private at(offset: number, text: string): Edit {
    return { file: this.file, span: { start: offset, end: offset }, text };
  }

  /** Imported names that stood inside the edited text, and nowhere else, and are not written again. */
  private unused(edited: readonly Edit[]): ReadonlySet<number> {
    const { tree } = this;
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
    for (const it of this.found) {
      for (const one of it.names) {
        const root = one.local.split('.')[0] ?? '';
        const used = uses.get(root);
        const shared = this.found.some((other) => other !== it && other.names.some((name) => name.local.split('.')[0] === root));
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
