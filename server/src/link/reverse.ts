// Answers turned round: what chunks say about something, kept by what they speak about. Nothing is kept until somebody asks.
import type { Chunk } from '../model.js';
import { type Cell, enqueue, newInput, read, write } from './cells.js';
import type { Linking } from './linking.js';
import { sameItems } from './question.js';

/** One kind of saying: `cell` works out what a chunk says and hands it to `tell`. */
export interface Saying<K, T> {
  readonly kind: string;
  readonly cell: (link: Linking, chunk: Chunk) => Cell<unknown>;
  /** Only the compiler looks at it. */
  readonly of?: (key: K) => T;
}
export type AnySaying = Pick<Saying<unknown, unknown>, 'kind' | 'cell'>;
export interface Said<K, T> {
  readonly to: K;
  readonly what: T;
}
interface Heard {
  readonly cell: Cell<number>;
  readonly from: Map<Chunk, readonly unknown[]>;
  /** How many items that are. */
  count: number;
}
/** What is kept of one kind of saying. */
export interface Kept {
  readonly byChunk: Map<Chunk, ReadonlySet<unknown>>;
  /** Gone, and still heard until what came in their place has been. */
  readonly gone: Set<Chunk>;
  readonly objects: WeakMap<object, Heard>;
  readonly names: Map<string, Heard>;
}

/** Removed by an edit, and still heard until all that came in its place has been. */
export const isGone = (chunk: Chunk & { readonly gone?: boolean }): boolean => chunk.gone === true;

/** Everything that is said to this one, in no particular order; undefined where it is more than `most`. */
export function heard<K extends object | string, T>(link: Linking, saying: Saying<K, T>, key: K): readonly T[];
export function heard<K extends object | string, T>(link: Linking, saying: Saying<K, T>, key: K, most: number): readonly T[] | undefined;
export function heard<K extends object | string, T>(
  link: Linking,
  saying: Saying<K, T>,
  key: K,
  most = Number.POSITIVE_INFINITY,
): readonly T[] | undefined {
  const at = heardBy(keptOf(link, saying), key);
  read(link.cells, at.cell);
  return at.count > most ? undefined : ([...at.from.values()].flat() as T[]);
}
function keptOf(link: Linking, saying: AnySaying): Kept {
  const known = link.reverse.get(saying);
  if (known) return known;
  const made: Kept = { byChunk: new Map(), gone: new Set(), objects: new WeakMap(), names: new Map() };
  link.reverse.set(saying, made);
  for (const module of link.modules.values()) for (const chunk of module.chunks) start(link, saying, chunk);
  return made;
}
function heardBy(kept: Kept, key: unknown): Heard {
  const known = typeof key === 'string' ? kept.names.get(key) : kept.objects.get(key as object);
  if (known) return known;
  const made: Heard = { cell: newInput(0), from: new Map(), count: 0 };
  if (typeof key === 'string') kept.names.set(key, made);
  else kept.objects.set(key as object, made);
  return made;
}
const start = (link: Linking, saying: AnySaying, chunk: Chunk): void => {
  enqueue(link.cells, saying.cell(link, chunk));
};

/** Keeps what a chunk says now instead of what it said before. */
export function tell<K, T>(link: Linking, saying: Saying<K, T>, chunk: Chunk, now: readonly Said<K, T>[]): void {
  const kept = link.reverse.get(saying);
  if (!kept) return;
  const before = kept.byChunk.get(chunk) ?? new Set();
  const grouped = new Map<unknown, unknown[]>();
  for (const { to, what } of now) {
    const known = grouped.get(to);
    if (known) known.push(what);
    else grouped.set(to, [what]);
  }
  if (grouped.size > 0) kept.byChunk.set(chunk, new Set(grouped.keys()));
  else kept.byChunk.delete(chunk);
  for (const key of new Set([...before, ...grouped.keys()])) {
    const at = heardBy(kept, key);
    const items = grouped.get(key);
    const old = at.from.get(chunk);
    if (items && old && sameItems(old, items)) continue;
    if (items) at.from.set(chunk, items);
    else at.from.delete(chunk);
    at.count += (items?.length ?? 0) - (old?.length ?? 0);
    write(link.cells, at.cell, at.cell.value + 1);
    if (at.from.size === 0 && typeof key === 'string') kept.names.delete(key); // who read it asks again
  }
}

/** A chunk that comes is listened to. */
export function startSayings(link: Linking, chunk: Chunk): void {
  for (const [saying, kept] of link.reverse) {
    kept.gone.delete(chunk);
    start(link, saying, chunk);
  }
}
/** A chunk that is gone says nothing, as soon as everything else is settled: an edit mostly puts the same in its place. */
export function endSayings(link: Linking, chunk: Chunk): void {
  for (const kept of link.reverse.values()) if (kept.byChunk.has(chunk)) kept.gone.add(chunk);
}
/** Takes back what chunks said that are gone; true where there were any. */
export function settleSayings(link: Linking): boolean {
  let any = false;
  for (const [saying, kept] of link.reverse) {
    for (const chunk of kept.gone) tell(link, saying, chunk, []);
    any ||= kept.gone.size > 0;
    kept.gone.clear();
  }
  return any;
}
