// Who acts on the execution map: for a function the nodes of those that run it, and for a start the node of what it starts.
import { limits } from '../limits.js';
import type { Chunk, Fn, Region, Runner, RunnerKind, Step } from '../model.js';
import { callersOf } from './callers.js';
import type { Spawn } from './classify.js';
import type { Linking } from './linking.js';
import { type MapDraft, type MapKind, mapWords, type NewNode } from './map-draft.js';
import { type Root, rootsInForce } from './roots.js';
import { runnersOf } from './runners.js';
import { isNotebook } from './stalls.js';
import { spawnsOf } from './starts.js';

export interface Actor {
  readonly node: string;
  readonly kind: MapKind;
  readonly many: boolean;
}
export interface Actors {
  /** Who runs a place of a function; those outside of the workspace where nobody is seen to. */
  of(at: Region): readonly Actor[];
  /** Adds what a start starts, and its pool. */
  started(spawn: Spawn): void;
  /** Adds what a framework calls. */
  handled(root: Root, targets: readonly Fn[]): void;
}

interface Scope {
  readonly link: Linking;
  readonly draft: MapDraft;
  readonly chunks: ReadonlySet<Chunk>;
}
/** Who stands in none of the chunks, such as a test, is left out. */
export function actorsIn(link: Linking, draft: MapDraft, chunks: ReadonlySet<Chunk>): Actors {
  const scope: Scope = { link, draft, chunks };
  const known = new Map<Fn, readonly Actor[]>();
  const of = (at: Region): readonly Actor[] => {
    const { fn } = at;
    if (fn.fact.kind === 'module') {
      const entry = entryNode(draft, fn, entryOf(fn, isMain(at)));
      return [{ node: entry, kind: 'entry', many: false }];
    }
    const found = known.get(fn);
    if (found) return found;
    const all = runnersOf(link, fn);
    const made = all.flatMap((it) => (it.kind === 'main' ? [] : actorOf(scope, it, fn)));
    if (made.length === 0 || all.some((it) => it.kind === 'main')) made.push(...entriesOf(scope, fn));
    const once = [...new Map(made.map((it) => [it.node, it])).values()];
    known.set(fn, once);
    return once;
  };
  return {
    of,
    started(spawn) {
      const node = startedNode(draft, spawn);
      const pool = spawn.pool ? poolNode(draft, spawn) : undefined;
      const step = spawn.runner.because[0];
      for (const it of of(spawn.in)) if (it.node !== (pool ?? node)) draft.edge(it.node, pool ?? node, 'starts', step);
      if (pool !== undefined) draft.edge(pool, node, 'starts', step);
    },
    handled(root, targets) {
      handledNode(draft, root, targets);
    },
  };
}

// ── What is started ──────────────────────────────────────────────────────────────────────────────

const kindOf = (kind: RunnerKind): Exclude<MapKind, 'entry'> => (kind === 'handler' || kind === 'main' ? 'thread' : kind);
const wordsOf = (kind: RunnerKind): readonly [one: string, several: string] => mapWords[kindOf(kind)];

/** The same callable that the same pool is given, or the same kind of runner runs, is one node wherever it is started. */
function startedNode(draft: MapDraft, spawn: Spawn): string {
  const { runner, pool, targets, says, count } = spawn;
  const kind = kindOf(runner.kind);
  const what = targets.length > 0 ? targets.map((it) => it.id).join(' ') : `${spawn.in.fn.id} ${says}`;
  const [one, several] = wordsOf(runner.kind);
  const counted = count.from === 'guess' || count.n < 2 ? several : `${count.says} ${several}`;
  return draft.node({
    id: `${kind} ${what}${pool ? ` in ${poolId(spawn)}` : ''}`,
    kind,
    title: titleOf(spawn),
    says: pool ? (runner.many ? 'jobs of the pool' : 'a job of the pool') : runner.many ? counted : one,
    many: runner.many,
    module: (targets[0] ?? spawn.in.fn).chunk.module,
    names: targets.map((it) => it.id),
    at: [runner.because[0], ...targets.map(definition)],
  });
}
/** As written; a method with the name of its class. */
function titleOf({ says, targets, api }: Spawn): string {
  const [target, more] = targets;
  if (target && !more && (says === '' || says === 'it' || /^self\.[^.]*$/.test(says))) return target.name;
  return says === '' || says === 'it' ? api : says;
}
const definition = (fn: Fn): Step => ({ chunk: fn.chunk, span: fn.fact.span, name: fn.id, note: `\`${fn.name}\``, by: 'source' });

function poolId({ pool }: Spawn): string {
  const made = pool?.made;
  return made ? `pool ${made.in.fn.id} ${pool.name} ${made.in.chunk.events.indexOf(made)}` : `pool ${pool?.name}`;
}
function poolNode(draft: MapDraft, spawn: Spawn): string | undefined {
  const { pool } = spawn;
  if (!pool) return undefined;
  const [one, several] = wordsOf(pool.kind);
  const workers = pool.workers === null ? several : pool.workers === 1 ? `1 ${one}` : `${pool.workers} ${several}`;
  const { made } = pool;
  const at: readonly Step[] = made
    ? [{ chunk: made.in.chunk, span: made.span, name: pool.api, note: `makes \`${pool.name}\` with ${workers}`, by: 'source' }]
    : [];
  return draft.node({
    id: poolId(spawn),
    kind: 'pool',
    title: pool.name,
    says: `pool of ${workers}`,
    many: pool.workers !== 1,
    module: made?.in.chunk.module ?? '',
    names: [pool.api],
    at,
  });
}

