// Accesses by the memory they touch: what each amounts to, and whether its object is still the accessing function's own.

import { limits } from '../limits.js';
import type { Chunk, Fn, Lock, Op, Place, QName, Runner, Step, Subject, Witness } from '../model.js';
import type { Cell } from './cells.js';
import { heldOver } from './held.js';
import type { Class } from './index.js';
import { apiOf, attempt, cellFor, hitBound, type Linking, methodName, moduleNamed, namesIn, once } from './linking.js';
import { mro } from './members.js';
import { locate, type Reach, receiverClass, type Spot } from './places.js';
import { question, sameItems } from './question.js';
import { heard, type Said, type Saying, tell } from './reverse.js';
import { runnersOf } from './runners.js';
import { isSettingUp } from './setting-up.js';

/** One access with its place. */
export interface TouchFact {
  readonly event: Subject<'access'>;
  readonly reach: Reach;
}
type Sayings = readonly Said<Spot, TouchFact>[];
const chunkTouches = question<Chunk, Sayings>({
  kind: 'touches',
  fallback: [],
  same: (a, b) =>
    a.length === b.length &&
    a.every((it, at) => it.to === b[at]?.to && it.what.event === b[at]?.what.event && it.what.reach.through === b[at]?.what.reach.through),
});
const touching: Saying<Spot, TouchFact> = {
  kind: 'touched',
  cell: (link, chunk) =>
    cellFor(link, chunkTouches, chunk, chunk, () => located(link, chunk), {
      wanted: true,
      done: (now) => tell(link, touching, chunk, now),
    }) as unknown as Cell<unknown>,
};
const chunkLocated = question<Chunk, Sayings>({ ...chunkTouches, kind: 'located' });
const located = (link: Linking, chunk: Chunk): Sayings => once(link, chunkLocated, chunk, chunk, () => touchesIn(link, chunk));
function touchesIn(link: Linking, chunk: Chunk): Sayings {
  return chunk.accesses.flatMap((event): Sayings => {
    if (event.in.fn.fact.broken) return [];
    const reach = attempt(link, event, undefined, () => locate(link, event.place, event.in));
    return reach ? [{ to: reach.spot, what: { event, reach } }] : [];
  });
}
/** The spots that the accesses of a chunk name, each once. */
export function spotsIn(link: Linking, chunk: Chunk): readonly Spot[] {
  return [...new Set(located(link, chunk).map((it) => it.to))];
}

const spotAccesses = question<Spot, readonly TouchFact[]>({ kind: 'accesses', fallback: [], same: sameItems });
/** Every access of a spot in the workspace, in the order of files and positions; none where there are too many to compare. */
export function accessesOf(link: Linking, spot: Spot): readonly TouchFact[] {
  return once(link, spotAccesses, spot, null, () => {
    const found = heard(link, touching, spot, limits.accesses);
    if (!found) hitBound(link, 'accesses');
    return found ? [...found].sort((a, b) => byPlace(a.event, b.event)) : [];
  });
}
function byPlace(a: Subject, b: Subject): number {
  const [x, y] = [a.in.chunk, b.in.chunk];
  if (x.file !== y.file) return x.file < y.file ? -1 : 1;
  return x.order - y.order || a.span.start - b.span.start || a.span.end - b.span.end;
}

/** What an access does to what the place holds; undefined where that is none of a race's business. */
export function effectOf(link: Linking, event: Subject<'access'>, holds: string | undefined): Op | undefined {
  const api = holds === undefined ? undefined : apiOf(link, holds);
  if (event.part === 'slot') return event.op;
  const queue = api?.is === 'queue';
  if (queue) return event.op === 'check-act' ? 'check-act' : undefined;
  if (api?.is !== undefined || api?.safety === 'shared' || api?.safety === 'atomic') return undefined;
  // What a class of the workspace does to itself is told by its own methods; only what takes several of them is its users'.
  if ((event.op === 'iterate' || event.op === 'step') && holds !== undefined && api === undefined && isOwnClass(link, holds))
    return undefined;
  if (event.method === null || event.method.includes('[]') || event.op !== 'step') return event.op;
  if (holds === undefined) return undefined;
  const method = apiOf(link, methodName(link, holds, event.method));
  if (method?.mutates) return method.mutates;
  return method?.reads ? 'read' : undefined;
}
const isOwnClass = (link: Linking, name: QName): boolean => {
  const at = name.lastIndexOf('.');
  return at > 0 && moduleNamed(link, name.slice(0, at)) !== undefined;
};
export const writes = (op: Op): boolean => op !== 'read' && op !== 'iterate';

