// Every start of a runner in the workspace, by what holds them together, and the functions that event loops call themselves.
import type { Chunk, Fn, Pool } from '../model.js';
import { type Cell, newCell, read, write } from './cells.js';
import { type Spawn, spawnCell } from './classify.js';
import type { Linking } from './linking.js';

export interface Starts {
  /** Chunks with any. */
  readonly byChunk: Map<Chunk, readonly Spawn[]>;
  readonly version: Cell<number>;
  readonly all: Cell<readonly Spawn[]>;
  /** By pool, and by the function they stand in. */
  readonly groups: WeakMap<object, Group>;
  /** By function: is it called by a loop? */
  readonly callbacks: WeakMap<Fn, Callback>;
  /** Functions that became callbacks and are not watched yet. */
  readonly fresh: Set<Fn>;
}
/** Starts that have a pool or a function in common. */
interface Group {
  readonly version: Cell<number>;
  readonly chunks: Set<Chunk>;
  sorted: readonly Spawn[] | undefined;
}
interface Callback {
  readonly is: Cell<boolean>;
  /** Starts that hand it to a loop. */
  times: number;
}

const counter = (): Cell<number> => newCell<number>({ kind: 'input', work: null, fallback: 0 });
export function newStarts(link: () => Linking): Starts {
  return {
    byChunk: new Map(),
    version: counter(),
    all: newCell<readonly Spawn[]>({ kind: 'starts', fallback: [], same: sameList, work: () => collect(link()) }),
    groups: new WeakMap(),
    callbacks: new WeakMap(),
    fresh: new Set(),
  };
}
const sameList = (a: readonly Spawn[], b: readonly Spawn[]): boolean => a.length === b.length && a.every((it, at) => it === b[at]);

/** Keeps the starts of a chunk known from now on. */
export function watchSpawns(link: Linking, chunk: Chunk): Cell<readonly Spawn[]> {
  return spawnCell(link, chunk, { wanted: true, done: (now) => note(link, chunk, now) });
}
/** A chunk that is gone starts nothing. */
export const forgetSpawns = (link: Linking, chunk: Chunk): void => note(link, chunk, []);
function note(link: Linking, chunk: Chunk, now: readonly Spawn[]): void {
  const { byChunk, version } = link.starts;
  const before = byChunk.get(chunk) ?? [];
  if (now.length === 0 && before.length === 0) return;
  if (now.length > 0) byChunk.set(chunk, now);
  else byChunk.delete(chunk);
  regroup(link, chunk, before, now);
  countCallbacks(link, before, now);
  bump(link, version);
}
const bump = (link: Linking, cell: Cell<number>): void => write(link.cells, cell, cell.value + 1);

function regroup(link: Linking, chunk: Chunk, before: readonly Spawn[], now: readonly Spawn[]): void {
  const keys = (all: readonly Spawn[]): Set<object> => new Set(all.flatMap((it): object[] => (it.pool ? [it.pool, it.in.fn] : [it.in.fn])));
  const holds = keys(now);
  for (const key of new Set([...keys(before), ...holds])) {
    const group = groupOf(link, key);
    if (holds.has(key)) group.chunks.add(chunk);
    else group.chunks.delete(chunk);
    group.sorted = undefined;
    bump(link, group.version);
  }
}
function groupOf(link: Linking, key: object): Group {
  const known = link.starts.groups.get(key);
  if (known) return known;
  const made: Group = { version: counter(), chunks: new Set(), sorted: undefined };
  link.starts.groups.set(key, made);
  return made;
}
function inGroup(link: Linking, key: object, belongs: (it: Spawn) => boolean): readonly Spawn[] {
  const group = groupOf(link, key);
  read(link.cells, group.version);
  group.sorted ??= sorted(link, group.chunks).filter(belongs);
  return group.sorted;
}
/** What is given to one pool, in the order of files and positions. */
export const spawnsOfPool = (link: Linking, pool: Pool): readonly Spawn[] => inGroup(link, pool, (it) => it.pool === pool);
/** What one function starts itself, in the order of its source. */
export const spawnsOfFunction = (link: Linking, fn: Fn): readonly Spawn[] => inGroup(link, fn, (it) => it.in.fn === fn);

/** In the order of files and positions. */
export const allSpawns = (link: Linking): readonly Spawn[] => read(link.cells, link.starts.all);
function collect(link: Linking): readonly Spawn[] {
  const { byChunk, version } = link.starts;
  read(link.cells, version);
  return sorted(link, byChunk.keys());
}
function sorted(link: Linking, chunks: Iterable<Chunk>): readonly Spawn[] {
  const { byChunk } = link.starts;
  return [...chunks]
    .sort((a, b) => (a.file === b.file ? a.order - b.order : a.file < b.file ? -1 : 1))
    .flatMap((it) => byChunk.get(it) ?? []);
}

/** Coroutines, and functions that the loop calls itself: `call_soon`, `add_done_callback` and their kin. */
export const isLoopCode = (link: Linking, fn: Fn): boolean => fn.fact.async || read(link.cells, callbackOf(link, fn).is);
function callbackOf(link: Linking, fn: Fn): Callback {
  const known = link.starts.callbacks.get(fn);
  if (known) return known;
  const made: Callback = { is: newCell<boolean>({ kind: 'input', work: null, fallback: false }), times: 0 };
  link.starts.callbacks.set(fn, made);
  return made;
}
function countCallbacks(link: Linking, before: readonly Spawn[], now: readonly Spawn[]): void {
  const touched = new Set<Fn>();
  const add = (all: readonly Spawn[], times: 1 | -1): void => {
    for (const spawn of all) {
      if (spawn.runner.kind !== 'callback' || !asynchronous.test(spawn.api)) continue;
      for (const fn of spawn.targets) {
        callbackOf(link, fn).times += times;
        touched.add(fn);
      }
    }
  };
  add(before, -1);
  add(now, 1);
  for (const fn of touched) {
    const { is, times } = callbackOf(link, fn);
    write(link.cells, is, times > 0);
    if (times > 0) link.starts.fresh.add(fn);
  }
}
/** Loops with coroutines; those of a GUI are another matter. */
const asynchronous = /^(?:asyncio|tornado|uvloop|anyio|trio)\./;
