// The call graph backwards: which events of the workspace may run a function here and now, and whether others may run it too.
import type { Arg, Chunk, Fn, Subject, Value } from '../model.js';
import { isBefore } from './arrivals.js';
import { methodKind } from './bindings.js';
import { drains, isLazy, runsBody } from './calls.js';
import type { Cell } from './cells.js';
import { argument } from './flows.js';
import { apiOf, attempt, bodyOf, cellFor, classAt, type Linking, once } from './linking.js';
import type { Meaning } from './meanings.js';
import { dunder, outsideBase } from './members.js';
import { question } from './question.js';
import { heard, isGone, type Said, type Saying, tell } from './reverse.js';
import { isStarted } from './roots.js';
import { edgesFrom, isContextManager } from './stalls.js';
import { evaluate } from './types.js';

/** A call, read, operator, loop or `with` that may run the function; `fn` is whose it is. */
export interface Caller {
  readonly fn: Fn;
  readonly event: Subject;
}

/**
 * The events that may run the function before they go on, in the order of files and positions. A coroutine runs where it is awaited, a
 * generator where it is consumed. Starts of runners are no calls.
 */
export function callersOf(link: Linking, fn: Fn): readonly Caller[] {
  const events = [...new Set(heard(link, calling, fn))].filter((it) => !isGone(it.in.chunk)).sort((a, b) => (isBefore(a, b) ? -1 : 1));
  return events.map((event) => ({ fn: event.in.fn, event }));
}
/** The functions of these events, each once. */
export function callingFunctions(link: Linking, fn: Fn): ReadonlySet<Fn> {
  return once(link, functionsCalling, fn, fn, () => new Set(heard(link, calling, fn).map((it) => it.in.fn)));
}
const functionsCalling = question<Fn, ReadonlySet<Fn>>({
  kind: 'calling',
  fallback: new Set(),
  same: (a, b) => a.size === b.size && [...a].every((it) => b.has(it)),
});

type Sayings<T> = readonly Said<Fn, T>[];
const sameSayings = <T>(a: Sayings<T>, b: Sayings<T>): boolean =>
  a.length === b.length && a.every((it, at) => it.to === b[at]?.to && it.what === b[at]?.what);
const chunkCalls = question<Chunk, Sayings<Subject>>({ kind: 'outgoing', fallback: [], same: sameSayings });
const calling: Saying<Fn, Subject> = {
  kind: 'callers',
  cell: (link, chunk) =>
    cellFor(link, chunkCalls, chunk, chunk, () => callsIn(link, chunk), {
      wanted: true,
      done: (now) => tell(link, calling, chunk, now),
    }) as unknown as Cell<unknown>,
};
function callsIn(link: Linking, chunk: Chunk): Sayings<Subject> {
  return chunk.events.flatMap((event): Sayings<Subject> => {
    if ((event.kind === 'call' && event.implied) || event.in.fn.fact.broken) return [];
    const run = attempt(link, event, [], () => (isLazy(link, event.in) ? [] : runBy(link, event)));
    return [...new Set(run)].map((to) => ({ to, what: event }));
  });
}

