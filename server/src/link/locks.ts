// Which lock an expression is, and whether two expressions can be told to be the same one.
import type { Lock, Region, Subject, Value } from '../model.js';
import { argument } from './flows.js';
import { apiOf, canonical, type Linking, methodName, once } from './linking.js';
import { type Meaning, sameMeaning } from './meanings.js';
import { locate, placeOf } from './places.js';
import { question } from './question.js';
import { evaluate } from './types.js';

const kinds: ReadonlySet<string | undefined> = new Set(['lock', 'rlock', 'semaphore', 'condition']);
const valueLock = question<Value, Lock | undefined>({
  kind: 'lock',
  fallback: undefined,
  same: (a, b) => a === b || (a !== undefined && b !== undefined && sameLock(a, b)),
});
/** The same to everybody who holds it, what it is made from included. */
export const sameLock = (a: Lock, b: Lock): boolean =>
  a === b ||
  (a.id === b.id &&
    a.exact === b.exact &&
    a.made === b.made &&
    a.name === b.name &&
    a.family === b.family &&
    a.reentrant === b.reentrant &&
    a.lives === b.lives);
/** Undefined where it is none, as far as anything is known about it. */
export function lockOf(link: Linking, value: Value, at: Region): Lock | undefined {
  if (value.is !== 'name' && value.is !== 'attr' && value.is !== 'call' && value.is !== 'item' && value.is !== 'awaited') return undefined;
  return once(link, valueLock, value, at.chunk, () => find(link, value, at, 0));
}

function find(link: Linking, value: Value, at: Region, hops: number): Lock | undefined {
  const call = value.is === 'call' ? at.chunk.events[value.event] : undefined;
  const name = spelled(call?.kind === 'call' ? call.callee : value);
  const found = evaluate(link, value, at);
  const things = found.filter(
    (it): it is Extract<Meaning, { is: 'thing' }> => it.is === 'thing' && kinds.has(apiOf(link, canonical(link, it.type))?.is),
  );
  const [thing] = things;
  if (!thing || things.length < found.length) return guessed(link, value, at, name, found);
  const api = apiOf(link, canonical(link, thing.type));
  const same = things.every((it) => it.made === thing.made || sameMeaning(it, thing));
  const inner = api?.is === 'condition' && thing.made && hops < 4 ? argument(thing.made, ['lock', 0]) : undefined;
  const under = inner && thing.made ? find(link, inner.value, thing.made.in, hops + 1) : undefined;
  if (under && inner?.value.is !== 'call') return { ...under, name };
  const where = identity(link, value, at);
  return {
    ...where,
    name,
    family: api?.family ?? 'thread',
    reentrant: under ? under.reentrant : api?.is === 'rlock' || (api?.is === 'condition' && api.family !== 'task'),
    exact: where.exact && same && api?.is !== 'semaphore',
    made: thing.made ?? undefined,
  };
}

function identity(link: Linking, value: Value, at: Region): { id: string; exact: boolean; lives: Lock['lives'] } {
  const reach = locate(link, value, at);
  if (reach) {
    const place = placeOf(link, reach.spot, 'slot');
    const { home } = place;
    if (home === 'closure') return { id: place.id, exact: true, lives: 'call' };
    return { id: place.id, exact: reach.through !== 'object', lives: home === 'instance' ? 'object' : 'program' };
  }
  if (value.is === 'name') return { id: `${at.fn.id}/${value.name}`, exact: true, lives: 'call' };
  if (value.is === 'call') return { id: `${at.fn.id}@${value.event}`, exact: false, lives: 'call' };
  if (value.is === 'item') {
    const of = locate(link, value.of, at);
    if (of) return { id: `${of.spot.id}[]`, exact: false, lives: 'object' };
  }
  return { id: `${at.fn.id}?${spelled(value)}`, exact: false, lives: 'object' };
}

const telling = /lock|mutex|guard|semaphore|(?:^|_)(?:rlock|cond|condition|cv|sem)$/i;
/** What is named like a lock and is not known protects, as far as anybody can tell, and proves nothing. */
function guessed(link: Linking, value: Value, at: Region, name: string, found: readonly Meaning[]): Lock | undefined {
  if (value.is === 'call' && calls(link, value.event, at) && !isManaged(link, value.event, at)) return undefined;
  if (found.length > 0 && found.every((it) => it.is === 'thing' && !hasEnter(link, it.type))) return undefined;
  if (!telling.test(name)) return undefined;
  return { ...identity(link, value, at), name, family: 'thread', reentrant: true, exact: false, made: undefined };
}
/** A function of the workspace can be looked into. */
function calls(link: Linking, event: number, at: Region): boolean {
  const call = at.chunk.events[event];
  return (
    call?.kind === 'call' && evaluate(link, call.callee, call.in).some((it) => it.is === 'fn' || it.is === 'bound' || it.is === 'class')
  );
}
/** `with named_mutex(path):`, which may take a file or a row of a database. */
function isManaged(link: Linking, event: number, at: Region): boolean {
  const call = at.chunk.events[event];
  const found = call?.kind === 'call' ? evaluate(link, call.callee, call.in) : [];
  return found.length > 0 && found.every(isManager);
}
/** A generator function that a decorator makes a context manager. */
export const isManager = (it: Meaning): it is Extract<Meaning, { is: 'fn' | 'bound' }> =>
  (it.is === 'fn' || it.is === 'bound') &&
  it.fn.fact.decorators.some((d) => (d.is === 'name' || d.is === 'attr' ? /contextmanager$/.test(d.name) : false));
const hasEnter = (link: Linking, type: string): boolean =>
  apiOf(link, methodName(link, type, '__enter__')) !== undefined || apiOf(link, type) === undefined;

/** As people would say it. */
export function spelled(value: Value): string {
  if (value.is === 'name') return value.name;
  if (value.is === 'attr') return `${spelled(value.of)}.${value.name}`;
  if (value.is === 'item') return `${spelled(value.of)}[…]`;
  return 'it';
}

/** The lock that a method of it is called on: `lock.acquire()`. */
export function receiverLock(link: Linking, call: Subject<'call'>): Lock | undefined {
  return call.callee.is === 'attr' ? lockOf(link, call.callee.of, call.in) : undefined;
}
