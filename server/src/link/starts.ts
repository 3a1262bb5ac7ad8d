// Every start of a runner in the workspace, and the functions that event loops call themselves.
import type { Chunk, Fn } from '../model.js';
import { type Cell, newCell, read, write } from './cells.js';
import { type Spawn, spawnCell } from './classify.js';
import type { Linking } from './linking.js';

export interface Starts {
  /** Chunks with any. */
  readonly byChunk: Map<Chunk, readonly Spawn[]>;
  readonly version: Cell<number>;
  readonly all: Cell<readonly Spawn[]>;
  readonly callbacks: Cell<ReadonlySet<Fn>>;
}

export function newStarts(link: () => Linking): Starts {
  return {
    byChunk: new Map(),
    version: newCell<number>({ kind: 'input', work: null, fallback: 0 }),
    all: newCell<readonly Spawn[]>({ kind: 'starts', fallback: [], same: sameList, work: () => collect(link()) }),
    callbacks: newCell<ReadonlySet<Fn>>({
      kind: 'callbacks',
      fallback: new Set(),
      same: sameSet,
      work: () => callbacksOf(link()),
      wanted: true,
    }),
  };
}
const sameList = (a: readonly Spawn[], b: readonly Spawn[]): boolean => a.length === b.length && a.every((it, at) => it === b[at]);
const sameSet = (a: ReadonlySet<Fn>, b: ReadonlySet<Fn>): boolean => a.size === b.size && [...a].every((it) => b.has(it));

/** Keeps the starts of a chunk known from now on. */
export function watchSpawns(link: Linking, chunk: Chunk): Cell<readonly Spawn[]> {
  return spawnCell(link, chunk, { wanted: true, done: (now) => note(link, chunk, now) });
}
/** A chunk that is gone starts nothing. */
export const forgetSpawns = (link: Linking, chunk: Chunk): void => note(link, chunk, []);
function note(link: Linking, chunk: Chunk, now: readonly Spawn[]): void {
  const { byChunk, version } = link.starts;
  if (now.length === 0 && !byChunk.has(chunk)) return;
  if (now.length > 0) byChunk.set(chunk, now);
  else byChunk.delete(chunk);
  write(link.cells, version, version.value + 1);
}

/** In the order of files and positions. */
export const allSpawns = (link: Linking): readonly Spawn[] => read(link.cells, link.starts.all);
function collect(link: Linking): readonly Spawn[] {
  const { byChunk, version } = link.starts;
  read(link.cells, version);
  return [...byChunk]
    .sort(([a], [b]) => (a.file === b.file ? a.order - b.order : a.file < b.file ? -1 : 1))
    .flatMap(([, spawns]) => spawns);
}

/** Coroutines, and functions that the loop calls itself: `call_soon`, `add_done_callback` and their kin. */
export const isLoopCode = (link: Linking, fn: Fn): boolean => fn.fact.async || loopCallbacks(link).has(fn);
export const loopCallbacks = (link: Linking): ReadonlySet<Fn> => read(link.cells, link.starts.callbacks);
function callbacksOf(link: Linking): ReadonlySet<Fn> {
  return new Set(allSpawns(link).flatMap((it) => (it.runner.kind === 'callback' && asynchronous.test(it.api) ? it.targets : [])));
}
/** Loops with coroutines; those of a GUI are another matter. */
const asynchronous = /^(?:asyncio|tornado|uvloop|anyio|trio)\./;
