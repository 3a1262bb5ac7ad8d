// The narrow view of syntax that fixes see: nodes over a flat tree.
import type { Chunk, Node } from '../model.js';
import type { FlatTree } from '../syntax/flat.js';

const compound = /^(?:block|module)$/;

/** A view of one node; equal indices give the same object. `chunkAt` tells which chunk an offset of the file belongs to. */
export function nodesOf(tree: FlatTree, chunkAt: (offset: number) => Chunk): (index: number) => Node {
  const made = new Map<number, Node>();
  const view = (index: number): Node => {
    const known = made.get(index);
    if (known) return known;
    const node = build(index);
    made.set(index, node);
    return node;
  };
  const kids = (index: number): number[] => {
    const found: number[] = [];
    for (let kid = tree.first(index); kid >= 0; kid = tree.next(kid)) if (tree.named(kid)) found.push(kid);
    return found;
  };
  function build(index: number): Node {
    const span = { start: tree.start(index), end: tree.end(index) };
    return {
      type: tree.type(index),
      span,
      get text() {
        return tree.text.slice(span.start, span.end);
      },
      get chunk() {
        return chunkAt(span.start);
      },
      get column() {
        return span.start - (tree.text.lastIndexOf('\n', span.start - 1) + 1);
      },
      get parent() {
        const parent = tree.parent(index);
        return parent < 0 ? null : view(parent);
      },
      get children() {
        return kids(index).map(view);
      },
      field(name) {
        for (let kid = tree.first(index); kid >= 0; kid = tree.next(kid)) if (tree.field(kid) === name) return view(kid);
        return undefined;
      },
      up(...types) {
        for (let it = tree.parent(index); it >= 0; it = tree.parent(it)) if (types.includes(tree.type(it))) return view(it);
        return undefined;
      },
      all(...types) {
        const found: Node[] = [];
        for (let it = index + 1; it < tree.count && tree.start(it) < span.end; it++) {
          if (types.includes(tree.type(it)) && tree.end(it) <= span.end) found.push(view(it));
        }
        return found;
      },
      statement() {
        let it = index;
        while (tree.parent(it) >= 0 && !compound.test(tree.type(tree.parent(it)))) it = tree.parent(it);
        return view(it);
      },
    };
  }
  return view;
}

/** The innermost node that covers exactly this range, else the smallest that contains it. */
export function nodeAt(tree: FlatTree, start: number, end: number): number {
  let best = 0;
  for (let it = 0; it < tree.count && tree.start(it) <= start; it++) {
    if (tree.named(it) && tree.end(it) >= end && tree.end(it) - tree.start(it) <= tree.end(best) - tree.start(best)) best = it;
  }
  return best;
}
