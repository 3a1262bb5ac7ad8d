// Where runners begin: starts, and functions that a framework calls, each with what it runs.
import type { Chunk, Fn, QName, RunnerKind, Step, Subject, Witness } from '../model.js';
import { type Cell, read } from './cells.js';
import { joins, type Spawn, spawnsIn } from './classify.js';
import { handlersIn } from './handlers.js';
import { apiOf, attempt, cellFor, eventsOf, type Linking } from './linking.js';
import { question, sameItems } from './question.js';
import { heard, isGone, type Said, type Saying, tell } from './reverse.js';
import { sameSteps } from './steps.js';

export interface Root {
  readonly id: string;
  readonly kind: RunnerKind;
  /** More than one may live at once whoever starts it. */
  readonly many: boolean;
  /** Memory of its own; null shares that of who starts it. */
  readonly space: string | null;
  /** Whose run starts it; null for what frameworks call. */
  readonly from: Fn | null;
  /** It has ended before one run of `from` ends. */
  readonly ended: boolean;
  /** Given to a pool with one worker, which is not made by `from`. */
  readonly alone: boolean;
  /** A coroutine runs on some loop, which is believed only where nobody is seen to start or to await it. */
  readonly presumed?: true;
  readonly because: Witness;
  /** The API that has a framework or library call it; for what frameworks call alone. */
  readonly by?: QName;
}
/** A root with the functions it runs. */
export interface Rooted {
  readonly root: Root;
  readonly targets: readonly Fn[];
}

/** What runs the function as its first, in no particular order. */
export const rootsOf = (link: Linking, fn: Fn): readonly Root[] => heard(link, starting, fn).filter((it) => !it.presumed && !wasGone(it));
/**
 * The roots of a function or of an id. While an edit is under way, what the old text says counts until the new one says the same, so that
 * runners which stay do not come and go.
 */
export function rootsInForce(link: Linking, key: Fn | string): readonly Root[] {
  const all = heard(link, starting, key);
  return all.some(wasGone) ? all.filter((it) => !wasGone(it) || !all.some((other) => other.id === it.id && !wasGone(other))) : all;
}
const wasGone = (it: Root): boolean => isGone(it.because[0].chunk);
export const isStarted = (link: Linking, fn: Fn): boolean => rootsOf(link, fn).length > 0;

const chunkRoots = question<Chunk, readonly Rooted[]>({
  kind: 'roots',
  fallback: [],
  same: (a, b) => a.length === b.length && a.every((it, at) => sameRooted(it, b[at] as Rooted)),
});
function sameRooted(a: Rooted, b: Rooted): boolean {
  const [x, y] = [a.root, b.root];
  return (
    sameItems(a.targets, b.targets) &&
    x.id === y.id &&
    x.kind === y.kind &&
    x.many === y.many &&
    x.space === y.space &&
    x.from === y.from &&
    x.ended === y.ended &&
    x.alone === y.alone &&
    x.by === y.by &&
    sameSteps(x.because, y.because)
  );
}
const starting: Saying<Fn | string, Root> = {
  kind: 'rooted',
  cell: (link, chunk) =>
    cellFor(link, chunkRoots, chunk, chunk, () => rootsIn(link, chunk), {
      wanted: true,
      done: (now) => tell(link, starting, chunk, now.flatMap(said)),
    }) as unknown as Cell<unknown>,
};
/** Where runners begin, as one chunk says. */
export const rootsOfChunk = (link: Linking, chunk: Chunk): readonly Rooted[] =>
  read(link.cells, starting.cell(link, chunk)) as readonly Rooted[];
const said = ({ root, targets }: Rooted): readonly Said<Fn | string, Root>[] => [root.id, ...targets].map((to) => ({ to, what: root }));

function rootsIn(link: Linking, chunk: Chunk): readonly Rooted[] {
  const started = spawnsIn(link, chunk).flatMap((it) => attempt(link, it.call, [], () => startedBy(link, it)));
  return [...started, ...handlersIn(link, chunk), ...chunk.functions.flatMap(coroutine)];
}
function coroutine(fn: Fn): readonly Rooted[] {
  if (!fn.fact.async || fn.fact.broken) return [];
  const note = `\`${fn.name}\` is a coroutine: it runs on an event loop`;
  const step: Step = { chunk: fn.chunk, span: fn.fact.span, name: fn.id, note, by: 'assumed' };
  const root: Root = {
    id: `task ${fn.id} (presumed)`,
    kind: 'task',
    many: true,
    space: null,
    from: null,
    ended: false,
    alone: false,
    presumed: true,
    because: [step],
  };
  return [{ root, targets: [fn] }];
}

/** Functions and coroutines given to one API may run on different runners. */
function startedBy(link: Linking, spawn: Spawn): readonly Rooted[] {
  const { runner, pool } = spawn;
  const kind = runner.kind === 'handler' ? 'thread' : runner.kind;
  const runs = apiOf(link, spawn.api)?.spawns?.coroutines ?? (runner.kind === 'task' || runner.kind === 'handler' ? 'task' : undefined);
  const from = spawn.in.fn;
  const root = (on: RunnerKind): Root => {
    const id = on === runner.kind ? runner.id : `${on}${runner.id.slice(runner.id.indexOf(' '))}`;
    return {
      id,
      kind: on,
      many: (runner.many && runner.kind !== 'signal') || runner.kind === 'handler',
      space: on === 'process' || on === 'interpreter' ? id : null,
      from: runner.kind === 'handler' ? null : from,
      ended: hasEnded(link, spawn),
      alone: pool?.workers === 1 && pool.made?.in.fn !== from,
      because: runner.because,
    };
  };
  const plain = spawn.targets.filter((it) => !it.fact.async);
  const coroutines = spawn.targets.filter((it) => it.fact.async);
  return [
    ...(plain.length > 0 ? [{ root: root(kind), targets: plain }] : []),
    ...(coroutines.length > 0 && runs ? [{ root: root(runs), targets: coroutines }] : []),
  ];
}

/** Awaited, waited for, joined, or given to a pool that a `with` of the same function closes. */
function hasEnded(link: Linking, { call, api, pool }: Spawn): boolean {
  if (call.result === 'awaited' || apiOf(link, api)?.gil === 'waits' || joins(link, call).length > 0) return true;
  const made = pool?.made;
  return made !== undefined && made !== null && made.in.fn === call.in.fn && isManaged(link, made);
}
function isManaged(link: Linking, made: Subject<'call'>): boolean {
  const { events } = made.in.chunk;
  return eventsOf(link, made.in.fn).some(
    (it) =>
      it.kind === 'with' && it.in.chunk === made.in.chunk && it.items.some((item) => item.is === 'call' && events[item.event] === made),
  );
}
