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
  const wrapped: Wrapped[] = [];
  const moved: Moved[] = [];
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
    keyword(node, from, to) {
      const { start } = node.span;
      if (node.text.startsWith(from)) push(node.chunk, { start, end: start + from.length }, to);
    },
    remove(node) {
      push(node.chunk, lines(textOf(node.chunk), node.span), '');
    },
    insert(where, node, text) {
      const whole = textOf(node.chunk);
      const indent = marginOf(whole, node);
      const body = text
        .split('\n')
        .map((line) => (line ? indent + line : line))
        .join(eolOf(whole));
      const line = lines(whole, node.span);
      const offset = where === 'before' ? line.start : line.end;
      push(node.chunk, { start: offset, end: offset }, body + eolOf(whole));
    },
    wrap(first, last, header) {
      const { file } = first.chunk;
      const whole = textOf(first.chunk);
      const unit = indentUnit(whole);
      push(first.chunk, { start: first.span.start, end: first.span.start }, `${header}${eolOf(whole)}${marginOf(whole, first)}${unit}`);
      wrapped.push({ file, span: { start: first.span.start, end: last.span.end }, unit });
      for (const offset of lineStarts(at(first.chunk).it.tree, first.span.start, last.span.end))
        indents.push({ file, span: { start: offset, end: offset }, text: unit });
    },
    move(first, last, where, to) {
      const whole = textOf(first.chunk);
      const span = lines(whole, { start: first.span.start, end: last.span.end });
      const line = lines(whole, to.span);
      moved.push({
        file: first.chunk.file,
        span,
        to: where === 'before' ? line.start : line.end,
        from: marginOf(whole, first),
        margin: marginOf(whole, to),
        strings: stringsIn(at(first.chunk).it.tree, span.start, span.end),
        whole,
      });
    },
    indent: (node, levels = 0) => marginOf(textOf(node.chunk), node) + indentUnit(textOf(node.chunk)).repeat(levels),
  };
  return {
    doc,
    edits: () => {
      const made = [...collected.map((it) => deeper(it, wrapped)), ...indents.filter((it) => !collected.some((one) => covers(one, it)))];
      return join(
        moved.reduce<readonly Edit[] | undefined>((all, it) => all && relocated(all, it), made),
        [...files.values()].map(({ it, imports }) => imports.edits(collected.filter((edit) => edit.file === it.file))),
      );
    },
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

interface Wrapped {
  readonly file: string;
  readonly span: Span;
  readonly unit: string;
}
/** Whole lines that go elsewhere; `from` and `margin` are what their lines start with before and after. */
interface Moved {
  readonly file: string;
  readonly span: Span;
  readonly to: number;
  readonly from: string;
  readonly margin: string;
  readonly strings: readonly Span[];
  readonly whole: string;
}
/** What is edited inside of moved lines moves along; undefined where an edit crosses their edge. */
function relocated(edits: readonly Edit[], it: Moved): readonly Edit[] | undefined {
  const { file, span, whole } = it;
  const inner: Edit[] = [];
  const outer: Edit[] = [];
  for (const edit of edits) {
    const inside = edit.file === file && edit.span.start >= span.start && edit.span.end <= span.end;
    if (!inside && edit.file === file && edit.span.start < span.end && edit.span.end > span.start) return undefined;
    (inside ? inner : outer).push(edit);
  }
  if (it.to > span.start && it.to < span.end) return undefined;
  let text = '';
  let from = span.start;
  for (const edit of join(inner, []) ?? []) {
    text += whole.slice(from, edit.span.start) + edit.text;
    from = edit.span.end;
  }
  text += whole.slice(from, span.end);
  // The lines of a string that spans several cannot move sideways.
  if (it.from !== it.margin && it.strings.some((one) => whole.slice(one.start, one.end).includes('\n'))) return undefined;
  const placed = text
    .split('\n')
    .map((line) => (line === '' ? line : shifted(line, it)))
    .join('\n');
  return [...outer, { file, span, text: '' }, { file, span: { start: it.to, end: it.to }, text: placed }];
}
const shifted = (line: string, { from, margin }: Moved): string => (line.startsWith(from) ? margin + line.slice(from.length) : line);

/** The white space that the line of a node starts with. */
function marginOf(text: string, node: Node): string {
  const start = text.lastIndexOf('\n', node.span.start - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, node.span.start))?.[0] ?? '';
}
/** One level as the file writes it: what the first line after a colon is further in. */
function indentUnit(text: string): string {
  const found = /:[ \t]*(?:#[^\n]*)?\r?\n(?:[ \t]*\r?\n)*([ \t]+)\S/.exec(text)?.[1];
  return found === undefined || found.length > 8 ? '    ' : found;
}

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
  const strings = stringsIn(tree, from, to);
  const found: number[] = [];
  for (let at = tree.text.indexOf('\n', from); at >= 0 && at < to; at = tree.text.indexOf('\n', at + 1)) {
    const next = at + 1;
    const blank = /^[ \t]*(?:\r?\n|$)/.test(tree.text.slice(next, next + 200));
    if (!blank && !strings.some((it) => it.start < next && next < it.end)) found.push(next);
  }
  return found;
}

function stringsIn(tree: FlatTree, from: number, to: number): readonly Span[] {
  const found: Span[] = [];
  for (let it = 0; it < tree.count; it++)
    if (tree.type(it) === 'string' && tree.end(it) > from && tree.start(it) < to) found.push({ start: tree.start(it), end: tree.end(it) });
  return found;
}

/** New lines written inside a wrapped run of statements are one level deeper. */
function deeper(it: Edit, wrapped: readonly Wrapped[]): Edit {
  const around = wrapped.find(
    (one) => one.file === it.file && one.span.start <= it.span.start && it.span.end <= one.span.end && it.span.end > it.span.start,
  );
  return around ? { ...it, text: it.text.replaceAll('\n', `\n${around.unit}`) } : it;
}
/** Is the line whose start this is removed or rewritten? */
const covers = (edit: Edit, indent: Edit): boolean =>
  edit.file === indent.file &&
  edit.span.start <= indent.span.start &&
  indent.span.start < edit.span.end &&
  (edit.text === '' || edit.span.start < indent.span.start);

/** Sorts, and joins edits that one wraps around another; undefined when they cross. */
function join(own: readonly Edit[] | undefined, imports: readonly (readonly Edit[])[]): readonly Edit[] | undefined {
  if (!own) return undefined;
  // Where both come to one place, what is added needs its imports before it.
  const all = [...imports.flat(), ...own].map((it, index) => ({ it, index }));
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
