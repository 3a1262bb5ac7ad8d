// The execution map: who starts whom, on which threads, pools, processes and loops, and which locks and shared memory they touch.
import type { Chunk, Lock, Place, Region, Role, Step, Subject } from '../model.js';
import { calledBy } from './called.js';
import { handleOf } from './classify.js';
import { isDemonstrationPath } from './demonstration.js';
import type { Module } from './index.js';
import { apiOf, attempt, everyModule, functionsOf, type Linking } from './linking.js';
import { spelled } from './locks.js';
import { knownObject } from './makes.js';
import { type Actor, type Actors, actorsIn } from './map-actors.js';
import { type ExecutionMap, type MapDraft, type NewNode, newDraft } from './map-draft.js';
import { locate, placeOf, type Spot } from './places.js';
import { rootsOfChunk } from './roots.js';
import { sectionsOf } from './sections.js';
import { allSpawns } from './starts.js';
import { sharedTouches, spotsIn, type Touched, touchSteps, writes } from './touches.js';

/** Of the modules that `asked` takes, tests and examples aside. */
export function executionMap(link: Linking, asked: (file: string) => boolean): ExecutionMap<Step> {
  const draft = newDraft();
  const modules = productive(everyModule(link).filter((it) => asked(it.file)));
  const chunks = new Set<Chunk>(modules.flatMap((it) => it.chunks));
  const actors = actorsIn(link, draft, chunks);
  for (const spawn of allSpawns(link)) if (chunks.has(spawn.in.chunk)) actors.started(spawn);
  for (const chunk of chunks) addHandlers(link, actors, chunk);
  const locks = locksIn(link, draft, actors, modules);
  const spots = new Set([...chunks].flatMap((it) => spotsIn(link, it)));
  for (const spot of spots) addSpot(link, draft, actors, locks, chunks, spot);
  addChannels(link, draft, actors, chunks);
  return draft.done();
}
/** Tests and examples aside; all of them where there is nothing else. */
function productive(all: readonly Module[]): readonly Module[] {
  const own = all.filter((it) => !isDemonstrationPath(it.place));
  return own.length > 0 ? own : all;
}

function addHandlers(link: Linking, actors: Actors, chunk: Chunk): void {
  for (const { root, targets } of rootsOfChunk(link, chunk)) {
    if (root.presumed || root.from || !root.by) continue;
    if (targets.length > 0) actors.handled(root, targets);
  }
}

// ── Locks ────────────────────────────────────────────────────────────────────────────────────────

interface KnownLocks {
  /** The nodes of those that are drawn. */
  idsOf(all: readonly Lock[]): readonly string[];
}
const families = { thread: 'lock of threads', task: 'lock of tasks', process: 'lock of processes' } as const;

function locksIn(link: Linking, draft: MapDraft, actors: Actors, modules: readonly Module[]): KnownLocks {
  const idOf = (lock: Lock): string => `lock ${lock.id}`;
  for (const module of modules) {
    for (const fn of functionsOf(link, module)) {
      for (const { lock, by, inherited } of sectionsOf(link, fn)) {
        if (inherited || isMadeHere(lock)) continue;
        const made = lock.made;
        const node = draft.node({
          id: idOf(lock),
          kind: 'lock',
          title: titleOf(lock),
          says: families[lock.family],
          many: false,
          module: lock.id.slice(0, Math.max(0, lock.id.indexOf(':'))),
          at: made ? [{ chunk: made.in.chunk, span: made.span, name: lock.id, note: `makes \`${lock.name}\``, by: 'source' }] : [],
        });
        const step: Step = { chunk: by.in.chunk, span: by.span, name: fn.id, note: `\`${fn.name}\` takes \`${lock.name}\``, by: 'source' };
        for (const it of actors.of(by.in)) draft.edge(it.node, node, 'takes', step);
      }
    }
  }
  return { idsOf: (all) => all.map(idOf).filter((it) => draft.has(it)) };
}
/** What a call gives where it is taken: nobody can tell whether others take the same one. */
const isMadeHere = (lock: Lock): boolean => lock.id.includes('@');
/** `Counter._lock`, `LOCK`; what is no place of its own goes by how it is written. */
const titleOf = (lock: Lock): string => (/[/?]/.test(lock.id) ? lock.name : lock.id.slice(lock.id.indexOf(':') + 1)) || lock.name;

// ── Channels ─────────────────────────────────────────────────────────────────────────────────────

const channels: ReadonlySet<Role | undefined> = new Set<Role>(['queue', 'event', 'condition', 'barrier', 'proxy', 'value']);

