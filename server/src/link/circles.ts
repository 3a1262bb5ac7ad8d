// Who wants a lock while holding another: a lock that waits for itself, and locks that runners take in opposite orders.
import { limits } from '../limits.js';
import type { Chunk, Fn, Hold, Lock, Runner, Step, Subject } from '../model.js';
import { type Edge, edgesOf, isLazy } from './calls.js';
import { type Cell, drop } from './cells.js';
import { entryLocks } from './held.js';
import { attempt, cellFor, eventsOf, functionsOf, hitBound, type Linking, moduleAt, once } from './linking.js';
import { sameLock } from './locks.js';
import { receiverClass } from './places.js';
import { question } from './question.js';
import { heard, type Said, type Saying, tell } from './reverse.js';
import { isRuledOut } from './ruled-out.js';
import { runnersOf } from './runners.js';
import { acquired, netReleases, type Section, sectionsOf } from './sections.js';
import { sameSteps } from './steps.js';

export type Circle = Subject<'circle'>;

// ── Locks that a call takes, itself or below ─────────────────────────────────────────────────────

export interface Taken {
  readonly lock: Lock;
  readonly bounded: boolean;
  /** The hops down to the place that takes it. */
  readonly steps: readonly Step[];
}
const functionTakes = question<Fn, readonly Taken[]>({
  kind: 'locks taken',
  fallback: [],
  same: (a, b) =>
    a.length === b.length &&
    a.every(
      (it, at) => sameLock(it.lock, (b[at] as Taken).lock) && it.bounded === b[at]?.bounded && sameSteps(it.steps, b[at]?.steps ?? []),
    ),
});
/** Each lock once, with its shortest chain. */
export function takenBy(link: Linking, fn: Fn): readonly Taken[] {
  return once(link, functionTakes, fn, fn, () => {
    const found = new Map<string, Taken>();
    const keep = (it: Taken): void => {
      if (it.steps.length > limits.lockCalls) return hitBound(link, 'lockCalls');
      const known = found.get(it.lock.id);
      if (!known || it.steps.length < known.steps.length) found.set(it.lock.id, it);
    };
    for (const it of sectionsOf(link, fn)) if (!it.inherited) keep({ lock: it.lock, bounded: it.bounded, steps: [takeStep(it)] });
    for (const event of eventsOf(link, fn)) for (const it of takenAt(link, event)) keep(it);
    const all = [...found.values()].sort((a, b) => a.steps.length - b.steps.length || (a.lock.id < b.lock.id ? -1 : 1));
    if (all.length > limits.locksTaken) hitBound(link, 'locksTaken');
    return all.slice(0, limits.locksTaken);
  });
}
const takeStep = (it: Section): Step => ({
  chunk: it.chunk,
  span: it.by.span,
  name: it.fn.id,
  note: `\`${it.fn.name}\` takes \`${it.lock.name}\``,
  by: it.basis,
});

/** What the functions that an event runs take. A lock of another object is another lock. */
function takenAt(link: Linking, event: Subject): readonly Taken[] {
  if ((event.kind === 'call' && event.implied) || isLazy(link, event.in)) return [];
  return attempt(link, event, [], () => edgesOf(link, event)).flatMap((edge): Taken[] => {
    const { to } = edge;
    if (typeof to === 'string' || to.fact.generator || (to.fact.async && (event.kind !== 'call' || event.result !== 'awaited'))) return [];
    const step: Step = { chunk: event.in.chunk, span: event.span, name: to.id, note: `calls \`${to.name}\``, by: edge.by };
    const same = isOnSelf(link, event, edge);
    const reached = takenBy(link, to).filter((it) => !isRuledOut(link, to, it.steps, event));
    return reached.map((it) => ({
      bounded: it.bounded,
      lock: it.lock.lives === 'object' && !same ? { ...it.lock, exact: false } : it.lock,
      steps: [step, ...it.steps],
    }));
  });
}
/** `self.method()`, `self.property`: the receiver of the method that says it. */
function isOnSelf(link: Linking, event: Subject, edge: Edge): boolean {
  if (typeof edge.to === 'string' || edge.to.owner === null) return false;
  const value = event.kind === 'call' ? event.callee : event.kind === 'read' ? event.value : undefined;
  if (value?.is !== 'attr') return false;
  const { of } = value;
  if (of.is === 'name') return receiverClass(link, of.name, event.in)?.kind === 'self';
  const call = of.is === 'call' ? event.in.chunk.events[of.event] : undefined;
  return call?.kind === 'call' && call.callee.is === 'name' && call.callee.name === 'super';
}