// ── Who runs a function ──────────────────────────────────────────────────────────────────────────

function actorOf({ link, draft, chunks }: Scope, runner: Runner, fn: Fn): readonly Actor[] {
  const kind = kindOf(runner.kind);
  const actor = (node: string): Actor => ({ node, kind, many: runner.many });
  const bare = runner.id.slice(runner.id.indexOf(' '));
  const spawns = [...spawnsOf(link, runner), ...otherKinds.flatMap((it) => spawnsOf(link, { ...runner, id: `${it}${bare}` }))];
  if (spawns.length > 0) return spawns.filter((it) => chunks.has(it.in.chunk)).map((it) => actor(startedNode(draft, it)));
  const roots = rootsInForce(link, runner.id);
  const root = roots.find((it) => chunks.has(it.because[0].chunk));
  if (!root && roots.length > 0) return [];
  if (root?.presumed) return [{ node: entryNode(draft, functionNamed(root, fn), 'coroutines'), kind: 'entry', many: true }];
  if (root) return [actor(handledNode(draft, root))];
  const [, several] = wordsOf(runner.kind);
  return [actor(draft.node({ id: `${kind} several`, kind, title: `other ${several}`, says: several, many: true, module: '' }))];
}
/** A coroutine that is given to a thread runs as a task, with the rest of the name. */
const otherKinds = ['thread', 'task', 'process', 'callback'] as const;
const functionNamed = (root: Root, fn: Fn): Fn => {
  const [step] = root.because;
  return step.chunk.functions.find((it) => it.id === step.name) ?? fn;
};

/** Handlers of one library in one module are one node, with an entry for the library. */
function handledNode(draft: MapDraft, root: Root, targets: readonly Fn[] = []): string {
  const kind = kindOf(root.kind);
  const step = root.because[0];
  const library = root.by?.split('.')[0] ?? (root.kind === 'signal' ? 'the interpreter' : 'others');
  if (root.kind === 'main') return draft.node({ ...libraryEntry(library), names: [step.name], at: [step] });
  const module = step.name.slice(0, Math.max(0, step.name.indexOf(':')));
  const [one, several] = wordsOf(root.kind);
  const node = draft.node({
    id: `${kind} ${module} by ${library}`,
    kind,
    title: `handlers in ${lastOf(module)}`,
    says: root.many ? several : one,
    many: root.many,
    module,
    names: [step.name],
    at: [step, ...targets.map(definition)],
  });
  draft.edge(draft.node(libraryEntry(library)), node, 'starts', step);
  return node;
}
const libraryEntry = (library: string): NewNode => ({
  id: `entry by ${library}`,
  kind: 'entry',
  title: library,
  says: 'calls what it is given',
  many: false,
  module: '',
});
const lastOf = (module: string): string => module.split('.').at(-1) ?? module;

type EntryKind = 'program' | 'import' | 'notebook' | 'functions' | 'coroutines';
const entryWords: { readonly [kind in EntryKind]: string } = {
  program: 'run as a program',
  import: 'runs on import',
  notebook: 'cells of a notebook',
  functions: 'for others to call',
  coroutines: 'coroutines for others to await',
};
const entryOf = (fn: Fn, main: boolean): EntryKind => (main ? 'program' : isNotebook(fn) ? 'notebook' : 'import');
/** What a class, or the rest of a module, offers to others is one node. */
function entryNode(draft: MapDraft, fn: Fn, kind: EntryKind): string {
  const { module } = fn.chunk;
  const of = fn.fact.kind === 'module' ? module : (fn.owner ?? module);
  return draft.node({
    id: `entry ${kind} ${of}`,
    kind: 'entry',
    title: of !== module ? of.slice(module.length + 1) : kind === 'notebook' ? module.replace(/-ipynb$/, '.ipynb') : module,
    says: entryWords[kind],
    many: kind === 'coroutines',
    module,
    names: [fn.id],
    at: [definition(fn)],
  });
}
function entriesOf({ link, draft, chunks }: Scope, fn: Fn): readonly Actor[] {
  const found = new Map<string, Actor>();
  const add = (top: Fn, kind: EntryKind): void => {
    const node = entryNode(draft, top, kind);
    found.set(node, { node, kind: 'entry', many: false });
  };
  const seen = new Set<Fn>([fn]);
  const open: { readonly fn: Fn; readonly main: boolean }[] = [{ fn, main: false }];
  for (let it = open.shift(); it && seen.size < limits.mapCallers; it = open.shift()) {
    if (it.fn.fact.kind === 'module') {
      add(it.fn, entryOf(it.fn, it.main));
      continue;
    }
    const callers = callersOf(link, it.fn).filter((one) => chunks.has(one.event.in.chunk));
    const roots = rootsInForce(link, it.fn).filter((one) => one.kind === 'main' && one.by);
    for (const root of roots) {
      const node = handledNode(draft, root);
      found.set(node, { node, kind: 'entry', many: false });
    }
    if (callers.length === 0 && roots.length === 0) add(it.fn, it.fn.fact.async ? 'coroutines' : 'functions');
    for (const { fn: caller, event } of callers) {
      if (seen.has(caller)) continue;
      seen.add(caller);
      open.push({ fn: caller, main: isMain(event.in) });
    }
  }
  return [...found.values()].slice(0, limits.mapEntries);
}
function isMain(at: Region): boolean {
  for (let it: Region | null = at; it; it = it.parent) if (it.guard === 'main') return true;
  return false;
}
