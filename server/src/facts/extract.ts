// One chunk of a flat tree → facts.
import type { Facts, FunctionFact } from '../model.js';
import type { ChunkRange } from '../syntax/chunks.js';
import type { FlatTree } from '../syntax/flat.js';
import { accessesOf } from './access.js';
import { addContracts, mayHoldContracts } from './contracts.js';
import { ignoresOf } from './ignores.js';
import { statement } from './statements.js';
import { type Building, newWalk } from './walk.js';

/** Total: broken or unknown syntax gives fewer facts, never an exception. */
export function extract(tree: FlatTree, chunk: ChunkRange): Facts {
  const walk = newWalk(tree, chunk.start, chunk.end, chunk.part === 'member' ? 'class' : 'module');
  for (const it of chunk.statements) statement(walk, it);
  // What the body of a class binds belongs to the class, not to a runner.
  if (chunk.part !== 'member') accessesOf(walk, walk.functions[0] as Building<FunctionFact>, chunk.statements, 0);
  for (const [fn, names] of walk.loads) fn.loads = [...names].sort();
  const comments = [...chunk.comments, ...commentsIn(tree, chunk)];
  addContracts(tree, comments, walk, chunk.start);
  return {
    functions: walk.functions,
    regions: walk.regions,
    events: walk.events,
    accesses: walk.accesses,
    imports: walk.imports,
    ignores: ignoresOf(tree, comments, walk.statements, chunk.start),
    broken: chunk.statements.some((it) => brokenUpTo(tree, it, chunk.end)),
  };
}

/** Is there an error before the end of the chunk? */
export function brokenUpTo(tree: FlatTree, node: number, end: number): boolean {
  if (tree.end(node) <= end) return tree.broken(node);
  if (tree.start(node) >= end) return false;
  for (let kid = tree.first(node); kid >= 0; kid = tree.next(kid)) if (brokenUpTo(tree, kid, end)) return true;
  return tree.type(node) === 'ERROR';
}

/** Nodes are numbered in source order, so those of a chunk are neighbours. */
function commentsIn(tree: FlatTree, chunk: ChunkRange): number[] {
  const found: number[] = [];
  const [first] = chunk.statements;
  const text = tree.text.slice(chunk.start, chunk.end);
  if (first === undefined || !(text.includes('threadwise:') || mayHoldContracts(text))) return found;
  for (let node = first; node < tree.count && tree.start(node) < chunk.end; node++) {
    if (tree.type(node) === 'comment' && !chunk.comments.includes(node)) found.push(node);
  }
  return found;
}
