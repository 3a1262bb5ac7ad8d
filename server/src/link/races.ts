// Accesses of one place → races: two that may happen at once, with no lock in common, in a way that does harm.
import { limits } from '../limits.js';
import type { Chunk, Harm, Lock, Op, Place, Region, Runner, Subject, Touch, Value, Witness } from '../model.js';
import { isCostly, isFreshContainer } from './built.js';
import { drop } from './cells.js';
import { argument } from './flows.js';
import { guardOf } from './gaps.js';
import { harmOf } from './harm.js';
import { isHarmless } from './harmless.js';
import { hitBound, type Linking, once } from './linking.js';
import { bindingsOf } from './names.js';
import { assumption, type By, isCooperative, overlap } from './overlap.js';
import { locate, placeOf, type Spot } from './places.js';
import { question } from './question.js';
import { comesTo } from './ruled-out.js';
import { runnersOf } from './runners.js';
import { spawnsOf } from './starts.js';
import { isPresumed, sharedTouches, spotsIn, type Touched, touchSteps, writes } from './touches.js';

export type Race = Subject<'race'>;

const composites: ReadonlySet<Op> = new Set(['update', 'check-act', 'lazy-init', 'iterate']);
const spotRaces = question<Spot, readonly Race[]>({
  kind: 'races',
  fallback: [],
  same: (a, b) => a.length === 0 && b.length === 0,
});
/** At most one for each access that could be torn apart, with the partner that is believed best. */
export function racesOf(link: Linking, spot: Spot): readonly Race[] {
  return once(link, spotRaces, spot, null, () =>
    (['slot', 'contents'] as const).flatMap((part) => {
      const place = placeOf(link, spot, part);
      const touches = sharedTouches(link, spot, place);
      const guard = guardOf(place, touches) ?? null;
      const found = touches.flatMap((it) => {
        const race = composites.has(it.op) ? raceOf(link, spot, place, it, touches) : undefined;
        return race ? [{ ...race, guard }] : [];
      });
      return found.filter((it) => !isOtherSide(it, found));
    }),
  );
}
/** It holds a lock, and the other access, which has a race of its own, holds none: that one is the defect. */
const isOtherSide = ({ first, second }: Race, all: readonly Race[]): boolean =>
  first.locks.length > 0 && second.locks.length === 0 && all.some((it) => it.first.event === second.event);
/** The races whose first access stands in the chunk. */
export function racesIn(link: Linking, chunk: Chunk): readonly Race[] {
  return spotsIn(link, chunk).flatMap((spot) => racesOf(link, spot).filter((it) => it.in.chunk === chunk));
}

function raceOf(link: Linking, spot: Spot, place: Place, first: Touched, all: readonly Touched[]): Race | undefined {
  let tried = 0;
  let best: Race | undefined;
  for (const runner of first.runners) {
    for (const second of all) {
      if (!writes(second.op) || !meets(first, second)) continue;
      const harm = harmful(link, place, first, second);
      if (!harm) continue;
      const common = commonLock(first.locks, second.atAct);
      if (common) {
        if (common === 'perhaps') drop(link.cells, 'pairs of accesses', 'lock unknown');
        continue;
      }
      for (const other of second.runners) {
        if (++tried > limits.pairs) {
          hitBound(link, 'pairs');
          return best;
        }
        const found = pair(link, spot, place, { touch: first, runner }, { touch: second, runner: other }, harm);
        if (found?.sure) return found.race;
        best ??= found?.race;
      }
    }
  }
  return best;
}
function pair(
  link: Linking,
  spot: Spot,
  place: Place,
  a: By,
  b: By,
  harm: Harm,
): { readonly race: Race; readonly sure: boolean } | undefined {
  if (isDisjoint(link, a, b) || !isReached(link, a) || !isReached(link, b)) return undefined;
  const found = overlap(link, spot, a, b);
  if (!found.may) {
    if (found.dropped) drop(link.cells, 'pairs of accesses', found.dropped);
    return undefined;
  }
  const { event } = a.touch;
  const first = touch(a, place);
  const second = touch(b, place);
  const because = found.sure ? second.because : ([...second.because, assumption(b, found.why)] as unknown as Witness);
  const race: Race = {
    kind: 'race',
    in: event.in,
    span: event.span,
    stmt: event.stmt,
    place,
    first,
    second: { ...second, because },
    window: event.window,
    harm,
    among: isCooperative(a.runner) && isCooperative(b.runner) ? 'tasks' : 'threads',
    guard: null,
  };
  return { race, sure: found.sure };
}
const touch = ({ touch: it, runner }: By, place: Place): Touch => ({
  event: it.event,
  op: it.op,
  runner,
  locks: it.locks,
  because: touchSteps(it, place, runner),
});