/** Is the object that is touched made by the accessing function itself, so that nobody else has it? */
export function isOwn(link: Linking, it: TouchFact): boolean {
  const { event, reach } = it;
  const { holder } = reach.spot;
  if ('cls' in holder && mro(link, holder.cls).includes('threading.local')) return true; // each thread has its own
  if (reach.through === 'object') return true; // which object it is cannot be told
  if (reach.through === 'self')
    return once(link, ownReceivers, it, event.in.chunk, () => isSettingUp(link, methodAround(link, event) ?? event.in.fn));
  return false;
}
const ownReceivers = question<TouchFact, boolean>({ kind: 'own receiver', fallback: true, same: Object.is });
/** The method whose receiver an access goes through, from a nested function too. */
export const methodAround = (link: Linking, event: Subject<'access'>): Fn | undefined => receiverAround(link, event)?.fn;
/** The class that this receiver is at least. */
export const classAround = (link: Linking, event: Subject<'access'>): Class | undefined => receiverAround(link, event)?.cls;
function receiverAround(link: Linking, event: Subject<'access'>): ReturnType<typeof receiverClass> {
  let of = event.place;
  while (of.is === 'attr') of = of.of;
  return of.is === 'name' ? receiverClass(link, of.name, event.in) : undefined;
}

/** One access by one runner. */
export interface Touched {
  readonly event: Subject<'access'>;
  readonly reach: Reach;
  readonly op: Op;
  /** Held all along. */
  readonly locks: readonly Lock[];
  /** Held where it takes effect: of a test and its act, at the act. */
  readonly atAct: readonly Lock[];
  readonly runners: readonly Runner[];
}
export function touchedBy(link: Linking, it: TouchFact, place: Place): Touched | undefined {
  const { event, reach } = it;
  const op = effectOf(link, event, place.holds);
  if (op === undefined) return undefined;
  const span = { start: event.span.start, end: (event.act ?? event.span).end };
  const runners = runnersOf(link, event.in.fn);
  const locks = heldOver(link, event.in, span);
  const atAct = event.act ? heldOver(link, event.in, event.act) : locks;
  return { event, reach, op, locks, atAct, runners: runners.length > 0 ? runners : [presumed(event.in.fn)] };
}
/** Nobody in the workspace is seen to call it, so it is for those outside, and they have a thread, too. */
function presumed(fn: Fn): Runner {
  const step: Step = { chunk: fn.chunk, span: fn.fact.span, name: fn.id, note: `\`${fn.name}\` is for others to call`, by: 'source' };
  return { id: 'main', kind: 'main', many: false, space: 'main', because: [step] };
}
export const isPresumed = (runner: Runner): boolean => runner.id === 'main' && / is for others to call$/.test(runner.because[0].note);

const words: { readonly [op in Op]: string } = {
  read: 'reads',
  write: 'writes',
  step: 'changes',
  bulk: 'changes in several steps',
  update: 'reads and writes back',
  iterate: 'walks',
  'check-act': 'tests and then changes',
  'lazy-init': 'finds empty and then builds',
};
/** From the start of the runner to the access. */
export function touchSteps(it: Touched, place: Place, runner: Runner | null): Witness {
  const { event, locks } = it;
  const under = locks.length === 0 ? 'no lock held' : `holding ${locks.map((lock) => `\`${lock.name}\``).join(', ')}`;
  const step: Step = {
    chunk: event.in.chunk,
    span: event.span,
    name: event.in.fn.id,
    note: `\`${event.in.fn.name}\` ${words[it.op]} \`${place.name}\`, ${under}`,
    by: 'source',
  };
  const [first, ...rest] = runner ? runner.because : [];
  return first ? [first, ...rest, step] : [step];
}

/** Who else may come in while it is touched, a class that is taken and given back settles itself, in a way nobody can see. */
const isLockItself = (link: Linking, cls: Class): boolean =>
  ['acquire', 'release'].every((name) => namesIn(link, cls.scope, name)?.some((it) => it.is === 'def') ?? false);
const spotTouches = question<Place, readonly Touched[]>({ kind: 'shared', fallback: [], same: (a, b) => a.length === 0 && b.length === 0 });
/** Accesses of a place that are not their function's own business. */
export function sharedTouches(link: Linking, spot: Spot, place: Place): readonly Touched[] {
  return once(link, spotTouches, place, null, () => {
    if ('cls' in spot.holder && isLockItself(link, spot.holder.cls)) return [];
    const facts = accessesOf(link, spot).filter((it) => it.event.part === place.part && !isOwn(link, it));
    if (facts.length > limits.touches) {
      hitBound(link, 'touches');
      return [];
    }
    return facts.flatMap((it) => touchedBy(link, it, place) ?? []);
  });
}
