// Splits a parsed file into chunks: one per top-level statement, with the comments that belong to it; the members of a class apart.
import type { Enter, FlatTree } from './flat.js';

export interface ChunkRange {
  readonly start: number;
  readonly end: number;
  /**
   * `member`: stands in the body of the class whose header is the nearest chunk before that is none. `header`: a class without the
   * members that follow as chunks of their own.
   */
  readonly part: 'whole' | 'header' | 'member';
  /** Nodes of its statements: one, or a run of simple members; none for a chunk of comments alone. */
  readonly statements: readonly number[];
  /** Nodes of the comments between and beside them. */
  readonly comments: readonly number[];
}
interface Open {
  start: number;
  end: number;
  part: ChunkRange['part'];
  statements: number[];
  comments: number[];
}

/** What has to be seen of a tree to split it. */
export const outline: Enter = (type) =>
  type === 'module' || type === 'class_definition' || type === 'decorated_definition' || type === 'block';

/** Comments above a statement belong to it; a comment on the same line belongs to the statement before it. */
export function chunksOf(tree: FlatTree): readonly ChunkRange[] {
  const found: Open[] = [];
  for (const it of gathered(tree, childrenOf(tree, 0), 'whole')) {
    const [statement] = it.statements;
    const cls = statement === undefined ? -1 : classIn(tree, statement);
    const body = cls < 0 ? -1 : bodyOf(tree, cls);
    if (body < 0 || statement === undefined) {
      found.push(it);
      continue;
    }
    const split = splitClass(tree, it, cls, body);
    found.push(...(split ?? [it]));
  }
  return found;
}

/** The header of a class and its members; undefined when the body stands on the line of the header. */
function splitClass(tree: FlatTree, whole: Open, cls: number, body: number): readonly Open[] | undefined {
  const colon = headEnd(tree, cls);
  const beside = (node: number): boolean => tree.type(node) === 'comment' && lineOf(tree, tree.start(node), colon);
  const inside = childrenOf(tree, cls).filter((kid) => tree.type(kid) === 'comment' && tree.start(kid) > colon);
  const all = [...inside, ...childrenOf(tree, body)].sort((a, b) => tree.start(a) - tree.start(b));
  const members = gathered(
    tree,
    all.filter((kid) => !beside(kid)),
    'member',
  );
  const [first] = members;
  const last = members.at(-1);
  if (!first || !last || lineOf(tree, first.start, colon)) return undefined;
  const own = all.filter(beside);
  const header: Open = {
    ...whole,
    end: Math.max(colon, ...own.map((kid) => tree.end(kid))),
    part: 'header',
    comments: [...whole.comments.filter((kid) => tree.start(kid) < colon), ...own],
  };
  last.end = Math.max(last.end, whole.end);
  last.comments.push(...whole.comments.filter((kid) => tree.start(kid) > colon));
  return [header, ...runs(tree, members)];
}

/** Statements with their comments, in the order of the source. */
function gathered(tree: FlatTree, nodes: readonly number[], part: ChunkRange['part']): Open[] {
  const found: Open[] = [];
  let pending: number[] = [];
  for (const node of nodes) {
    if (tree.type(node) === 'comment') {
      const before = found.at(-1);
      if (before && pending.length === 0 && lineOf(tree, tree.start(node), before.end)) {
        before.end = tree.end(node);
        before.comments.push(node);
      } else pending.push(node);
      continue;
    }
    if (!tree.named(node)) continue;
    const start = pending.length > 0 ? tree.start(pending[0] as number) : tree.start(node);
    found.push({ start, end: tree.end(node), part, statements: [node], comments: pending });
    pending = [];
  }
  const [first] = pending;
  if (first !== undefined)
    found.push({ start: tree.start(first), end: tree.end(pending.at(-1) as number), part, statements: [], comments: pending });
  return found;
}
/** Are two offsets on one line? */
const lineOf = (tree: FlatTree, offset: number, before: number): boolean => !tree.text.slice(before, offset).includes('\n');

const compound = /_definition$/;
/** Neighbouring members that define nothing are one chunk: fields, a doc string. */
function runs(tree: FlatTree, members: readonly Open[]): readonly Open[] {
  const found: Open[] = [];
  const simple = (it: Open | undefined): boolean => it?.statements.every((node) => !compound.test(tree.type(node))) === true;
  for (const it of members) {
    const before = found.at(-1);
    if (!before || !simple(before) || !simple(it)) {
      found.push(it);
      continue;
    }
    before.end = it.end;
    before.statements.push(...it.statements);
    before.comments.push(...it.comments);
  }
  return found;
}

function childrenOf(tree: FlatTree, node: number): number[] {
  const found: number[] = [];
  for (let kid = tree.first(node); kid >= 0; kid = tree.next(kid)) found.push(kid);
  return found;
}
function classIn(tree: FlatTree, statement: number): number {
  if (tree.type(statement) === 'class_definition') return statement;
  if (tree.type(statement) !== 'decorated_definition') return -1;
  return childrenOf(tree, statement).find((kid) => tree.type(kid) === 'class_definition') ?? -1;
}
const bodyOf = (tree: FlatTree, cls: number): number => childrenOf(tree, cls).find((kid) => tree.field(kid) === 'body') ?? -1;
/** The end of the colon of a class. */
function headEnd(tree: FlatTree, cls: number): number {
  const colon = childrenOf(tree, cls).find((kid) => tree.type(kid) === ':');
  return colon === undefined ? tree.end(cls) : tree.end(colon);
}
/** Statements and comments of a tree that was read for one chunk alone, as nodes of that tree. */
export function rangeIn(tree: FlatTree, range: ChunkRange): ChunkRange {
  const same = (it: ChunkRange): boolean => it.start === range.start && it.end === range.end && it.part === range.part;
  return chunksOf(tree).find(same) ?? { ...range, statements: [], comments: [] };
}
