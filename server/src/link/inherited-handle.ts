// Connections that a forked child has from its parent: both sides then use one socket or one file, and neither knows.
import type { Fn, InheritedHandle, Region, Step, Subject, Value } from '../model.js';
import { beforeStart, isIn, type Stretch } from './before-start.js';
import type { Spawn } from './classify.js';
import { apiOf, canonical, dependOnBody, type Linking, once } from './linking.js';
import { initializers } from './parent-state.js';
import { bindsOf, locate, placeOf, type Reach, type Spot } from './places.js';
import { question } from './question.js';
import { functionsBelow, reachedBy } from './reached.js';
import { runnersOf } from './runners.js';
import { accessesOf, isPresumed } from './touches.js';
import { evaluate, typeName } from './types.js';

const inherited = question<Spawn, InheritedHandle | undefined>({
  kind: 'inherited handle',
  fallback: undefined as InheritedHandle | undefined,
  same: (a, b) =>
    a?.made === b?.made &&
    a?.because.length === b?.because.length &&
    (a?.because.every((it, at) => it.span === b?.because[at]?.span) ?? true),
});
/** The first connection that the tasks of a start use, that the parent has opened before, and uses as well. */
export function inheritedHandle(link: Linking, spawn: Spawn): InheritedHandle | undefined {
  return once(link, inherited, spawn, spawn.in.chunk, () => {
    const below = functionsBelow(link, spawn);
    const handles = below.flatMap(({ fn, steps }) => handlesIn(link, fn).map((it) => ({ ...it, fn, steps })));
    if (handles.length === 0) return undefined;
    // A program that looks at its process id, or is told of forks, takes care of them itself.
    if (reachedBy(link, spawn).some((it) => /^os\.(?:getpid|register_at_fork)$/.test(it.name))) return undefined;
    const inChild = new Set<Fn>([...below.map((it) => it.fn), ...initializers(link, spawn)]);
    const stretches = beforeStart(link, spawn);
    for (const { spot, type, access, fn, steps } of handles) {
      const made = madeBefore(link, spawn, spot, inChild, stretches);
      const other = made && usedByParent(link, spot, made, inChild, stretches);
      if (!made || !other) continue;
      const readers = [...new Set(handles.filter((it) => it.spot === spot).map((it) => it.fn))];
      const note = `\`${fn.name}\` uses it in the child`;
      const because = [step(made, type, `opens \`${spot.name}\``), ...steps, step(access, fn.id, note), other] as const;
      return { name: spot.name, type, home: spot.home === 'global' ? 'global' : 'object', made, readers, because };
    }
    return undefined;
  });
}
const step = (at: Pick<Subject, 'in' | 'span'>, name: string, note: string): Step => ({
  chunk: at.in.chunk,
  span: at.span,
  name,
  note,
  by: 'source',
});

interface Used {
  readonly spot: Spot;
  readonly type: string;
  readonly access: Subject<'access'>;
}
/** A method called on it, or its value read. */
const isUse = ({ part, op }: Subject<'access'>): boolean => part === 'contents' || op === 'read';
const handlesOf = question<Fn, readonly Used[]>({
  kind: 'handles',
  fallback: [],
  same: (a, b) =>
    a.length === b.length && a.every((it, at) => it.access === b[at]?.access && it.spot === b[at]?.spot && it.type === b[at]?.type),
});
/** What a function uses of globals and of its own object that must not cross a fork. */
function handlesIn(link: Linking, fn: Fn): readonly Used[] {
  return once(link, handlesOf, fn, fn, () => {
    dependOnBody(link, fn);
    return fn.chunk.accesses.flatMap((access): Used[] => {
      if (access.in.fn !== fn || !isUse(access)) return [];
      const reach = locateRoot(link, access.place, access.in);
      if (!reach || !(reach.spot.home === 'global' || (reach.spot.home === 'instance' && reach.through === 'self'))) return [];
      const type = placeOf(link, reach.spot, 'slot').holds;
      return type && apiOf(link, type)?.fork === 'unsafe' ? [{ spot: reach.spot, type, access }] : [];
    });
  });
}

