// Splits a parsed file into chunks: one per top-level statement, with the comments that belong to it.
import type { FlatTree } from './flat.js';

/** `statement` is the node of the statement; -1 for a chunk of comments alone. */
export interface ChunkRange {
  readonly start: number;
  readonly end: number;
  readonly statement: number;
  readonly comments: readonly number[];
}

/** Comments above a statement belong to it; a comment on the same line belongs to the statement before it. */
export function chunksOf(tree: FlatTree): readonly ChunkRange[] {
  const found: { start: number; end: number; statement: number; comments: number[] }[] = [];
  let pending: number[] = [];
  for (let node = tree.first(0); node >= 0; node = tree.next(node)) {
    if (tree.type(node) === 'comment') {
      const before = found.at(-1);
      const sameLine = before && pending.length === 0 && !tree.text.slice(before.end, tree.start(node)).includes('\n');
      if (sameLine) {
        before.end = tree.end(node);
        before.comments.push(node);
      } else pending.push(node);
      continue;
    }
    if (!tree.named(node)) continue;
    const start = pending.length > 0 ? tree.start(pending[0] as number) : tree.start(node);
    found.push({ start, end: tree.end(node), statement: node, comments: pending });
    pending = [];
  }
  const [first] = pending;
  if (first !== undefined) {
    found.push({ start: tree.start(first), end: tree.end(pending.at(-1) as number), statement: -1, comments: pending });
  }
  return found;
}
