// Happens-before across runners: what one does before it sets an event, puts into a queue or comes to a barrier, another sees after its wait.
import type { Fn, Region, Span, Subject } from '../model.js';
import { calledBy } from './called.js';
import { attempt, eventsOf, type Linking, once } from './linking.js';
import type { By } from './overlap.js';
import { locate, type Spot } from './places.js';
import { question } from './question.js';
import { loopsAround } from './trips.js';

/** A call that tells others something, or waits until it is told; at a barrier it does both. */
interface Sync {
  readonly on: Spot;
  readonly call: Subject<'call'>;
  readonly tells: boolean;
  readonly waits: boolean;
}
const kinds: ReadonlySet<string> = new Set(['event', 'queue', 'barrier']);
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
  const tells = api?.signals !== undefined && kinds.has(api.signals);
  // A wait that is given a time may come back without having been told.
  const waits = api?.waits !== undefined && kinds.has(api.waits) && api.signals === undefined && call.args.length === 0;
  const both = api?.waits === 'barrier' && waits;
  if (!tells && !waits) return undefined;
  const on = locate(link, call.callee.of, call.in)?.spot;
  return on && { on, call, tells: tells || both, waits };
}

/** One of the accesses is made before something is handed over that the other one has waited for. */
export function areHandedOver(link: Linking, a: By, b: By): boolean {
  return isHandedOver(link, a, b) || isHandedOver(link, b, a);
}
function isHandedOver(link: Linking, first: By, second: By): boolean {
  if (first.runner.many) return false; // one of several tells, and the others go on
  const [from, to] = [first.touch.event, second.touch.event];
  const told = syncsOf(link, from.in.fn).filter((it) => it.tells && isBefore(from, it.call) && !inOneLoop(from.in, it.call.in));
  if (told.length === 0) return false;
  return syncsOf(link, to.in.fn).some(
    (it) =>
      it.waits &&
      told.some((one) => one.on === it.on) &&
      isBefore(it.call, to) &&
      isAround(it.call.in, to.in) &&
      !inOneLoop(it.call.in, to.in),
  );
}

interface Position {
  readonly in: Region;
  readonly span: Span;
}
const isBefore = (a: Position, b: Position): boolean =>
  a.in.chunk.order === b.in.chunk.order ? a.span.end <= b.span.start : a.in.chunk.order < b.in.chunk.order;
/** With turns to come, the next access is not made before what was handed over in this one. */
function inOneLoop(a: Region, b: Region): boolean {
  const around = loopsAround(b);
  return loopsAround(a).some((it) => around.includes(it));
}
/** Whoever comes to the inner region has been through the outer one. */
function isAround(outer: Region, inner: Region): boolean {
  for (let it: Region | null = inner; it; it = it.parent) if (it === outer) return true;
  return false;
}
