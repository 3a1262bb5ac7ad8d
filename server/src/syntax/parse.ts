// Text → flat tree; with `load.ts` the only place that holds a tree of the parser.
import type { Tree, Edit as TreeEdit } from 'web-tree-sitter';
import { type Enter, type FlatTree, flatten } from './flat.js';
import type { Parser } from './load.js';

/** Parses and frees the parser's tree before returning. */
export function parse(parser: Parser, text: string): FlatTree {
  const tree = parser.parse(text);
  try {
    return flatten(tree, text);
  } finally {
    tree.delete();
  }
}

/** The tree of the one document that is being typed in: the next parse of it starts from this one. */
export interface OpenTree {
  readonly text: string;
  /** Is there an error anywhere in it? */
  readonly broken: boolean;
  /** The nodes that `enter` asks for, and those right inside them; all of them by default. */
  view(enter?: Enter): FlatTree;
  /** The same document after an edit. This tree is freed and must not be used again. */
  edited(text: string): OpenTree;
  free(): void;
}

/** Keeps the parser's tree until it is edited or freed. */
export function openTree(parser: Parser, text: string): OpenTree {
  return held(parser, parser.parse(text), text);
}
function held(parser: Parser, tree: Tree, text: string): OpenTree {
  return {
    text,
    broken: tree.rootNode.hasError,
    view: (enter) => flatten(tree, text, enter),
    edited(next) {
      const start = commonStart(text, next);
      const end = commonEnd(text, next, start);
      tree.edit(editOf(text, next, start, end));
      const found = parser.parse(next, tree);
      tree.delete();
      if (!found.rootNode.hasError) return held(parser, found, next);
      found.delete(); // how an error is recovered from depends on what was there before: only a fresh parse is sure to be repeated
      return held(parser, parser.parse(next), next);
    },
    free: () => tree.delete(),
  };
}

/** Units that two texts share at their starts. */
export function commonStart(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  for (let step = 4096; step > 0; step >>= 2) while (at + step <= most && a.slice(at, at + step) === b.slice(at, at + step)) at += step;
  return at;
}
/** Units that two texts share at their ends, beyond the first `start`. */
export function commonEnd(a: string, b: string, start: number): number {
  const most = Math.min(a.length, b.length) - start;
  const same = (from: number, to: number): boolean => a.slice(a.length - to, a.length - from) === b.slice(b.length - to, b.length - from);
  let at = 0;
  for (let step = 4096; step > 0; step >>= 2) while (at + step <= most && same(at, at + step)) at += step;
  return at;
}

/**
 * After an edit at the end of a block the parser would skip what follows it, and with it everything to the end of the file: the tokens
 * that close a block are empty, so the next statement begins where they do. An edit that reaches into that statement makes it look inside.
 */
function editOf(text: string, next: string, start: number, end: number): TreeEdit {
  const far = intoNextLine(next, next.length - end);
  const oldEnd = far + text.length - next.length;
  const from = pointAt(text, start, { offset: 0, row: 0, column: 0 });
  return {
    startIndex: start,
    oldEndIndex: oldEnd,
    newEndIndex: far,
    startPosition: from,
    oldEndPosition: pointAt(text, oldEnd, from),
    newEndPosition: pointAt(next, far, from),
  } as unknown as TreeEdit;
}
/** Where nothing but space is left of the line: past the first character of the next line with any; else the same place. */
function intoNextLine(text: string, offset: number): number {
  blank.lastIndex = offset;
  return blank.test(text) ? Math.min(blank.lastIndex + 1, text.length) : offset;
}
const blank = /[ \t]*\r?\n\s*/y;

interface Point {
  readonly offset: number;
  readonly row: number;
  readonly column: number;
}
function pointAt(text: string, offset: number, from: Point): Point {
  let { row } = from;
  let line = from.offset - from.column;
  for (let at = text.indexOf('\n', from.offset); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    row++;
    line = at + 1;
  }
  return { offset, row, column: offset - line };
}