// ── A lock wanted while another is held ──────────────────────────────────────────────────────────

/** One function that holds a lock and wants one, itself or below. */
interface Want {
  readonly held: Lock;
  readonly wanted: Lock;
  readonly bounded: boolean;
  /** Other locks held meanwhile: with one of them in common two such functions never meet. */
  readonly gates: readonly string[];
  readonly fn: Fn;
  readonly at: Subject;
  readonly steps: readonly [Step, ...Step[]];
}
type Sayings = readonly Said<string, Want>[];
const chunkWants = question<Chunk, Sayings>({
  kind: 'wants',
  fallback: [],
  same: (a, b) =>
    a.length === b.length && a.every((it, at) => it.to === b[at]?.to && sameWant(it.what, (b[at] as Said<string, Want>).what)),
});
const sameWant = (a: Want, b: Want): boolean =>
  a.at === b.at &&
  a.bounded === b.bounded &&
  sameLock(a.held, b.held) &&
  sameLock(a.wanted, b.wanted) &&
  a.gates.join() === b.gates.join() &&
  sameSteps(a.steps, b.steps);
const wanting: Saying<string, Want> = {
  kind: 'wanted',
  cell: (link, chunk) =>
    cellFor(link, chunkWants, chunk, chunk, () => located(link, chunk), {
      wanted: true,
      done: (now) => tell(link, wanting, chunk, now),
    }) as unknown as Cell<unknown>,
};
const chunkPairs = question<Chunk, Sayings>({ ...chunkWants, kind: 'lock pairs' });
const located = (link: Linking, chunk: Chunk): Sayings => once(link, chunkPairs, chunk, chunk, () => wantsIn(link, chunk));
const order = (held: Lock, wanted: Lock): string => `${held.id} > ${wanted.id}`;

function wantsIn(link: Linking, chunk: Chunk): Sayings {
  const found: { to: string; what: Want }[] = [];
  const functions = new Set(chunk.events.map((it) => it.in.fn));
  for (const fn of functions) {
    if (fn.fact.broken) continue;
    const sections = sectionsOf(link, fn).filter((it) => it.chunk === chunk);
    if (sections.length === 0) continue;
    // Where a section has no end of its own, another function or runner may have given the lock back.
    for (const outer of sections.filter((it) => it.ends))
      for (const it of wantsUnder(link, fn, outer, sections)) found.push({ to: order(it.held, it.wanted), what: it });
  }
  return found;
}
function wantsUnder(link: Linking, fn: Fn, outer: Section, sections: readonly Section[]): readonly Want[] {
  const found: Want[] = [];
  const first = takeStep(outer);
  const gates = (at: Subject): readonly string[] => [
    ...sections.filter((it) => it !== outer && it.span.start <= at.span.start && at.span.start < it.span.end).map((it) => it.lock.id),
    ...entryLocks(link, fn).map((it) => it.id),
  ];
  const add = (at: Subject, it: Taken): void => {
    const around = gates(at);
    if (it.lock.reentrant && around.includes(it.lock.id)) return; // its holder goes right in
    const others = around.filter((id) => id !== it.lock.id && id !== outer.lock.id);
    const steps: [Step, ...Step[]] = [first, ...it.steps];
    found.push({ held: outer.lock, wanted: it.lock, bounded: it.bounded || outer.bounded, gates: others, fn, at, steps });
  };
  for (const inner of sections) {
    if (inner === outer || inner.inherited) continue;
    const under = outer.by === inner.by ? isAfter(outer, inner, sections) : isIn(inner.by, outer) && inner.by.in.fn === fn;
    if (under) add(inner.by, { lock: inner.lock, bounded: inner.bounded, steps: [takeStep(inner)] });
  }
  for (const event of eventsOf(link, fn)) {
    if (event.in.chunk !== outer.chunk || !isIn(event, outer) || event === outer.by) continue;
    for (const it of takenAt(link, event)) add(event, it);
  }
  return found;
}
const isIn = (event: Subject, section: Section): boolean => section.span.start <= event.span.start && event.span.start < section.span.end;
/** `with a, b:` takes the second under the first. */
const isAfter = (outer: Section, inner: Section, sections: readonly Section[]): boolean =>
  sections.indexOf(inner) > sections.indexOf(outer);

