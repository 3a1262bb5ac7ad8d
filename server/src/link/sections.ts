// Critical sections: which stretches of a function hold which lock, by `with`, by `acquire` and `release`, and by helpers that do so.
import type { Basis, Chunk, Fn, Lock, Region, Span, Subject, Value } from '../model.js';
import { edgesOf } from './calls.js';
import { isInside } from './inside.js';
import { bodyOf, canonical, eventsOf, type Linking, once } from './linking.js';
import { isManager, lockOf, receiverLock } from './locks.js';
import { dunder } from './members.js';
import { question } from './question.js';
import { leaves } from './results.js';
import { evaluate, typeName } from './types.js';

/** `span` counts from the chunk and is about events of `fn` alone: what is nested in it runs at another time. */
export interface Section {
  readonly lock: Lock;
  readonly fn: Fn;
  readonly chunk: Chunk;
  readonly span: Span;
  /** What takes it: a `with`, or a call. */
  readonly by: Subject<'with' | 'call'>;
  /** Given back on every path: by a `with`, or by a `finally`. */
  readonly scoped: boolean;
  /** Where it ends is known: given back in the same function. */
  readonly ends: boolean;
  /** Taken with a timeout, or only if it is free. */
  readonly bounded: boolean;
  /** Taken by something that is called here, not here itself. */
  readonly inherited: boolean;
  readonly basis: Basis;
}

const functionSections = question<Fn, readonly Section[]>({
  kind: 'sections',
  fallback: [],
  same: (a, b) => a.length === b.length && a.every((it, at) => sameSection(it, b[at] as Section)),
});
const sameSection = (a: Section, b: Section): boolean =>
  a.by === b.by &&
  a.lock === b.lock &&
  a.scoped === b.scoped &&
  a.bounded === b.bounded &&
  a.span.start === b.span.start &&
  a.span.end === b.span.end;

/** In source order, outer ones first. */
export function sectionsOf(link: Linking, fn: Fn): readonly Section[] {
  return once(link, functionSections, fn, fn, () => {
    const events = eventsOf(link, fn);
    const found: Section[] = [];
    for (const event of events) {
      if (event.kind === 'with') found.push(...withSections(link, fn, event));
      else if (event.kind === 'call' && !event.implied) found.push(...callSections(link, fn, event, events));
    }
    return found.sort((a, b) => a.chunk.order - b.chunk.order || a.span.start - b.span.start || b.span.end - a.span.end);
  });
}

/** The sections of its own function around a place; `offset` counts from the chunk. */
export function sectionsAround(link: Linking, at: Region, offset: number): readonly Section[] {
  return sectionsOf(link, at.fn).filter((it) => it.chunk === at.chunk && it.span.start <= offset && offset < it.span.end);
}

// ── `with` ───────────────────────────────────────────────────────────────────────────────────────

function withSections(link: Linking, fn: Fn, event: Subject<'with'>): readonly Section[] {
  const body = event.in.chunk.regions[event.body];
  if (!body) return [];
  const base = { fn, chunk: event.in.chunk, span: body.span, by: event, scoped: true, ends: true };
  return event.items.flatMap((item): Section[] => {
    const lock = lockOf(link, item, event.in);
    const own: Section[] = lock ? [{ ...base, lock, bounded: false, inherited: false, basis: 'source' }] : [];
    if (own.length > 0 && (lock?.made || item.is !== 'call')) return own;
    const taken = entered(link, item, event).map((it) => ({ ...base, ...it, inherited: true }));
    return taken.length > 0 ? taken : own;
  });
}
type Taken = Pick<Section, 'lock' | 'bounded' | 'basis'>;
/** Locks that a context manager holds while the block runs. */
function entered(link: Linking, item: Value, event: Subject<'with'>): readonly Taken[] {
  if (item.is === 'call') {
    const call = event.in.chunk.events[item.event];
    const found = call?.kind === 'call' ? evaluate(link, call.callee, call.in) : [];
    const managed = found.flatMap((it) => (isManager(it) ? yieldedUnder(link, it.fn) : []));
    if (managed.length > 0) return managed;
  }
  return evaluate(link, item, event.in).flatMap((it) => {
    const enter = dunder(link, it, event.async ? '__aenter__' : '__enter__');
    return enter ? netLocks(link, enter.fn) : [];
  });
}
/** What a generator function holds where it yields. */
function yieldedUnder(link: Linking, fn: Fn): readonly Taken[] {
  const [first] = leaves(link, fn, 'yield');
  if (!first) return [];
  return sectionsAround(link, first.in, first.span.start).map((it) => ({ lock: it.lock, bounded: it.bounded, basis: it.basis }));
}

