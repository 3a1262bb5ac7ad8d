// The state of one extraction: where we are, and what has been found so far.
import { limits } from '../limits.js';
import type {
  AccessFact,
  EventFact,
  EventKind,
  FunctionFact,
  ImportFact,
  OpKind,
  Param,
  RegionFact,
  RegionKind,
  Said,
  Span,
  Value,
} from '../model.js';
import { opKinds } from '../model.js';
import type { FlatTree } from '../syntax/flat.js';

export type Building<T> = { -readonly [K in keyof T]: T[K] };

export interface Walk {
  readonly tree: FlatTree;
  /** Start of the chunk in the parsed text: spans count from it. */
  readonly base: number;
  /** End of the chunk in the parsed text: what starts beyond it belongs to another chunk. */
  readonly end: number;
  readonly functions: Building<FunctionFact>[];
  readonly regions: (Building<RegionFact> & { ops: number[] })[];
  readonly events: EventFact[];
  readonly accesses: AccessFact[];
  readonly imports: ImportFact[];
  /** Names that each function reads. */
  readonly loads: Map<Building<FunctionFact>, Set<string>>;
  /** Spans of statements, compound ones up to their colon, for comments that speak about a statement. */
  readonly statements: Span[];
  region: number;
  stmt: Span;
  depth: number;
}

export const unknown: Value = { is: 'unknown' };
const index = Object.fromEntries(opKinds.map((kind, at) => [kind, at])) as Record<OpKind, number>;

/** `root` is what the outermost region is: the module, or the class whose member the chunk is. */
export function newWalk(tree: FlatTree, base: number, end: number, root: 'module' | 'class' = 'module'): Walk {
  const walk: Walk = {
    tree,
    base,
    end,
    functions: [],
    regions: [],
    events: [],
    accesses: [],
    imports: [],
    loads: new Map(),
    statements: [],
    region: -1,
    stmt: { start: 0, end: 0 },
    depth: 0,
  };
  walk.functions.push({
    kind: 'module',
    name: '',
    parent: -1,
    async: false,
    generator: false,
    params: [],
    decorators: [],
    returns: null,
    body: 0,
    loads: [],
    globals: [],
    nonlocals: [],
    span: { start: 0, end: 0 },
    broken: false,
  });
  openRegion(walk, root, { start: 0, end: end - base }, 0);
  return walk;
}

export const spanOf = (walk: Walk, node: number): Span => ({
  start: walk.tree.start(node) - walk.base,
  end: walk.tree.end(node) - walk.base,
});
export const textOf = (walk: Walk, node: number): string => walk.tree.text.slice(walk.tree.start(node), walk.tree.end(node));

export function kids(walk: Walk, node: number): number[] {
  const found: number[] = [];
  for (let kid = walk.tree.first(node); kid >= 0; kid = walk.tree.next(kid)) {
    if (walk.tree.named(kid) && walk.tree.type(kid) !== 'comment') found.push(kid);
  }
  return found;
}
export function fieldOf(walk: Walk, node: number, name: string): number {
  for (let kid = walk.tree.first(node); kid >= 0; kid = walk.tree.next(kid)) if (walk.tree.field(kid) === name) return kid;
  return -1;
}
export function fieldsOf(walk: Walk, node: number, name: string): number[] {
  const found: number[] = [];
  for (let kid = walk.tree.first(node); kid >= 0; kid = walk.tree.next(kid)) if (walk.tree.field(kid) === name) found.push(kid);
  return found;
}
/** Has it this keyword or operator as a direct token? */
export function token(walk: Walk, node: number, type: string): boolean {
  for (let kid = walk.tree.first(node); kid >= 0; kid = walk.tree.next(kid)) if (walk.tree.type(kid) === type) return true;
  return false;
}

export function openRegion(walk: Walk, kind: RegionKind, span: Span, fn = walk.regions[walk.region]?.fn ?? 0): number {
  walk.regions.push({ kind, parent: walk.region, fn, span, ops: opKinds.map(() => 0) });
  walk.region = walk.regions.length - 1;
  return walk.region;
}
/** Runs `inside` with a new region as the current one. */
export function within(walk: Walk, kind: RegionKind, span: Span, inside: (region: number) => void): number {
  const outer = walk.region;
  const region = openRegion(walk, kind, span);
  inside(region);
  walk.region = outer;
  return region;
}
/** Notes that the current function reads a name. */
export function load(walk: Walk, name: string): void {
  const fn = walk.functions[walk.regions[walk.region]?.fn ?? 0];
  if (!fn) return;
  const known = walk.loads.get(fn) ?? new Set<string>();
  walk.loads.set(fn, known);
  known.add(name);
}
export function count(walk: Walk, kind: OpKind, times = 1): void {
  const ops = walk.regions[walk.region]?.ops;
  if (ops) ops[index[kind]] = (ops[index[kind]] as number) + times;
}
/** Adds an event to the current region and returns its index. */
export function emit<K extends EventKind>(walk: Walk, kind: K, said: Said[K], span: Span, region = walk.region): number {
  walk.events.push({ ...said, kind, in: region, span, stmt: walk.stmt } as unknown as EventFact);
  return walk.events.length - 1;
}

export interface NewFunction {
  readonly kind: 'def' | 'lambda';
  readonly name: string;
  readonly async: boolean;
  readonly params: readonly Param[];
  readonly decorators: readonly Value[];
  readonly returns: Value | null;
  readonly span: Span;
  readonly broken: boolean;
}
/** Adds a function whose body is extracted by `body`, inside its own region. */
export function addFunction(walk: Walk, it: NewFunction, whole: Span, body: (fn: Building<FunctionFact>) => void): number {
  const parent = walk.regions[walk.region]?.fn ?? 0;
  const fn: Building<FunctionFact> = { ...it, parent, generator: false, body: -1, loads: [], globals: [], nonlocals: [] };
  walk.functions.push(fn);
  const at = walk.functions.length - 1;
  const [outer, stmt, depth] = [walk.region, walk.stmt, walk.depth];
  fn.body = openRegion(walk, 'function', whole, at);
  walk.depth = Math.min(depth, limits.depth >> 1);
  body(fn);
  [walk.region, walk.stmt, walk.depth] = [outer, stmt, depth];
  return at;
}

/** `whole`: `import a.b` binds `a`, while `import a.b as c` binds `a.b`. */
export function emitImport(walk: Walk, it: Omit<ImportFact, 'in'>): void {
  walk.imports.push({ ...it, in: walk.region });
}
