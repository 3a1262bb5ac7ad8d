// Happens-before across runners: what one does before it sets an event, puts into a queue or comes to a barrier, another sees after its wait.
import type { Fn, Runner, Subject } from '../model.js';
import { calledBy } from './called.js';
import { isInside } from './inside.js';
import { attempt, eventsOf, type Linking, once } from './linking.js';
import { isEarlier } from './order.js';
import { locate, type Spot } from './places.js';
import { question } from './question.js';
import { loopsAround } from './trips.js';

/** A call that tells others something, or waits until it is told; at a barrier it does both. */
interface Sync {
  readonly on: Spot;
  readonly kind: 'event' | 'queue' | 'barrier';
  readonly call: Subject<'call'>;
  readonly tells: boolean;
  readonly waits: boolean;
}
const kindOf = (word: string | undefined): Sync['kind'] | undefined =>
  word === 'event' || word === 'queue' || word === 'barrier' ? word : undefined;
const functionSyncs = question<Fn, readonly Sync[]>({
  kind: 'hand-offs',
  fallback: [],
  same: (a, b) => a.length === 0 && b.length === 0,
});
function syncsOf(link: Linking, fn: Fn): readonly Sync[] {
  return once(link, functionSyncs, fn, fn, () =>
    eventsOf(link, fn).flatMap((event) => {
      const sync = event.kind === 'call' && !event.implied ? attempt(link, event, undefined, () => syncAt(link, event)) : undefined;
      return sync ?? [];
    }),
  );
}
function syncAt(link: Linking, call: Subject<'call'>): Sync | undefined {
  if (call.callee.is !== 'attr') return undefined;
  const api = calledBy(link, call)?.api;
  const signal = kindOf(api?.signals);
  // A wait that is given a time may come back without having been told.
  const wait = signal === undefined && call.args.length === 0 ? kindOf(api?.waits) : undefined;
  const kind = signal ?? wait;
  const on = kind && locate(link, call.callee.of, call.in)?.spot;
  return on && { on, kind, call, tells: wait !== 'event' && wait !== 'queue', waits: wait !== undefined };
}

/** An access, and who makes it. */
interface Side {
  readonly touch: { readonly event: Subject<'access'> };
  readonly runner: Runner;
}
/** One of the accesses is made before something is handed over that the other one has waited for. */
export function areHandedOver(link: Linking, a: Side, b: Side): boolean {
  return isHandedOver(link, a, b) || isHandedOver(link, b, a);
}
/**
 * What was told before the access answers as many waits, so one more has to be over; an event that was set before answers all of them. Who
 * else tells is not looked at: a wait that another one answers is taken to be answered by this one, which can only miss a race.
 */
function isHandedOver(link: Linking, first: Side, second: Side): boolean {
  if (first.runner.many) return false; // one of several tells, and the others go on
  const [from, to] = [first.touch.event, second.touch.event];
  const own = syncsOf(link, from.in.fn).filter((it) => it.tells);
  const told = own.filter((it) => isEarlier(from, it.call) && !inOneLoop(from, it.call));
  if (told.length === 0) return false;
  const waits = syncsOf(link, to.in.fn).filter(
    (it) => it.waits && isEarlier(it.call, to) && isInside(to.in, it.call.in) && !inOneLoop(to, it.call),
  );
  return told.some(({ on, kind }) => {
    const before = own.filter((it) => it.on === on && !told.includes(it));
    if (before.some((it) => kind === 'event' || loopsAround(it.call.in).length > 0)) return false;
    return waits.filter((it) => it.on === on).length > before.length;
  });
}
/** With turns to come, the next access is not made before what was handed over in this one. */
function inOneLoop(a: Subject, b: Subject): boolean {
  const around = loopsAround(b.in);
  return loopsAround(a.in).some((it) => around.includes(it));
}
