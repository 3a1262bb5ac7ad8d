// Writes that look as if they spoil an access of another runner, and do not: what they are says so, not when they come.
import type { Chunk, Place, Region, Subject } from '../model.js';
import { isInside } from './inside.js';
import { isSamePath } from './same-path.js';
import type { Touched } from './touches.js';

/** A walk of the first, or its test, takes no harm from what the second one does. */
export function isHarmless(place: Place, first: Touched, second: Touched): boolean {
  if (first.op === 'iterate') return grows(place, second) || isReplaced(second.event);
  return first.op === 'lazy-init' && isEmptied(second.event);
}

/** A list that others append to is walked to its end, or to what has come meanwhile: nothing is skipped. */
function grows(place: Place, { event }: Touched): boolean {
  return place.holds === 'builtins.list' && /^(?:append|extend)$/.test(event.method ?? actMethod(event) ?? '');
}
/** The method whose call acts, of a test with an act. */
export function actMethod({ act, in: { chunk, fn } }: Subject<'access'>): string | undefined {
  const call = act && chunk.events.find((it) => it.kind === 'call' && it.in.fn === fn && isAt(it, act));
  return call?.kind === 'call' && call.callee.is === 'attr' ? call.callee.name : undefined;
}
const isAt = (it: Subject, { start, end }: Subject['span']): boolean => it.span.start === start && it.span.end === end;

/** `d[k] = new`, where the same function has read `d[k]` on its way: the key is there, and stays one of as many. */
function isReplaced(event: Subject<'access'>): boolean {
  const { key, place, in: at } = event;
  if (event.method !== '[]=' || key?.is !== 'name') return false;
  return at.chunk.accesses.some(
    (it) =>
      it.in.fn === at.fn &&
      it.op === 'read' &&
      it.part === 'contents' &&
      it.span.end <= event.span.start &&
      isInside(at, it.in) &&
      it.key?.is === 'name' &&
      it.key.name === key.name &&
      isSamePath(it.place, place) &&
      isSubscript(it) &&
      !isGone(it, event),
  );
}
/** The container with its key is longer than the container; `k in d` is written down as the container alone. */
export const isSubscript = ({ place, span }: Subject<'access'>): boolean => span.end - span.start > lengthOf(place);
const lengthOf = (value: Subject<'access'>['place']): number =>
  value.is === 'name' ? value.name.length : value.is === 'attr' ? lengthOf(value.of) + 1 + value.name.length : Number.MAX_SAFE_INTEGER;
/** Something between the two takes elements out, or gives the key another value. */
function isGone(read: Subject<'access'>, store: Subject<'access'>): boolean {
  const { chunk, fn } = store.in;
  const between = (it: Subject): boolean => it.in.fn === fn && it.span.start >= read.span.end && it.span.end <= store.span.start;
  const key = store.key?.is === 'name' ? store.key.name : '';
  return (
    chunk.accesses.some((it) => between(it) && it.op !== 'read' && isSamePath(it.place, store.place)) ||
    chunk.events.some((it) => it.kind === 'bind' && between(it) && it.target.is === 'name' && it.target.name === key)
  );
}

/** `self.made = None`: nobody else builds one. */
function isEmptied(event: Subject<'access'>): boolean {
  if (event.op !== 'write') return false;
  const stored = bindAt(event.in, event);
  return stored !== undefined && stored.value.is === 'literal' && stored.value.type === 'none';
}
function bindAt({ chunk, fn }: Region, event: Subject<'access'>): Subject<'bind'> | undefined {
  const found = bindsIn(chunk).filter((it) => it.in.fn === fn && it.span.start <= event.span.start && event.span.end <= it.span.end);
  return found.find((it) => isSamePath(event.place, it.target)) ?? found[0];
}
const bindsIn = (chunk: Chunk): readonly Subject<'bind'>[] =>
  chunk.events.filter((it): it is Subject<'bind'> => it.kind === 'bind' && it.from === 'assign');