// ── `acquire` and `release` ──────────────────────────────────────────────────────────────────────

function callSections(link: Linking, fn: Fn, call: Subject<'call'>, events: readonly Subject[]): readonly Section[] {
  const own = acquired(link, call);
  const all: readonly Taken[] = own ? [own] : helperLocks(link, call);
  return all.map((it): Section => {
    const end = releasedAt(link, call, it.lock, events);
    return {
      ...it,
      fn,
      chunk: call.in.chunk,
      span: { start: call.span.end, end: end?.at ?? bodyEnd(fn, call.in) },
      by: call,
      scoped: end?.certain ?? false,
      ends: end !== undefined,
      inherited: !own,
    };
  });
}
const bodyEnd = (fn: Fn, at: Region): number =>
  fn.chunk === at.chunk && bodyOf(fn) ? (bodyOf(fn) as Region).span.end : Number.MAX_SAFE_INTEGER;

/** The lock that a call takes: `lock.acquire()`, `stack.enter_context(lock)`. */
export function acquired(link: Linking, call: Subject<'call'>): Taken | undefined {
  if (call.callee.is !== 'attr') return undefined;
  const { name } = call.callee;
  if (name === 'acquire' || name === '__enter__' || name === 'acquire_read' || name === 'acquire_write') {
    const lock = receiverLock(link, call);
    return lock && { lock, bounded: isBounded(call), basis: 'source' };
  }
  const [given] = call.args;
  if (name !== 'enter_context' && name !== 'enter_async_context') return undefined;
  const type = evaluate(link, call.callee.of, call.in).map(typeName)[0];
  if (!given || !type || !/ExitStack$/.test(canonical(link, type))) return undefined;
  const lock = lockOf(link, given.value, call.in);
  return lock && { lock, bounded: false, basis: 'source' };
}
/** Does the call give up after a time, or at once? */
function isBounded(call: Subject<'call'>): boolean {
  return call.args.some((it, at) => {
    const value = it.value.is === 'literal' ? it.value.value : undefined;
    if (it.name === 'timeout' || (it.name === null && at === 1)) return value !== -1 && value !== null;
    return (it.name === 'blocking' || (it.name === null && at === 0)) && value !== true && value !== 1;
  });
}
export function released(link: Linking, call: Subject<'call'>): Lock | undefined {
  if (call.callee.is !== 'attr') return undefined;
  const { name } = call.callee;
  return name === 'release' || name === '__exit__' || name === 'release_read' || name === 'release_write'
    ? receiverLock(link, call)
    : undefined;
}

