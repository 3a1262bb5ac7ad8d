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
  /** The nodes that `enter` asks for, and those right inside them; of blocks only the statements that touch `within`. */
  view(enter?: Enter, within?: Range): FlatTree;
  /** Where this tree differs from that of the text before, the edit included; undefined when it was parsed afresh. */
  readonly changed: Range | undefined;
  /** The same document after an edit. This tree is freed and must not be used again. */
  edited(text: string): OpenTree;
  free(): void;
}

export interface Range {
  readonly start: number;
  readonly end: number;
}
/** Keeps the parser's tree until it is edited or freed. */
export function openTree(parser: Parser, text: string): OpenTree {
  return held(parser, parser.parse(text), text, undefined);
}
function held(parser: Parser, tree: Tree, text: string, changed: Range | undefined): OpenTree {
  return {
    text,
    broken: tree.rootNode.hasError,
    changed,
    view: (enter, within) => flatten(tree, text, enter, within),
    edited(next) {
      const start = commonStart(text, next);
      const end = commonEnd(text, next, start);
      tree.edit(editOf(text, next, start, end));
      const found = parser.parse(next, tree);
      const ranges = tree.getChangedRanges(found);
      tree.delete();
      if (!found.rootNode.hasError) {
        const first = Math.min(start, ...ranges.map((it) => it.startIndex));
        const last = Math.max(next.length - end, ...ranges.map((it) => it.endIndex));
        return held(parser, found, next, { start: first, end: last });
      }
      found.delete(); // how an error is recovered from depends on what was there before: only a fresh parse is sure to be repeated
      return held(parser, parser.parse(next), next, undefined);
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

function editOf(text: string, next: string, start: number, end: number): TreeEdit {
  const oldEnd = text.length - end;
  const newEnd = next.length - end;
  return {
    startIndex: start,
    oldEndIndex: oldEnd,
    newEndIndex: newEnd,
    startPosition: pointAt(text, start),
    oldEndPosition: pointAt(text, oldEnd),
    newEndPosition: pointAt(next, newEnd),
  } as TreeEdit;
}
function pointAt(text: string, offset: number): { row: number; column: number } {
  let row = 0;
  let line = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    row++;
    line = at + 1;
  }
  return { row, column: offset - line };
}
