// A place that is mostly used under one lock and here is not: the lock shows what its author wanted.
import type { Chunk, Guard, Lock, Place, Subject, Touch } from '../model.js';
import { declaredGuard, requiredBy } from './declared.js';
import { gapHarm, takesOut } from './gap-harm.js';
import { isDivided } from './held.js';
import type { Class } from './index.js';
import { attributesIn, eventsOf, type Linking, namesIn, once } from './linking.js';
import { areOneFamily, mro, unknownBase } from './members.js';
import { placeOf, type Spot } from './places.js';
import { question } from './question.js';
import { classAround, isPresumed, sharedTouches, spotsIn, type Touched, touchSteps, writes } from './touches.js';
import { isUndisturbed } from './undisturbed.js';

export type Gap = Subject<'gap'>;

/**
 * Accesses under the lock, the functions they stand in, and their share of all, from which the lock counts as the place's guard. Where one
 * function has many accesses, the share of the functions that always hold it speaks as well.
 */
const enough = { inside: 2, functions: 2, all: 3, share: 2 / 3, half: 1 / 2 };

const spotGaps = question<Spot, readonly Gap[]>({ kind: 'gaps', fallback: [], same: (a, b) => a.length === 0 && b.length === 0 });
export function gapsOf(link: Linking, spot: Spot): readonly Gap[] {
  return once(link, spotGaps, spot, null, () =>
    (['slot', 'contents'] as const).flatMap((part) => {
      const place = placeOf(link, spot, part);
      const touches = sharedTouches(link, spot, place);
      const found = gapsIn(link, place, touches);
      const told = new Set(found.map((it) => it.touch.event));
      return [...found, ...declaredGaps(link, spot, place, touches).filter((it) => !told.has(it.touch.event))];
    }),
  );
}
/** The gaps that stand in the chunk. */
export function gapsInChunk(link: Linking, chunk: Chunk): readonly Gap[] {
  return spotsIn(link, chunk).flatMap((spot) => gapsOf(link, spot).filter((it) => it.in.chunk === chunk));
}

/** Accesses without the lock that is declared for the place; those of functions that say that they are called with it are none. */
function declaredGaps(link: Linking, spot: Spot, place: Place, all: readonly Touched[]): readonly Gap[] {
  const guard = declaredGuard(link, spot, place);
  if (!guard) return [];
  const bare = laterOf(all).filter(
    (it) => !holds(it, guard.lock) && !it.locks.some((one) => !one.exact) && requiredBy(link, it.event.in.fn)?.id !== guard.lock.id,
  );
  return bare.map((it) => gapOf(it, place, guard, [], 'high'));
}
function gapsIn(link: Linking, place: Place, all: readonly Touched[]): readonly Gap[] {
  const found = guardOf(place, all) ? all : withoutDivided(link, all);
  if (!guardOf(place, found)) return [];
  const bare = laterOf(found).filter((it) => writes(it.op) || it.op === 'iterate');
  return [...byFamily(link, bare, found)].flatMap(([family, own]) => {
    const guard = guardOf(place, family);
    return guard ? bareOf(link, place, guard, own, family) : [];
  });
}
/** Without what stands in helpers of which nobody can tell whether they are called with the lock held. */
const withoutDivided = (link: Linking, all: readonly Touched[]): readonly Touched[] =>
  all.some((it) => it.locks.length > 0)
    ? all.filter((it) => it.locks.length > 0 || !/^_[^_]/.test(it.event.in.fn.fact.name) || !isDivided(link, it.event.in.fn))
    : all;
/** Each access with those that may be about the same object: a class and its sister have none in common. */
function byFamily(link: Linking, bare: readonly Touched[], all: readonly Touched[]): ReadonlyMap<readonly Touched[], readonly Touched[]> {
  const classes = new Map(all.map((it) => [it, it.reach.through === 'self' ? classAround(link, it.event) : undefined]));
  const families = new Map<Class | undefined, readonly Touched[]>();
  const found = new Map<readonly Touched[], Touched[]>();
  for (const it of bare) {
    const cls = classes.get(it);
    const related = (one: Touched): boolean => {
      const other = classes.get(one);
      return !cls || !other || areOneFamily(link, cls, other);
    };
    const family = families.get(cls) ?? all.filter(related);
    families.set(cls, family);
    const known = found.get(family);
    if (known) known.push(it);
    else found.set(family, [it]);
  }
  return found;
}
function bareOf(link: Linking, place: Place, guard: Guard, bare: readonly Touched[], all: readonly Touched[]): readonly Gap[] {
  const sized = sizedBy.test(place.holds ?? '');
  const inside = laterOf(all).filter((it) => holds(it, guard.lock));
  const shrinks = place.holds === 'builtins.list' && inside.some(takesOut);
  const whole = link.target.gil === 'on' && !inside.some((it) => isComposite(it, inside));
  const taken = guard.lock.family !== 'task' || inside.some((it) => isTorn(link, it, inside));
  const outside = bare.filter(
    (it) =>
      taken &&
      !holds(it, guard.lock) &&
      !isProtected(it) &&
      !isOutOfReach(link, it, guard.lock) &&
      (writes(it.op) || sized || shrinks || isMisled(it, bare)) &&
      !(whole && (it.op === 'step' || it.event.method === 'remove')) &&
      !isUndisturbed(link, it, guard.lock, all),
  );
  const others = inside.map((one) => touchOf(one, place));
  return outside.map((it) => gapOf(it, place, guard, others, gapHarm(link, place, it, inside)));
}
function gapOf(it: Touched, place: Place, guard: Guard, others: Gap['others'], harm: Gap['harm']): Gap {
  const { event } = it;
  return { kind: 'gap', in: event.in, span: event.span, stmt: event.stmt, place, guard, touch: touchOf(it, place), others, harm };
}
const holds = (it: Touched, lock: Lock): boolean => it.locks.some((one) => one.id === lock.id);
/** Something under the lock that a single step of a container from outside could fall into: several steps, or two of one function. */
const isComposite = (it: Touched, inside: readonly Touched[]): boolean =>
  (it.op !== 'read' && it.op !== 'write' && it.op !== 'step') ||
  inside.some((one) => one !== it && one.event.in.fn === it.event.in.fn && (writes(one.op) || writes(it.op)));
