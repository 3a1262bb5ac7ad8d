// Which bindings of a local name can be what it means at one place: not those that a later one replaced, nor those still to come.
import type { Chunk, Region, Span, Subject, Value } from '../model.js';
import type { Binding, Scope } from './index.js';
import { isInside } from './inside.js';

/** Bindings of a name of a function, as seen from one use of the name in the same function; all of them where that is not known. */
export function reaching(all: readonly Binding[], scope: Scope, use: Value, at: Region): readonly Binding[] {
  if (all.length < 2 || scope.kind !== 'function') return all;
  const here = placesIn(at.chunk).get(use);
  if (!here) return all;
  const bound = all.filter((it) => !(isStillToCome(it, here, at) && placeOf(it)?.in.fn === at.fn));
  let last: Span | undefined;
  for (const it of bound) {
    const place = placeOf(it);
    if (
      place &&
      place.in.fn === at.fn &&
      place.at.end <= here.start &&
      !(last && place.at.start < last.start) &&
      replaces(it, place.in, at)
    )
      last = place.at;
  }
  const from = last?.start;
  if (from === undefined) return bound;
  return bound.filter((it) => {
    const place = placeOf(it);
    return isNarrow(it) || (place ? place.in.fn !== at.fn || place.at.start >= from : false);
  });
}
const isNarrow = (it: Binding): boolean => it.is === 'bind' && it.event.from === 'narrow';

interface Place {
  readonly in: Region;
  readonly at: Span;
}
/** Where a binding stands; parameters stand before everything. */
function placeOf(it: Binding): Place | undefined {
  if (it.is === 'bind' || it.is === 'def') return { in: it.event.in, at: it.event.stmt };
  if (it.is === 'class') return { in: it.cls.event.in, at: it.cls.event.stmt };
  return it.is === 'import' ? { in: it.region, at: it.fact.span } : undefined;
}

/** It is made by a later statement, or by the one that uses the name, and no loop comes back to the use. */
function isStillToCome(it: Binding, here: Span, at: Region): boolean {
  const place = placeOf(it);
  if (!place || (it.is === 'bind' && it.event.from !== 'assign')) return false;
  const isOwn = place.at.start === here.start && place.at.end === here.end;
  if (!isOwn && place.at.start < here.end) return false;
  for (let region: Region | null = at; region && region.kind !== 'function'; region = region.parent) {
    if (region.kind === 'loop' && isInside(place.in, region)) return false;
  }
  return true;
}

/** Whoever comes to the use has come by the binding. */
function replaces(it: Binding, region: Region, at: Region): boolean {
  if (it.is === 'bind' && it.event.from !== 'assign' && it.event.from !== 'with' && it.event.from !== 'for') return false;
  let from = region;
  // A `with` runs its block, and so does `finally`.
  while ((from.kind === 'with' || from.kind === 'finally') && !isInside(at, from) && from.parent) from = from.parent;
  for (let up: Region | null = at; up !== from; up = up.parent) {
    if (!up || up.kind === 'function') return false;
    if (from.kind === 'try' && (up.kind === 'except' || up.kind === 'finally')) return false;
  }
  const start = placeOf(it)?.at.start ?? 0;
  // The `else` of a loop stands outside of it, and runs when the loop was not left early.
  return !region.chunk.regions.some(
    (loop) => loop.kind === 'loop' && loop.parent === region && loop.span.start < start && start < loop.span.end,
  );
}

const places = new WeakMap<Chunk, ReadonlyMap<Value, Span>>();
/** The statement each name of a chunk is read in. */
function placesIn(chunk: Chunk): ReadonlyMap<Value, Span> {
  const known = places.get(chunk);
  if (known) return known;
  const found = new Map<Value, Span>();
  for (const event of chunk.events) for (const value of valuesOf(event)) note(found, value, event.stmt);
  places.set(chunk, found);
  return found;
}
function note(found: Map<Value, Span>, value: Value | null, at: Span): void {
  if (!value) return;
  switch (value.is) {
    case 'name':
      if (!found.has(value)) found.set(value, at);
      return;
    case 'attr':
    case 'awaited':
    case 'star':
      return note(found, value.of, at);
    case 'item':
      note(found, value.of, at);
      return note(found, value.index, at);
    case 'items':
      for (const it of value.items) note(found, it, at);
      return;
    case 'dict':
      for (const it of [...value.keys, ...value.values]) note(found, it, at);
      return;
    case 'op':
    case 'either':
      for (const it of value.args) note(found, it, at);
      return;
    case 'comprehension':
      note(found, value.element, at);
      return note(found, value.key, at);
    default:
  }
}
function valuesOf(event: Subject): readonly (Value | null)[] {
  switch (event.kind) {
    case 'call':
      return [event.callee, ...event.args.map((it) => it.value)];
    case 'bind':
      return event.target.is === 'name' ? [event.value] : [event.value, event.target];
    case 'read':
    case 'leave':
      return [event.value];
    case 'operate':
      return [event.left, event.right];
    case 'await':
      return [event.operand];
    case 'loop':
      return [event.iterates, event.test];
    case 'with':
      return event.items;
    default:
      return [];
  }
}
