// Every start of a runner in the workspace, by what holds them together, and the functions that event loops call themselves.
import type { Chunk, Fn, Pool, QName, Runner, RunnerKind, Subject } from '../model.js';
import { type Cell, newCell, newInput, read, write } from './cells.js';
import { type Spawn, spawnCell } from './classify.js';
import { handlersIn } from './handlers.js';
import { cellFor, type Linking } from './linking.js';
import { question } from './question.js';

export interface Starts {
  /** Chunks with any. */
  readonly byChunk: Map<Chunk, readonly Spawn[]>;
  readonly version: Cell<number>;
  readonly all: Cell<readonly Spawn[]>;
  /** Changes with the starts that hand work from another thread to a loop, and whether there are any. */
  readonly crossed: Cell<number>;
  readonly crossing: Cell<boolean>;
  /** Chunks that have functions called on a loop. */
  readonly handlers: Map<Chunk, readonly Handled[]>;
  readonly by: Indexes;
  /** By function: is it called by a loop? */
  readonly callbacks: WeakMap<Fn, Callback>;
  /** Functions that became callbacks and are not watched yet. */
  readonly fresh: Set<Fn>;
}
/** What starts are looked up by. */
interface Indexes {
  readonly pool: Index<Pool>;
  readonly starter: Index<Fn>;
  readonly target: Index<Fn>;
  readonly runner: Index<Runner['id']>;
  readonly kind: Index<RunnerKind>;
  readonly made: Index<Subject>;
}
interface Index<K> {
  readonly keys: (it: Spawn) => readonly K[];
  readonly groups: {
    get(key: K): Group | undefined;
    set(key: K, group: Group): unknown;
    delete(key: K): boolean;
  };
}
const indexBy = <K extends object>(keys: (it: Spawn) => readonly K[]): Index<K> => ({ keys, groups: new WeakMap() });
const newIndexes = (): Indexes => ({
  pool: indexBy((it) => (it.pool ? [it.pool] : [])),
  starter: indexBy((it) => [it.in.fn]),
  target: indexBy((it) => it.targets),
  runner: { keys: (it) => [it.runner.id], groups: new Map() },
  kind: { keys: (it) => [it.runner.kind], groups: new Map() },
  made: indexBy((it) => (it.pool?.made ? [it.call, it.pool.made] : [it.call])),
});
/** From other threads into the loop. */
const crosses = /threadsafe$|^(?:anyio|trio)\.from_thread\./;
/** Starts with something in common. */
interface Group {
  readonly version: Cell<number>;
  readonly chunks: Set<Chunk>;
  sorted: readonly Spawn[] | undefined;
}
interface Callback {
  readonly is: Cell<boolean>;
  readonly draws: Cell<boolean>;
  /** What hands it to a loop. */
  readonly times: { loop: number; window: number };
}