/** `con` of `con.in_transaction`: the outermost part that is memory of the workspace. */
function locateRoot(link: Linking, value: Value, at: Region): Reach | undefined {
  const found = locate(link, value, at);
  return found ?? (value.is === 'attr' ? locateRoot(link, value.of, at) : undefined);
}

/** The one call that opens it, where the parent comes by it before the start. */
function madeBefore(
  link: Linking,
  spawn: Spawn,
  spot: Spot,
  inChild: ReadonlySet<Fn>,
  stretches: readonly Stretch[],
): Subject<'call'> | undefined {
  const [bind, more] = bindsOf(link, spot).filter((it) => !(it.value.is === 'literal' && it.value.value === null));
  if (!bind || more || bind.value.is !== 'call' || bind.path.length > 0 || inChild.has(bind.in.fn)) return undefined;
  const made = bind.in.chunk.events[bind.value.event];
  if (made?.kind !== 'call') return undefined;
  if (spot.home === 'global') return isImported(spawn, bind) || stretches.some((it) => isIn(it, bind)) ? made : undefined;
  // The child has the very same object only where one of its methods starts the process for another.
  const callable = spawn.callable?.value;
  const same = spawn.pool === null && callable?.is === 'attr' && callable.of.is === 'name' && callable.of.name === receiverOf(spawn.in.fn);
  return same && bind.in.fn.fact.name === '__init__' && bind.in.fn.owner === spawn.in.fn.owner ? made : undefined;
}
/** At the top level of another module. */
const isImported = (spawn: Spawn, { in: at, span }: Subject): boolean =>
  at.fn.fact.kind === 'module' &&
  at.chunk.module !== spawn.in.chunk.module &&
  isIn({ fn: at.fn, until: null, steps: [] }, { in: at, span });
const receiverOf = (fn: Fn): string | undefined => (fn.owner ? fn.fact.params[0]?.name : undefined);

/**
 * A use by the parent. What connects when it is first used is not shared unless that was before the start; what is closed before it is
 * not shared at all.
 */
function usedByParent(
  link: Linking,
  spot: Spot,
  made: Subject<'call'>,
  inChild: ReadonlySet<Fn>,
  stretches: readonly Stretch[],
): Step | undefined {
  const all = accessesOf(link, spot).flatMap(({ event, reach }) => {
    const own = isUse(event) && reach.through !== 'object';
    return own ? [{ event, method: event.method ?? '', before: stretches.find((it) => isIn(it, event)) }] : [];
  });
  if (all.some(({ event, method, before }) => ends.test(method) && (before || inChild.has(event.in.fn)))) return undefined;
  const uses = all.filter(({ event, method }) => !inChild.has(event.in.fn) && !ends.test(method) && !isHandedOver(event));
  const first = uses.find((it) => it.before);
  if (first) return step(first.event, first.event.in.fn.id, 'the parent has used it before the start');
  if (!connects(link, made)) return undefined;
  const later = uses.find(({ event }) => stretches.some((it) => it.until && it.fn === event.in.fn) || isRunByParent(link, event.in.fn));
  return later && step(later.event, later.event.in.fn.id, 'the parent uses it as well');
}
const ends = /^(?:close|dispose|shutdown|disconnect|invalidate|closeall|detach)$/;
function isRunByParent(link: Linking, fn: Fn): boolean {
  const all = runnersOf(link, fn);
  return all.length > 0 && all.every((it) => it.kind !== 'process' && it.kind !== 'interpreter' && !isPresumed(it));
}
/** `create(bind=engine)` on import makes something of it, and need not use it. */
const isHandedOver = ({ in: at, part }: Subject<'access'>): boolean => part === 'slot' && at.fn.fact.kind === 'module';

/** Is it open as soon as it is made? So is what an open one makes: a cursor. */
function connects(link: Linking, made: Subject<'call'>): boolean {
  const [callee, more] = evaluate(link, made.callee, made.in);
  if (more || callee?.is !== 'outside') return false;
  if (apiOf(link, canonical(link, callee.name))?.gil === 'waits') return true;
  const [of] = made.callee.is === 'attr' ? evaluate(link, made.callee.of, made.in) : [];
  const type = typeName(of);
  return of?.is === 'thing' && of.made !== null && type !== undefined && apiOf(link, type)?.fork === 'unsafe' && connects(link, of.made);
}