/** Functions that the event may run before it goes on. */
export function runBy(link: Linking, event: Subject): readonly Fn[] {
  const direct = edgesFrom(link, event).flatMap((it) => (typeof it.to !== 'string' && runsHere(link, it.to, event) ? [it.to] : []));
  return [...direct, ...resumed(link, event)];
}
function runsHere(link: Linking, to: Fn, event: Subject): boolean {
  const { async: isAsync, generator } = to.fact;
  if (event.kind === 'with') return event.async || !isAsync;
  if (event.kind !== 'call') return true;
  if (generator) return isContextManager(to) || runsBody(link, event);
  return !isAsync || event.result === 'awaited';
}
/** Coroutines and generators that were made elsewhere and run here. */
function resumed(link: Linking, event: Subject): readonly Fn[] {
  if (event.kind === 'await')
    return event.operand.is === 'call'
      ? pendingOf(link, event.operand, event, 'coroutine', event)
      : pendingOf(link, event.operand, event, 'coroutine');
  if (event.kind === 'loop')
    return event.iterates && event.iterates.is !== 'call' ? pendingOf(link, event.iterates, event, 'generator') : [];
  if (event.kind === 'leave')
    return event.by === 'yield from' && event.value.is !== 'call' ? pendingOf(link, event.value, event, 'generator') : [];
  if (event.kind !== 'call') return [];
  const given = event.args.filter((it) => it.value.is === 'name' || it.value.is === 'attr');
  if (given.length === 0 || !evaluate(link, event.callee, event.in).some((it) => it.is === 'outside' && drains.test(it.name))) return [];
  return given.flatMap((it) => pendingOf(link, it.value, event, 'generator'));
}
/** `but` is a call that runs them itself. */
function pendingOf(link: Linking, value: Value, at: Subject, how: 'coroutine' | 'generator', but?: Subject): readonly Fn[] {
  const own = but && value.is === 'call' ? at.in.chunk.events[value.event] : undefined;
  const told = own ? edgesFrom(link, own).map((it) => it.to) : [];
  return evaluate(link, value, at.in).flatMap((it) => {
    if (it.is !== 'pending' || it.how !== how || (it.of.is !== 'fn' && it.of.is !== 'bound')) return [];
    return told.includes(it.of.fn) ? [] : [it.of.fn];
  });
}

// ── Who else may run it ──────────────────────────────────────────────────────────────────────────

/**
 * May the function be run by anybody beside the calls that `callersOf` lists? It is started as a runner or called by a framework, it is
 * handed out as a value, a decorator holds it, the interpreter or an outside base class calls it by its name, or it is a module body.
 * That outside code could import it is not enough, so one without callers need not be open.
 */
export function isOpen(link: Linking, fn: Fn): boolean {
  return once(link, open, fn, fn, () => {
    return fn.fact.kind === 'module' || isStarted(link, fn) || isHandedOn(link, fn);
  });
}
/** The same for who does not start it as a runner. */
export const isHandedOn = (link: Linking, fn: Fn): boolean =>
  heard(link, escaping, fn).some((it) => !isGone(it.in.chunk)) || isHeldByDecorator(link, fn) || isCalledByName(link, fn);
const open = question<Fn, boolean>({ kind: 'open', fallback: false, same: Object.is });

