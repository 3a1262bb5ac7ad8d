// `Editing`: what a fix may see and do. Edits are collected and nothing is applied.
import type { Chunk, Edit, Editing, Node, Program, Span } from '../model.js';
import type { FlatTree } from '../syntax/flat.js';
import { type ImportPlan, planImports } from './import-edits.js';
import { nodeAt, nodesOf } from './nodes.js';

/** A file as fixes need it: its syntax and where its chunks start. */
export interface EditedFile {
  readonly file: string;
  readonly tree: FlatTree;
  readonly chunks: readonly Chunk[];
  readonly starts: readonly number[];
}
export interface Collected {
  readonly doc: Editing;
  /** All edits, sorted by file and position; undefined when two of them overlap. */
  edits(): readonly Edit[] | undefined;
}

export function startEditing(program: Program, open: (file: string) => EditedFile | undefined): Collected {
  const files = new Map<string, { it: EditedFile; nodes: (index: number) => Node; imports: ImportPlan }>();
  const collected: Edit[] = [];
  const indents: Edit[] = [];
  const wrapped: Omit<Edit, 'text'>[] = [];
  const at = (chunk: Chunk) => {
    const known = files.get(chunk.file);
    if (known) return known;
    const it = open(chunk.file);
    if (!it) throw new Error(`needs ${chunk.file}`);
    const made = { it, nodes: nodesOf(it.tree, (offset) => chunkAt(it, offset)), imports: planImports(it.file, it.tree) };
    files.set(chunk.file, made);
    return made;
  };
  const push = (chunk: Chunk, span: Span, text: string): void => {
    collected.push({ file: chunk.file, span, text });
  };
  const textOf = (chunk: Chunk): string => at(chunk).it.tree.text;
  const doc: Editing = {
    program,
    node(of) {
      const chunk = 'chunk' in of ? of.chunk : of.in.chunk;
      const { it, nodes } = at(chunk);
      const start = it.starts[chunk.order] ?? 0;
      return nodes(nodeAt(it.tree, start + of.span.start, start + of.span.end));
    },
    module: (chunk) => at(chunk).nodes(0),
    use: (name, chunk) => at(chunk).imports.use(name),
    replace: (node, text) => push(node.chunk, node.span, text),
    remove(node) {
      push(node.chunk, lines(textOf(node.chunk), node.span), '');
    },
    insert(where, node, text) {
      const whole = textOf(node.chunk);
      const indent = ' '.repeat(node.column);
      const body = text
        .split('\n')
        .map((line) => (line ? indent + line : line))
        .join(eolOf(whole));
      const line = lines(whole, node.span);
      const offset = where === 'before' ? line.start : line.end;
      push(node.chunk, { start: offset, end: offset }, body + eolOf(whole));
    },
    wrap(first, last, header) {
      const whole = textOf(first.chunk);
      push(first.chunk, { start: first.span.start, end: first.span.start }, `${header}${eolOf(whole)}${' '.repeat(first.column + 4)}`);
      const { tree } = at(first.chunk).it;
      wrapped.push({ file: first.chunk.file, span: { start: first.span.start, end: last.span.end } });
      for (const offset of lineStarts(tree, first.span.start, last.span.end))
        indents.push({ file: first.chunk.file, span: { start: offset, end: offset }, text: '    ' });
    },
  };
  return {
    doc,
    edits: () =>
      join(
        [...collected.map((it) => deeper(it, wrapped)), ...indents.filter((it) => !collected.some((one) => covers(one, it)))],
        [...files.values()].map(({ it, imports }) => imports.edits(collected.filter((edit) => edit.file === it.file))),
      ),
  };
}

function chunkAt(it: EditedFile, offset: number): Chunk {
  let found = 0;
  it.starts.forEach((start, order) => {
    if (start <= offset) found = order;
  });
  return it.chunks[found] as Chunk;
}
const eolOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');

/** The whole lines of a span, with their line end. */
function lines(text: string, span: Span): Span {
  const start = text.lastIndexOf('\n', span.start - 1) + 1;
  const newline = text.indexOf('\n', span.end);
  const end = newline < 0 ? text.length : newline + 1;
  return {
    start: text.slice(start, span.start).trim() === '' ? start : span.start,
    end: text.slice(span.end, end).trim() === '' ? end : span.end,
  };
}

/** Starts of the non-empty lines after the first, those inside strings left alone. */
function lineStarts(tree: FlatTree, from: number, to: number): readonly number[] {
  const strings: Span[] = [];
  for (let it = 0; it < tree.count; it++)
    if (tree.type(it) === 'string' && tree.end(it) > from && tree.start(it) < to)
      strings.push({ start: tree.start(it), end: tree.end(it) });
  const found: number[] = [];
  for (let at = tree.text.indexOf('\n', from); at >= 0 && at < to; at = tree.text.indexOf('\n', at + 1)) {
    const next = at + 1;
    const blank = /^[ \t]*(?:\r?\n|$)/.test(tree.text.slice(next, next + 200));
    if (!blank && !strings.some((it) => it.start < next && next < it.end)) found.push(next);
  }
  return found;
}

/** New lines written inside a wrapped run of statements are one level deeper. */
function deeper(it: Edit, wrapped: readonly Omit<Edit, 'text'>[]): Edit {
  const inside = wrapped.some(
    (one) => one.file === it.file && one.span.start <= it.span.start && it.span.end <= one.span.end && it.span.end > it.span.start,
  );
  return inside ? { ...it, text: it.text.replaceAll('\n', '\n    ') } : it;
}
/** Is the line whose start this is removed or rewritten? */
const covers = (edit: Edit, indent: Edit): boolean =>
  edit.file === indent.file &&
  edit.span.start <= indent.span.start &&
  indent.span.start < edit.span.end &&
  (edit.text === '' || edit.span.start < indent.span.start);

/** Sorts, and joins edits that one wraps around another; undefined when they cross. */
function join(own: readonly Edit[], imports: readonly (readonly Edit[])[]): readonly Edit[] | undefined {
  const all = [...own, ...imports.flat()].map((it, index) => ({ it, index }));
  all.sort((a, b) =>
    a.it.file < b.it.file
      ? -1
      : a.it.file > b.it.file
        ? 1
        : a.it.span.start - b.it.span.start || a.it.span.end - b.it.span.end || a.index - b.index,
  );
  const sorted = all.map(({ it }) => it);
  for (const [index, it] of sorted.entries()) {
    const before = sorted[index - 1];
    if (before && before.file === it.file && before.span.end > it.span.start) return undefined;
  }
  return sorted;
}

/** The text after edits of one file, which are sorted and do not overlap. */
export function apply(text: string, edits: readonly Edit[]): string {
  let result = '';
  let from = 0;
  for (const it of edits) {
    result += text.slice(from, it.span.start) + it.text;
    from = it.span.end;
  }
  return result + text.slice(from);
}
