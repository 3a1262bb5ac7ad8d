// One chunk of a flat tree → facts.
import type { Facts } from '../model.js';
import type { ChunkRange } from '../syntax/chunks.js';
import type { FlatTree } from '../syntax/flat.js';
import { ignoresOf } from './ignores.js';
import { statement } from './statements.js';
import { newWalk } from './walk.js';

/** Total: broken or unknown syntax gives fewer facts, never an exception. */
export function extract(tree: FlatTree, chunk: ChunkRange): Facts {
  const walk = newWalk(tree, chunk.start, chunk.end);
  if (chunk.statement >= 0) statement(walk, chunk.statement);
  const comments = [...chunk.comments, ...commentsIn(tree, chunk)];
  return {
    functions: walk.functions,
    regions: walk.regions,
    events: walk.events,
    imports: walk.imports,
    ignores: ignoresOf(tree, comments, walk.statements, chunk.start),
    broken: chunk.statement >= 0 && tree.broken(chunk.statement),
  };
}

/** Nodes are numbered in source order, so those of a chunk are neighbours. */
function commentsIn(tree: FlatTree, chunk: ChunkRange): number[] {
  const found: number[] = [];
  if (chunk.statement < 0 || !tree.text.slice(chunk.start, chunk.end).includes('threadwise:')) return found;
  for (let node = chunk.statement; node < tree.count && tree.start(node) < chunk.end; node++) {
    if (tree.type(node) === 'comment' && !chunk.comments.includes(node)) found.push(node);
  }
  return found;
}