/** Where the lock is given back in the same function: the first release that every path takes, or one in a `finally`. */
function releasedAt(
  link: Linking,
  call: Subject<'call'>,
  lock: Lock,
  events: readonly Subject[],
): { readonly at: number; readonly certain: boolean } | undefined {
  if (call.callee.is === 'attr' && call.callee.name.startsWith('enter_')) return stackEnd(link, call);
  for (const it of events) {
    if (it.kind !== 'call' || it.in.chunk !== call.in.chunk || it.span.start < call.span.end) continue;
    const given = released(link, it)?.id ?? helperReleases(link, it).find((one) => one.id === lock.id)?.id;
    if (given === lock.id && onEveryPath(it.in, call.in)) return { at: it.span.start, certain: isFinal(it.in) };
  }
  return undefined;
}
/** In the block of the acquire, around it, or in a `finally` beside it. */
function onEveryPath(release: Region, acquire: Region): boolean {
  if (isInside(acquire, release)) return true;
  for (let it: Region | null = release; it && it.kind !== 'function'; it = it.parent) {
    if (it.parent === acquire || (it.parent && isInside(acquire, it.parent)))
      return it.kind === 'finally' || it.kind === 'try' || it.kind === 'with';
  }
  return false;
}
function isFinal(region: Region): boolean {
  for (let it: Region | null = region; it && it.kind !== 'function'; it = it.parent) if (it.kind === 'finally') return true;
  return false;
}
/** Until the end of the block that holds the stack. */
function stackEnd(link: Linking, call: Subject<'call'>): { at: number; certain: boolean } | undefined {
  for (let it: Region | null = call.in; it && it.kind !== 'function'; it = it.parent) {
    if (it.kind === 'with') return { at: it.span.end, certain: true };
  }
  return link ? { at: Number.MAX_SAFE_INTEGER, certain: false } : undefined;
}

// ── Helpers that take a lock and leave it to somebody else to give back ───────────────────────────

const functionNet = question<Fn, readonly Taken[]>({
  kind: 'net locks',
  fallback: [],
  same: (a, b) => a.length === b.length && a.every((it, at) => it.lock === b[at]?.lock && it.bounded === b[at]?.bounded),
});
/** Locks that a function has taken and still holds when it returns. */
export function netLocks(link: Linking, fn: Fn): readonly Taken[] {
  return once(link, functionNet, fn, fn, () => {
    const found: Taken[] = [];
    for (const event of eventsOf(link, fn)) {
      const own = event.kind === 'call' ? acquired(link, event) : undefined;
      if (own && event.kind === 'call' && !releasedAnywhere(link, fn, own.lock)) found.push({ ...own, basis: 'source' });
    }
    return found;
  });
}
const releasedAnywhere = (link: Linking, fn: Fn, lock: Lock): boolean =>
  eventsOf(link, fn).some((it) => it.kind === 'call' && released(link, it)?.id === lock.id);
const functionReleases = question<Fn, readonly Lock[]>({
  kind: 'net releases',
  fallback: [],
  same: (a, b) => a.length === b.length && a.every((it, at) => it === b[at]),
});
/** Locks that a function gives back without having taken them. */
export function netReleases(link: Linking, fn: Fn): readonly Lock[] {
  return once(link, functionReleases, fn, fn, () => {
    const found: Lock[] = [];
    for (const event of eventsOf(link, fn)) {
      const lock = event.kind === 'call' ? released(link, event) : undefined;
      if (lock && !eventsOf(link, fn).some((it) => it.kind === 'call' && acquired(link, it)?.lock.id === lock.id)) found.push(lock);
    }
    return found;
  });
}
/** A method that is called on the same object, and does nothing but take or give back. */
function helperLocks(link: Linking, call: Subject<'call'>): readonly Taken[] {
  if (call.callee.is !== 'attr' || !helping.test(call.callee.name)) return [];
  return edgesOf(link, call).flatMap((it) => (typeof it.to === 'string' ? [] : netLocks(link, it.to)));
}
function helperReleases(link: Linking, call: Subject<'call'>): readonly Lock[] {
  if (call.callee.is !== 'attr' || !helping.test(call.callee.name)) return [];
  return edgesOf(link, call).flatMap((it) => (typeof it.to === 'string' ? [] : netReleases(link, it.to)));
}
/** Names of methods that are looked into for locks they leave taken; looking into all of them would link the whole program. */
const helping = /lock|acquire|release|enter|exit|begin|end/i;