/** For fixes: the accesses that a lock for the place of a race has to be held over, its own first. */
export function conflictsOf(link: Linking, race: Race): readonly Touch[] {
  const spot = locate(link, race.first.event.place, race.in)?.spot;
  if (!spot) return [race.first];
  const all = sharedTouches(link, spot, race.place);
  const found = new Map<Subject, Touch>([[race.first.event, race.first]]);
  let tried = 0;
  for (const it of all) {
    if (found.has(it.event) || (!writes(it.op) && !composites.has(it.op))) continue;
    const by = it.runners.flatMap((runner): Touch[] => {
      const meeting = all.some(
        (other) =>
          (writes(it.op) ? composites.has(other.op) : writes(other.op)) &&
          meets(it, other) &&
          other.runners.some(
            (one) => ++tried < limits.pairs && overlap(link, spot, { touch: it, runner }, { touch: other, runner: one }).may,
          ),
      );
      return meeting ? [touch({ touch: it, runner }, race.place)] : [];
    });
    const [first] = by;
    if (first) found.set(it.event, first);
  }
  if (tried >= limits.pairs) hitBound(link, 'pairs');
  return [...found.values()];
}

/** For rules: every access of what an expression names, by whom it is seen to be run. */
export function touchesOf(link: Linking, value: Value, at: Region, part: 'slot' | 'contents' = 'slot'): readonly Touch[] {
  const reach = locate(link, value, at);
  if (!reach) return [];
  const place = placeOf(link, reach.spot, part);
  return sharedTouches(link, reach.spot, place).flatMap((it): Touch[] => {
    const seen = it.runners.filter((one) => !isPresumed(one));
    const by = seen.length > 0 ? seen : [null];
    return by.map((runner) => ({ event: it.event, op: it.op, runner, locks: it.locks, because: touchSteps(it, place, runner) }));
  });
}

/** A lock that both hold, or one that nobody understands: then something protects, as far as anybody can tell. */
export function commonLock(a: readonly Lock[], b: readonly Lock[]): boolean | 'perhaps' {
  if (a.some((it) => b.some((one) => one.id === it.id))) return true;
  if (![...a, ...b].some((it) => !it.exact || it.lives === 'call')) return false;
  return a.some((it) => b.some((one) => one.name === it.name)) || [...a, ...b].some((it) => !it.exact) ? 'perhaps' : false;
}
/** Different literal keys are different elements. */
function meets(a: Touched, b: Touched): boolean {
  const [x, y] = [a.event.key, b.event.key];
  if (a.event === b.event || x?.is !== 'literal' || y?.is !== 'literal') return true;
  return x.value === y.value;
}

function harmful(link: Linking, place: Place, first: Touched, second: Touched): Harm | undefined {
  const { event } = first;
  if (first.op === 'iterate' && place.holds === undefined) return undefined;
  if (first !== second && isHarmless(place, first, second)) return undefined;
  if (first.op === 'check-act' && (event.key !== null || place.part === 'slot') && !isHarmfulStore(link, event)) return undefined;
  const costly = first.op === 'lazy-init' && (isFreshContainer(event) || isCostly(link, event));
  const { window } = event;
  return harmOf({ first: first.op, second: second.op, window, part: place.part, holds: place.holds, costly }, link.target);
}
/**
 * `if k not in d: d[k] = v` is harmless where `v` is a plain value that everybody would compute alike, and so is a flag that is set twice.
 * What is counted down or taken out after a test is not.
 */
function isHarmfulStore(link: Linking, event: Subject<'access'>): boolean {
  const store = event.act ?? event.span;
  const isIn = (it: Subject): boolean => it.span.start >= store.start && it.span.end <= store.end;
  const { events } = event.in.chunk;
  if (events.some((it) => it.kind === 'bind' && it.from === 'augmented' && isIn(it))) return true;
  const assigned = events.some((it) => it.kind === 'bind' && it.from === 'assign' && isIn(it));
  return !assigned || isFreshContainer(event) || isCostly(link, event);
}

/** Where a test on a parameter stands before the act, at least one call of the runner has to give what passes it. */
const isReached = (link: Linking, { touch: { event }, runner }: By): boolean =>
  comesTo(link, event.in.fn, event.act ?? event.span, (fn) => runnersOf(link, fn).some((it) => it.id === runner.id));
/** Each runner has elements of its own: the key is what its start handed over, another one each time. */
function isDisjoint(link: Linking, a: By, b: By): boolean {
  if (a.runner.id !== b.runner.id) return false;
  return [a, b].some((it) => {
    const { key } = it.touch.event;
    return key?.is === 'name' && isOwnArgument(link, key.name, it.touch, it.runner);
  });
}
function isOwnArgument(link: Linking, name: string, it: Touched, runner: Runner): boolean {
  const [bound, more] = bindingsOf(link, name, it.event.in)?.bound ?? [];
  if (more || bound?.is !== 'param') return false;
  return spawnsOf(link, runner).every((spawn) => {
    if (!spawn.targets.includes(bound.fn)) return false;
    const param = bound.fn.fact.params[bound.index]?.name ?? '';
    const tuple = argument(spawn.call, ['args'])?.value;
    const given = tuple?.is === 'items' ? tuple.items[bound.index] : argument(spawn.call, [param])?.value;
    return given?.is !== 'literal';
  });
}