interface Talk {
  readonly node: NewNode;
  readonly step: Step;
  readonly kind: 'reads' | 'writes';
  readonly actors: readonly Actor[];
}
/** What runners talk through: drawn where at least two of them do. */
function addChannels(link: Linking, draft: MapDraft, actors: Actors, chunks: Iterable<Chunk>): void {
  const talks = new Map<string, Talk[]>();
  for (const chunk of chunks) {
    for (const event of chunk.events) {
      const talk = event.kind === 'call' && !event.implied ? attempt(link, event, undefined, () => talkAt(link, actors, event)) : undefined;
      if (talk) talks.set(talk.node.id, [...(talks.get(talk.node.id) ?? []), talk]);
    }
  }
  for (const all of talks.values()) {
    const ends = new Map(all.flatMap((it) => it.actors.map((one) => [one.node, one] as const)));
    if (ends.size < 2 && ![...ends.values()].some((it) => it.many)) continue;
    for (const { node, step, kind, actors: own } of all) for (const it of own) draft.edge(it.node, draft.node(node), kind, step);
  }
}
function talkAt(link: Linking, actors: Actors, call: Subject<'call'>): Talk | undefined {
  if (call.callee.is !== 'attr') return undefined;
  const called = calledBy(link, call);
  if (!called?.receiver || !channels.has(apiOf(link, called.receiver)?.is)) return undefined;
  const { of, name: method } = call.callee;
  const made = knownObject(link, of, call.in)?.made;
  const spot = (made ? heldIn(link, made) : undefined) ?? locate(link, of, call.in)?.spot;
  if (!made && !spot) return undefined;
  const title = spot?.name ?? (made && handleOf(made)) ?? spelled(of);
  const node: NewNode = {
    id: `channel ${spot?.id ?? `${made?.in.fn.id} ${made?.in.chunk.events.indexOf(made)}`}`,
    kind: 'channel',
    title,
    says: called.receiver,
    many: false,
    module: (made?.in ?? call.in).chunk.module,
    names: [title],
    at: made ? [{ chunk: made.in.chunk, span: made.span, name: title, note: `makes \`${title}\``, by: 'source' }] : [],
  };
  const step: Step = {
    chunk: call.in.chunk,
    span: call.span,
    name: called.name,
    note: `\`${call.in.fn.name}\` calls \`${spelled(of)}.${method}\``,
    by: called.by,
  };
  return { node, step, kind: called.api.signals || called.api.mutates ? 'writes' : 'reads', actors: actors.of(call.in) };
}

/** The place that what a call makes is put into. */
function heldIn(link: Linking, made: Subject<'call'>): Spot | undefined {
  const { events } = made.in.chunk;
  const bind = events.find((it): it is Subject<'bind'> => it.kind === 'bind' && it.value.is === 'call' && events[it.value.event] === made);
  return bind && locate(link, bind.target, bind.in)?.spot;
}

// ── Memory ───────────────────────────────────────────────────────────────────────────────────────

/** Handles, channels and locks are on the map already, and what each thread or task has to itself is not shared. */
const isOwnKind = (role: Role | undefined): boolean =>
  role !== undefined && (channels.has(role) || /^(?:r?lock|semaphore|future|task|thread|process|local|contextvar)$/.test(role));

interface Use {
  readonly touched: Touched;
  readonly actors: readonly Actor[];
}
function addSpot(link: Linking, draft: MapDraft, actors: Actors, locks: KnownLocks, chunks: ReadonlySet<Chunk>, spot: Spot): void {
  const slot = placeOf(link, spot, 'slot');
  const api = slot.holds === undefined ? undefined : apiOf(link, slot.holds);
  if (isOwnKind(api?.is)) return;
  const uses = (['slot', 'contents'] as const).flatMap((part) =>
    sharedTouches(link, spot, placeOf(link, spot, part))
      .filter((it) => chunks.has(it.event.in.chunk) && it.event.in.fn.fact.kind !== 'module')
      .map((touched): Use => ({ touched, actors: actorsOf(actors, touched.event.in) })),
  );
  if (!isShared(uses)) return;
  const node = draft.node(stateNode(spot, slot));
  for (const { touched, actors: all } of uses) {
    const step = touchSteps(touched, slot, null)[0];
    const kind = writes(touched.op) ? 'writes' : 'reads';
    for (const it of all) draft.edge(it.node, node, kind, step, locks.idsOf(touched.locks));
  }
}
/** A process has memory of its own. */
const actorsOf = (actors: Actors, at: Region): readonly Actor[] =>
  actors.of(at).filter((it) => it.kind !== 'process' && it.kind !== 'interpreter');

/** Somebody writes, and another one that may run at the same time touches it. */
function isShared(uses: readonly Use[]): boolean {
  const all = new Map(uses.flatMap((it) => it.actors.map((one) => [one.node, one] as const)));
  const concurrent = [...all.values()].filter((it) => it.kind !== 'entry' || it.many);
  if (concurrent.length === 0) return false;
  const apart = all.size > 1 || concurrent.some((it) => it.many);
  return apart && uses.some((it) => writes(it.touched.op));
}
function stateNode(spot: Spot, { born: bind }: Place): NewNode {
  const module = spot.id.slice(0, Math.max(0, spot.id.indexOf(':')));
  const born = spot.home === 'instance' || spot.home === 'class';
  const cls = born ? spot.name.slice(0, spot.name.lastIndexOf('.')) : '';
  return {
    id: born ? `state ${module}:${cls} ${spot.home}` : `state ${spot.id}`,
    kind: 'state',
    title: born ? cls : spot.name,
    says: homes[spot.home],
    many: false,
    module,
    names: [spot.name],
    at: bind ? [{ chunk: bind.in.chunk, span: bind.span, name: spot.id, note: `\`${spot.name}\` gets its first value`, by: 'source' }] : [],
  };
}
const homes: { readonly [home in Spot['home']]: string } = {
  global: 'global variable',
  class: 'class attributes',
  instance: 'object attributes',
  closure: 'captured variable',
  default: 'default value',
  process: 'process-wide state',
};