const chunkEscapes = question<Chunk, Sayings<Subject>>({ kind: 'escapes', fallback: [], same: sameSayings });
const escaping: Saying<Fn, Subject> = {
  kind: 'escaping',
  cell: (link, chunk) =>
    cellFor(link, chunkEscapes, chunk, chunk, () => escapesIn(link, chunk), {
      wanted: true,
      done: (now) => tell(link, escaping, chunk, now),
    }) as unknown as Cell<unknown>,
};
function escapesIn(link: Linking, chunk: Chunk): Sayings<Subject> {
  return chunk.events.flatMap((event): Sayings<Subject> => {
    if (event.in.fn.fact.broken) return [];
    const out = attempt(link, event, [], () => handedOut(event, link).flatMap((it) => functionsIn(link, it, event)));
    return [...new Set(out)].map((to) => ({ to, what: event }));
  });
}
/** The values of an event that others may call later. */
function handedOut(event: Subject, link: Linking): readonly Value[] {
  if (event.kind === 'leave') return event.by === 'raise' ? [] : [event.value];
  if (event.kind === 'bind') return event.target.is !== 'name' || isDisplay(event.value) ? [event.value] : [];
  if (event.kind !== 'call' || event.implied || event.args.length === 0) return [];
  const callees = evaluate(link, event.callee, event.in);
  return event.args.filter((arg) => callees.length === 0 || !callees.every((it) => takes(link, it, event, arg))).map((it) => it.value);
}
const isDisplay = (value: Value): boolean => value.is === 'items' || value.is === 'dict' || value.is === 'comprehension';
/** Is it known what the callee does with an argument: run it, start it, or hand it to a function of the workspace? */
function takes(link: Linking, callee: Meaning, call: Subject<'call'>, arg: Arg): boolean {
  if (isDisplay(arg.value)) return false;
  switch (callee.is) {
    case 'fn':
    case 'bound':
      return callee.fn.fact.params.every((it) => it.kind !== 'args' && it.kind !== 'kwargs');
    case 'class': {
      const init = dunder(link, { is: 'object', cls: callee.cls, made: call, by: callee.by }, '__init__');
      return init !== undefined && takes(link, init, call, arg);
    }
    case 'object': {
      const run = dunder(link, callee, '__call__');
      return run !== undefined && takes(link, run, call, arg);
    }
    case 'outside': {
      if (callee.name === 'functools.partial') return arg === call.args[0];
      const api = apiOf(link, callee.name);
      return [...(api?.spawns?.target ?? []), ...(api?.calls ?? [])].some((where) => argument(call, [where]) === arg);
    }
    default:
      return false;
  }
}
/** The functions that a value is or holds. */
function functionsIn(link: Linking, value: Value, event: Subject): readonly Fn[] {
  const inside = (all: readonly (Value | null)[]): readonly Fn[] => all.flatMap((it) => (it ? functionsIn(link, it, event) : []));
  switch (value.is) {
    case 'name':
    case 'attr':
    case 'function':
    case 'call':
      return evaluate(link, value, event.in).flatMap((it) => (value.is === 'call' && it.is !== 'partial' ? [] : functionOf(it)));
    case 'items':
      return inside(value.items);
    case 'dict':
      return inside(value.values);
    case 'either':
      return inside(value.args);
    case 'comprehension':
      return inside([value.element]);
    case 'star':
      return inside([value.of]);
    default:
      return [];
  }
}
function functionOf(it: Meaning): readonly Fn[] {
  if (it.is === 'partial') return functionOf(it.of);
  return it.is === 'fn' || it.is === 'bound' ? [it.fn] : [];
}

/** Decorators that keep the function to themselves. */
const harmless =
  /^(?:builtins\.(?:staticmethod|classmethod|property)|functools\.(?:wraps|lru_cache|cache|cached_property|update_wrapper)|contextlib\.|abc\.|typing\.|typing_extensions\.)/;
function isHeldByDecorator(link: Linking, fn: Fn): boolean {
  const at = bodyOf(fn)?.parent;
  return fn.fact.decorators.some((value) => {
    const call = value.is === 'call' ? at?.chunk.events[value.event] : undefined;
    const all = at ? evaluate(link, call?.kind === 'call' ? call.callee : value, at) : [];
    if (all.length === 0) return !(methodKind(fn) === 'property' && value.is === 'attr');
    return !all.every((it) => it.is === 'outside' && harmless.test(it.name));
  });
}

/** Methods the interpreter calls on objects whose class nobody sees at the place; constructors are called where the class is. */
const special = /^__(?!init__|new__|post_init__)\w+__$/;
/** Outside classes that call no method of their subclasses but those they are known for. */
const quietBases = /^(?:abc\.ABC|typing\.|typing_extensions\.|enum\.|builtins\.\w*(?:Exception|Error)|threading\.|multiprocessing\.)/;
function isCalledByName(link: Linking, fn: Fn): boolean {
  const { name } = fn.fact;
  if (special.test(name)) return true;
  const at = bodyOf(fn)?.parent;
  const cls = fn.owner && at ? classAt(link, at) : undefined;
  const base = cls && outsideBase(link, cls);
  if (!base) return false;
  if (link.knowledge.api(`${base}.${name}`)) return true;
  return !quietBases.test(base) && !name.startsWith('_');
}
