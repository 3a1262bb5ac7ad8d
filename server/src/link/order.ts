// Happens-before: what a function does before it starts a runner, and after it has waited for its end, cannot run beside it.
import type { Fn, Region, Span, Subject } from '../model.js';
import { callersOf, isOpen } from './callers.js';
import type { Spawn } from './classify.js';
import { eventsOf, type Linking, once } from './linking.js';
import { type Moment, momentsIn } from './moments.js';
import { question, sameItems } from './question.js';
import { loopsAround } from './trips.js';

/** Where a subject stands in the life of a runner that some function starts. */
export type Phase = 'before' | 'during' | 'after' | 'unknown';
export interface Position {
  readonly in: Region;
  readonly span: Span;
}
/** Calls that are followed upwards from a subject to the function that starts the runner. */
const climbs = 3;

export function phaseOf(link: Linking, spawn: Spawn, at: Position, left = climbs): Phase {
  const starter = spawn.in.fn;
  if (at.in.fn === starter) return phaseWithin(link, spawn, at);
  if (endsOf(link, at.in.fn).some((it) => it.for.includes(spawn) && isEnd(it) && isOver(it, at))) return 'after';
  const ways = leadingTo(link, starter).only.get(at.in.fn) ?? [];
  if (ways.length > 0 && ways.every((it) => isEarlier(at, it) && !inOneLoop(at, it))) return 'before';
  if (left === 0) return 'unknown';
  const phases = new Set<Phase>();
  for (const { fn, event } of callersOf(link, at.in.fn)) {
    if (fn === at.in.fn) continue;
    const phase = phaseOf(link, spawn, event, left - 1);
    if (phase !== 'unknown') phases.add(phase);
  }
  if (phases.has('during')) return 'during';
  const [only, more] = phases;
  return only === undefined || more !== undefined ? 'unknown' : only;
}

/** Does the function go on to start the runner, directly or through what it calls? Others may have started some before. */
export function beginsBefore(link: Linking, event: Subject, spawn: Spawn): boolean {
  const ways = leadingTo(link, spawn.in.fn).all.get(event.in.fn) ?? [];
  return ways.length > 0 && ways.every((it) => isEarlier(event, it));
}

/** Calls that lead to a function, by the function they stand in; of `only` nothing else is seen to run it. */
interface Leading {
  readonly all: ReadonlyMap<Fn, readonly Subject[]>;
  readonly only: ReadonlyMap<Fn, readonly Subject[]>;
}
/** Callers on one level beyond which none is looked at. */
const manyCallers = 64;
const functionLeading = question<Fn, Leading>({
  kind: 'leading to',
  fallback: { all: new Map(), only: new Map() },
  same: (a, b) => a.all.size === 0 && b.all.size === 0,
});
function leadingTo(link: Linking, to: Fn): Leading {
  return once(link, functionLeading, to, to, () => {
    const all = new Map<Fn, Subject[]>();
    const only = new Map<Fn, Subject[]>();
    let open: readonly Fn[] = [to];
    let sole = true;
    for (let hops = 0; hops < climbs && open.length > 0; hops++) {
      const found = new Map<Fn, Subject[]>();
      for (const fn of open) {
        for (const it of callersOf(link, fn)) {
          if (it.fn === fn || all.has(it.fn) || it.fn === to) continue;
          const events = found.get(it.fn) ?? [];
          found.set(it.fn, events);
          events.push(it.event);
        }
      }
      if (found.size > manyCallers) break;
      sole &&= found.size === 1 && open.every((fn) => !isOpen(link, fn));
      for (const [fn, events] of found) {
        all.set(fn, events);
        if (sole) only.set(fn, events);
      }
      open = [...found.keys()];
    }
    return { all, only };
  });
}

function phaseWithin(link: Linking, spawn: Spawn, at: Position): Phase {
  const { start } = spawn;
  if (!start) return 'unknown';
  if (isEarlier(at, start)) {
    return inOneLoop(at, start) ? 'during' : 'before';
  }
  const ended = endsOf(link, spawn.in.fn).some((it) => it.for.includes(spawn) && isEnd(it) && isOver(it, at));
  return ended ? 'after' : 'during';
}
const inOneLoop = (a: Position, b: Position): boolean => loopsAround(b.in).some((loop) => loopsAround(a.in).includes(loop));
/** `join(timeout=10)` is given the time that the end takes: who goes on does not reckon with the thread any more. */
const isEnd = (wait: Subject<'wait'>): boolean => !wait.bounded || wait.on === 'thread';
/** Does it end before the other one begins, in the order of the source? */
export function isEarlier(a: Position, b: Position): boolean {
  const [x, y] = [a.in.chunk.order, b.in.chunk.order];
  return x === y ? a.span.end <= b.span.start : x < y;
}
/** After a wait in a loop it is the whole loop that has to be over: each turn waits for one. */
function isOver(wait: Subject<'wait'>, at: Position): boolean {
  const { by } = wait;
  const [loop] = loopsAround(wait.in);
  const outer = loop ? wait.in.chunk.regions[loop.body] : by.kind === 'with' ? wait.in.chunk.regions[by.body] : undefined;
  const end: Position = { in: wait.in, span: outer ? outer.span : wait.span };
  return isEarlier(end, at);
}

const functionWaits = question<Fn, readonly Subject<'wait'>[]>({ kind: 'waits', fallback: [], same: sameItems });
/** The waits of a function that are for starts. */
export function endsOf(link: Linking, fn: Fn): readonly Subject<'wait'>[] {
  return once(link, functionWaits, fn, fn, () => {
    const chunks = new Set(eventsOf(link, fn).map((it) => it.in.chunk));
    const all = [...chunks].flatMap((chunk): readonly Moment[] => momentsIn(link, chunk));
    return all.filter((it): it is Subject<'wait'> => it.kind === 'wait' && it.in.fn === fn && it.for.length > 0);
  });
}

/** Has every runner of the first start ended before the second one starts, or the other way round? Both stand in one function. */
export function areApart(link: Linking, a: Spawn, b: Spawn): boolean {
  if (a.in.fn !== b.in.fn || !a.start || !b.start) return false;
  return phaseWithin(link, a, b.start) === 'after' || phaseWithin(link, b, a.start) === 'after';
}