/** `for i, it in enumerate(found): … del found[i]`: what is taken out may stand elsewhere by then. */
const isMisled = (it: Touched, bare: readonly Touched[]): boolean =>
  it.op === 'iterate' &&
  bare.some(
    ({ event }) =>
      (event.method === 'del[]' || event.method === 'pop') &&
      event.key?.is === 'name' &&
      event.in.fn === it.event.in.fn &&
      event.span.start > it.event.span.start,
  );
/** Does another task get its turn in between: in the access itself, or before a later one under the same lock? */
const isTorn = (link: Linking, it: Touched, inside: readonly Touched[]): boolean =>
  it.event.window === 'await' ||
  inside.some((one) => {
    const { fn } = it.event.in;
    if (one === it || one.event.in.fn !== fn || !(writes(one.op) || writes(it.op))) return false;
    return eventsOf(link, fn).some(
      (wait) => wait.kind === 'await' && it.event.span.end <= wait.span.start && wait.span.end <= one.event.span.start,
    );
  });
/** A lock that nobody understands may be the same one; a function that says so in its name is called with it. */
const isProtected = (it: Touched): boolean =>
  it.locks.some((one) => !one.exact) || /(?:_locked|_unlocked|_nolock|_no_lock|_under_lock|_with_lock)$/.test(it.event.in.fn.fact.name);

/** A lock that only a subclass has was not forgotten by a method of its base. */
function isOutOfReach(link: Linking, { event }: Touched, lock: Lock): boolean {
  const cls = lock.lives === 'object' ? classAround(link, event) : undefined;
  const name = lock.id.split('.').at(-1) ?? '';
  const has = (it: Class | string): boolean =>
    typeof it === 'string' ? it === unknownBase : (attributesIn(link, it, name) ?? namesIn(link, it.scope, name)) !== undefined;
  return cls !== undefined && !mro(link, cls).some(has);
}

/** What a module does while it is imported happens before anybody else is there. */
const laterOf = (all: readonly Touched[]): readonly Touched[] => all.filter((it) => it.event.in.fn.fact.kind !== 'module');
/** Walking one of these fails when another thread adds to it. */
const sizedBy = /^(?:builtins\.(?:dict|set)|collections\.(?:deque|OrderedDict|defaultdict|Counter))$/;

/** The lock under which a place is mostly used. */
export function guardOf(place: Place, all: readonly Touched[]): Guard | undefined {
  const touches = laterOf(all);
  if (touches.length < enough.all) return undefined;
  const counts = new Map<string, { lock: Lock; inside: Touched[] }>();
  for (const it of touches) {
    for (const lock of it.locks) {
      if (!lock.exact || lock.lives === 'call') continue;
      const known = counts.get(lock.id) ?? { lock, inside: [] };
      counts.set(lock.id, known);
      known.inside.push(it);
    }
  }
  const [best] = [...counts.values()].sort((a, b) => b.inside.length - a.inside.length || (a.lock.id < b.lock.id ? -1 : 1));
  if (!best) return undefined;
  const { lock, inside } = best;
  // A lock that is only held by reads protects something else.
  const functions = new Set(inside.map((it) => it.event.in.fn));
  if (
    inside.length < enough.inside ||
    functions.size < enough.functions ||
    !isMostly(touches, inside) ||
    !inside.some((it) => writes(it.op))
  )
    return undefined;
  const [first] = inside;
  if (!first) return undefined;
  return { lock, inside: inside.length, outside: touches.length - inside.length, by: 'majority', because: touchSteps(first, place, null) };
}
function isMostly(all: readonly Touched[], inside: readonly Touched[]): boolean {
  const share = inside.length / all.length;
  if (share >= enough.share || share < enough.half) return share >= enough.share;
  const functions = new Set(all.map((it) => it.event.in.fn));
  const bare = new Set(all.filter((it) => !inside.includes(it)).map((it) => it.event.in.fn));
  return (functions.size - bare.size) / functions.size >= enough.share;
}
function touchOf(it: Touched, place: Place): Touch {
  const seen = it.runners.filter((one) => !isPresumed(one));
  const runner = seen.find((one) => one.kind !== 'main') ?? seen[0] ?? null;
  return { event: it.event, op: it.op, runner, locks: it.locks, because: touchSteps(it, place, runner) };
}
