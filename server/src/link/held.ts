// Locks certainly held: where a subject stands in its function, and when the function is entered.
import type { Fn, Lock, Region, Span, Subject } from '../model.js';
import { callersOf } from './callers.js';
import { isDemonstration } from './demonstration.js';
import { bodyOf, classAt, isA, type Linking, once } from './linking.js';
import { sameLock } from './locks.js';
import { outsideBase } from './members.js';
import { question } from './question.js';
import { isStarted } from './roots.js';
import { sectionsOf } from './sections.js';
import { isSettingUp } from './setting-up.js';

/** Locks held all along a stretch of one function, by its own sections and by all of its callers. */
export function heldOver(link: Linking, at: Region, span: Span): readonly Lock[] {
  const own = sectionsOf(link, at.fn).filter((it) => it.chunk === at.chunk && it.span.start <= span.start && span.end <= it.span.end);
  return distinct([...own.map((it) => it.lock), ...entryLocks(link, at.fn), ...hookLocks(link, at.fn)]);
}
export const heldAt = (link: Linking, of: Pick<Subject, 'in' | 'span'>): readonly Lock[] =>
  heldOver(link, of.in, { start: of.span.start, end: of.span.start });

function distinct(all: readonly Lock[]): readonly Lock[] {
  const seen = new Set<string>();
  return all.filter((it) => !seen.has(it.id) && seen.add(it.id));
}

/** A test or an example calls what is not its own, and has its object to itself. */
function isOnlyTried(link: Linking, caller: Fn, fn: Fn): boolean {
  const [from, to] = [bodyOf(caller), bodyOf(fn)];
  return from !== undefined && to !== undefined && isDemonstration(link, from) && !isDemonstration(link, to);
}
/** What `queue.Queue` has its subclasses define, it calls under its own mutex (CPython Lib/queue.py). */
function hookLocks(link: Linking, fn: Fn): readonly Lock[] {
  if (fn.owner === null || !/^_(?:init|qsize|put|get)$/.test(fn.fact.name)) return [];
  const at = bodyOf(fn)?.parent;
  const cls = at && classAt(link, at);
  const base = cls && outsideBase(link, cls);
  if (!cls || !base || !isA(link, base, 'queue.Queue')) return [];
  const id = `${cls.name}.mutex`;
  return [{ id, name: 'self.mutex', family: 'thread', reentrant: false, exact: false, lives: 'object', made: undefined }];
}

type Entry = readonly Lock[] | 'all';
const functionEntry = question<Fn, Entry>({
  kind: 'entry locks',
  fallback: 'all',
  same: (a, b) => a === b || (a !== 'all' && b !== 'all' && a.length === b.length && a.every((it, at) => sameLock(it, b[at] as Lock))),
});
/** What every caller holds; nothing where a runner starts with the function, or nobody is seen to call it. */
export function entryLocks(link: Linking, fn: Fn): readonly Lock[] {
  const found = entryOf(link, fn);
  return found === 'all' ? closedEntry(link, fn) : found;
}
const functionClosed = question<Fn, readonly Lock[]>({
  kind: 'entry locks inside',
  fallback: [],
  same: (a, b) => a.length === b.length && a.every((it, at) => sameLock(it, b[at] as Lock)),
});
/** Where nobody from outside is seen to begin, the calls among themselves say which locks they hold. */
function closedEntry(link: Linking, fn: Fn): readonly Lock[] {
  return once(link, functionClosed, fn, fn, () => {
    const calls = callersOf(link, fn).filter((it) => it.fn !== fn && counts(link, it.fn, fn));
    const held = calls.map((it) => distinct([...sectionsAt(link, it.fn, it.event), ...entryLocks(link, it.fn)]));
    const [first, ...rest] = held;
    return first?.filter((it) => rest.every((all) => all.some((one) => one.id === it.id))) ?? [];
  });
}
/** Do some callers hold a lock, and others none? What stands in such a helper shows neither that the lock is wanted nor that it is not. */
export function isDivided(link: Linking, fn: Fn): boolean {
  const calls = callersOf(link, fn).filter((it) => it.fn !== fn && counts(link, it.fn, fn));
  const held = calls.map((it) => sectionsAt(link, it.fn, it.event).length + entryLocks(link, it.fn).length > 0);
  return held.includes(true) && held.includes(false);
}
/** Not where nobody else is there yet, and not in a test. */
const counts = (link: Linking, caller: Fn, fn: Fn): boolean =>
  !(isSettingUp(link, caller) && !isSettingUp(link, fn)) && !isOnlyTried(link, caller, fn);
const sectionsAt = (link: Linking, caller: Fn, event: Subject): readonly Lock[] =>
  sectionsOf(link, caller)
    .filter((it) => it.chunk === event.in.chunk && it.span.start <= event.span.start && event.span.start < it.span.end)
    .map((it) => it.lock);
function entryOf(link: Linking, fn: Fn): Entry {
  return once(link, functionEntry, fn, fn, () => {
    if (fn.fact.kind === 'module' || isStarted(link, fn)) return [];
    const callers = callersOf(link, fn);
    if (callers.length === 0) return [];
    let common: Entry = 'all';
    for (const { fn: caller, event } of callers) {
      if (!counts(link, caller, fn)) continue;
      const above = entryOf(link, caller);
      if (above === 'all') continue; // only reached from within a circle of calls
      const held = distinct([...sectionsAt(link, caller, event), ...above]);
      common = common === 'all' ? held : common.filter((it) => held.some((one) => one.id === it.id));
      if (common.length === 0) break;
    }
    return common;
  });
}