const counter = (): Cell<number> => newInput(0);
export function newStarts(link: () => Linking): Starts {
  return {
    byChunk: new Map(),
    handlers: new Map(),
    version: counter(),
    all: newCell<readonly Spawn[]>({ kind: 'starts', fallback: [], same: sameList }, () => collect(link())),
    crossed: counter(),
    crossing: newCell<boolean>({ kind: 'crossing', fallback: false, same: Object.is }, () => findCrossing(link())),
    by: newIndexes(),
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
  if (before.some(isCrossing) || now.some(isCrossing)) bump(link, link.starts.crossed);
  bump(link, version);
}
const bump = (link: Linking, cell: Cell<number>): void => write(link.cells, cell, cell.value + 1);

function regroup(link: Linking, chunk: Chunk, before: readonly Spawn[], now: readonly Spawn[]): void {
  const { by } = link.starts;
  for (const index of [by.pool, by.starter, by.target, by.runner, by.kind, by.made] as readonly Index<unknown>[]) {
    const holds = new Set(now.flatMap(index.keys));
    for (const key of new Set([...before.flatMap(index.keys), ...holds])) {
      const group = groupOf(index, key);
      if (holds.has(key)) group.chunks.add(chunk);
      else group.chunks.delete(chunk);
      group.sorted = undefined;
      bump(link, group.version);
      if (group.chunks.size === 0) index.groups.delete(key); // who read it asks again
    }
  }
}
function groupOf<K>({ groups }: Index<K>, key: K): Group {
  const known = groups.get(key);
  if (known) return known;
  const made: Group = { version: counter(), chunks: new Set(), sorted: undefined };
  groups.set(key, made);
  return made;
}
function inGroup<K>(link: Linking, index: Index<K>, key: K): readonly Spawn[] {
  const group = groupOf(index, key);
  read(link.cells, group.version);
  group.sorted ??= sorted(link, group.chunks).filter((it) => index.keys(it).includes(key));
  return group.sorted;
}
// Each in the order of files and positions; who asks is asked again when one of these starts changes, and not for any other.
/** What is given to one pool. */
export const spawnsOfPool = (link: Linking, pool: Pool): readonly Spawn[] => inGroup(link, link.starts.by.pool, pool);
/** What one function starts itself. */
export const spawnsOfFunction = (link: Linking, fn: Fn): readonly Spawn[] => inGroup(link, link.starts.by.starter, fn);
/** What starts one function. */
export const spawnsOfTarget = (link: Linking, fn: Fn): readonly Spawn[] => inGroup(link, link.starts.by.target, fn);
/** The starts of a runner; none for what a framework calls, and where several fell together. */
export const spawnsOf = (link: Linking, runner: Runner): readonly Spawn[] => inGroup(link, link.starts.by.runner, runner.id);
export const spawnsOfKind = (link: Linking, kind: RunnerKind): readonly Spawn[] => inGroup(link, link.starts.by.kind, kind);
/** What calls start, and what is given to the pools that they make. */
export function spawnsMadeBy(link: Linking, calls: ReadonlySet<Subject>): readonly Spawn[] {
  const found = new Set([...calls].flatMap((it) => inGroup(link, link.starts.by.made, it)));
  if (calls.size < 2) return [...found];
  return sorted(link, new Set([...found].map((it) => it.in.chunk))).filter((it) => found.has(it));
}
const isCrossing = (it: Spawn): boolean => crosses.test(it.api);
function findCrossing(link: Linking): boolean {
  read(link.cells, link.starts.crossed);
  for (const all of link.starts.byChunk.values()) if (all.some(isCrossing)) return true;
  return false;
}
/** Does anything hand work from another thread to a loop? */
export const crossesThreads = (link: Linking): boolean => read(link.cells, link.starts.crossing);

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

/** Keeps known which functions the frameworks of a chunk call on their loops. */
export function watchHandlers(link: Linking, chunk: Chunk): Cell<readonly Handled[]> {
  const work = (): readonly Handled[] =>
    handlersIn(link, chunk).flatMap(({ root, targets }) => {
      const on = root.kind === 'callback' && root.by ? loopOf(root.by) : undefined;
      return on ? targets.map((fn) => ({ fn, on })) : [];
    });
  return cellFor(link, chunkHandlers, chunk, chunk, work, { wanted: true, done: (now) => noteHandlers(link, chunk, now) });
}
export const forgetHandlers = (link: Linking, chunk: Chunk): void => noteHandlers(link, chunk, []);
function noteHandlers(link: Linking, chunk: Chunk, now: readonly Handled[]): void {
  const before = link.starts.handlers.get(chunk) ?? [];
  if (now.length === 0 && before.length === 0) return;
  if (now.length > 0) link.starts.handlers.set(chunk, now);
  else link.starts.handlers.delete(chunk);
  count(link, before, now);
}
/** A function with the kind of loop that calls it. */
interface Handled {
  readonly fn: Fn;
  readonly on: 'loop' | 'window';
}
const chunkHandlers = question<Chunk, readonly Handled[]>({
  kind: 'loop handlers',
  fallback: [],
  same: (a, b) => a.length === b.length && a.every((it, at) => it.fn === b[at]?.fn && it.on === b[at]?.on),
});
const loopOf = (api: QName): Handled['on'] | undefined => (asynchronous.test(api) ? 'loop' : drawing.test(api) ? 'window' : undefined);

/** Functions that the thread calls which draws the windows of a program. */
export const isWindowCode = (link: Linking, fn: Fn): boolean => !fn.fact.async && read(link.cells, callbackOf(link, fn).draws);
/** Coroutines, and functions that the loop calls itself: `call_soon`, `add_done_callback` and their kin. */
export const isLoopCode = (link: Linking, fn: Fn): boolean => fn.fact.async || read(link.cells, callbackOf(link, fn).is);
function callbackOf(link: Linking, fn: Fn): Callback {
  const known = link.starts.callbacks.get(fn);
  if (known) return known;
  const no = (): Cell<boolean> => newInput(false);
  const made: Callback = { is: no(), draws: no(), times: { loop: 0, window: 0 } };
  link.starts.callbacks.set(fn, made);
  return made;
}
function countCallbacks(link: Linking, before: readonly Spawn[], now: readonly Spawn[]): void {
  const handled = (all: readonly Spawn[]): readonly Handled[] =>
    all.flatMap((spawn) => {
      const on = spawn.runner.kind === 'callback' ? loopOf(spawn.api) : undefined;
      return on ? spawn.targets.map((fn) => ({ fn, on })) : [];
    });
  count(link, handled(before), handled(now));
}
function count(link: Linking, before: readonly Handled[], now: readonly Handled[]): void {
  const touched = new Set<Fn>();
  const add = (all: readonly Handled[], times: 1 | -1): void => {
    for (const { fn, on } of all) {
      callbackOf(link, fn).times[on] += times;
      touched.add(fn);
    }
  };
  add(before, -1);
  add(now, 1);
  for (const fn of touched) {
    const { is, draws, times } = callbackOf(link, fn);
    write(link.cells, is, times.loop > 0);
    write(link.cells, draws, times.window > 0);
    if (times.loop > 0 || times.window > 0) link.starts.fresh.add(fn);
  }
}
/** Loops with coroutines. */
const asynchronous =
  /^(?:asyncio|tornado|uvloop|anyio|trio|fastapi|starlette|textual|aiohttp|quart|sanic|litestar|discord|aiogram|telegram|nicegui)\./;
/** Loops that draw windows. */
const drawing = /^(?:tkinter|customtkinter|PyQt[56]|PySide[26]|wx|gi)\./;