// ── Circles ──────────────────────────────────────────────────────────────────────────────────────

const chunkCircles = question<Chunk, readonly Circle[]>({
  kind: 'circles',
  fallback: [],
  same: (a, b) => a.length === 0 && b.length === 0,
});
/** The circles whose first lock is taken in this chunk; each is told once, where it comes first in the workspace. */
export function circlesIn(link: Linking, chunk: Chunk): readonly Circle[] {
  return once(link, chunkCircles, chunk, chunk, () => {
    const told = new Set<string>();
    return located(link, chunk).flatMap(({ what }): Circle[] => {
      const circle = what.held.id === what.wanted.id ? alone(link, what) : withOther(link, what);
      const key = `${what.held.id} ${what.wanted.id} ${what.at.span.start}`;
      if (!circle || told.has(key)) return [];
      told.add(key);
      return [circle];
    });
  });
}

/** Taken again by who holds it: it waits for itself. */
function alone(link: Linking, it: Want): Circle | undefined {
  if (it.held.reentrant || it.bounded || it.held.family === 'process') return undefined;
  if (!isKnown(it)) return dropped(link);
  if (isSignal(link, it)) return undefined;
  return circleAt(it, [hold(link, it)]);
}
/** Taken twice by `acquire`, and given back in between by another function: the second waits for that one's signal. */
function isSignal(link: Linking, { held, at, fn }: Want): boolean {
  if (at.kind !== 'call' || acquired(link, at)?.lock.id !== held.id) return false;
  return functionsOf(link, moduleAt(link, at.in)).some((it) => it !== fn && netReleases(link, it).some((one) => one.id === held.id));
}
/** Two orders that meet. Where one lock is known by its place in some object, two objects could be meant. */
function withOther(link: Linking, it: Want): Circle | undefined {
  const against = [...heard(link, wanting, order(it.wanted, it.held))].filter((other) => meets(link, it, other));
  if (!isKnown(it) || (against.length > 0 && !against.some(isKnown)))
    return against.length > 0 && it.held.id < it.wanted.id ? dropped(link) : undefined;
  if (!usable(it)) return undefined;
  const others = against.filter(usable);
  const [other] = others.sort((a, b) => (isFirst(a, b) ? -1 : 1));
  if (!other || !isFirst(it, other)) return undefined;
  const same = [...heard(link, wanting, order(it.held, it.wanted))].filter(usable).sort((a, b) => (isFirst(a, b) ? -1 : 1));
  if (same[0] !== it && same[0] && isFirst(same[0], it)) return undefined;
  return circleAt(it, [hold(link, it), hold(link, other)]);
}
function dropped(link: Linking): undefined {
  drop(link.cells, 'pairs of locks', 'object unknown');
}
const isKnown = (it: Want): boolean => it.held.exact && it.wanted.exact;
const usable = (it: Want): boolean =>
  !it.bounded && isKnown(it) && it.held.family === it.wanted.family && it.held.lives !== 'call' && it.wanted.lives !== 'call';
function isFirst(a: Want, b: Want): boolean {
  const [x, y] = [a.at.in.chunk, b.at.in.chunk];
  if (x.file !== y.file) return x.file < y.file;
  return x.order !== y.order ? x.order < y.order : a.at.span.start < b.at.span.start;
}
/** No gate lock in common, and not both run by one and the same single runner. */
function meets(link: Linking, a: Want, b: Want): boolean {
  if (a.gates.some((it) => b.gates.includes(it))) return false;
  const [x, y] = [runnersOf(link, a.fn), runnersOf(link, b.fn)];
  if (x.length === 0 || y.length === 0) return true;
  return x.some((one) => y.some((other) => one.many || other.many || one.id !== other.id));
}
function hold(link: Linking, it: Want): Hold {
  return { held: it.held, wanted: it.wanted, runner: runnerOf(link, it.fn), because: it.steps };
}
function runnerOf(link: Linking, fn: Fn): Runner | null {
  const all = runnersOf(link, fn);
  return all.find((it) => it.kind !== 'main') ?? all[0] ?? null;
}
function circleAt(it: Want, holds: readonly [Hold, ...Hold[]]): Circle {
  const { at } = it;
  return { kind: 'circle', in: at.in, span: at.span, stmt: at.stmt, holds };
}
