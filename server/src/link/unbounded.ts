// Does a loop go over as many items as somebody else decides?
import type { Fn, Subject, Value } from '../model.js';
import { callersOf } from './callers.js';
import { argument } from './flows.js';
import type { Linking } from './linking.js';
import { bindingsOf } from './names.js';
import { emptyEnv } from './sizes.js';
import { tripsOf } from './trips.js';
import { evaluate } from './types.js';

/** What it goes over, as written: a parameter, the lines of a file, the result of an outside call. */
export function unboundedBy(link: Linking, loop: Subject<'loop'>): string | undefined {
  const { iterates } = loop;
  if (!iterates || tripsOf(link, loop, emptyEnv(loop.in.fn)).from !== 'guess') return undefined;
  return isOpen(link, iterates, loop) ? spelled(iterates, loop) : undefined;
}
function isOpen(link: Linking, value: Value, loop: Subject<'loop'>): boolean {
  if (value.is === 'call') {
    const call = loop.in.chunk.events[value.event];
    if (call?.kind !== 'call') return false;
    const [it] = evaluate(link, call.callee, call.in);
    const name = it?.is === 'outside' ? it.name : '';
    const [first] = call.args;
    if (/^builtins\.(?:enumerate|list|sorted|set|tuple|reversed)$/.test(name))
      return first !== undefined && isOpen(link, first.value, loop);
    if (call.callee.is !== 'attr') return false;
    // What a program keeps in a dict of its own is as many as it has: plugins, workers.
    if (/^(?:items|values|keys)$/.test(call.callee.name)) return isOpen(link, call.callee.of, loop);
    return /^(?:readlines|splitlines|fetchall)$/.test(call.callee.name);
  }
  if (value.is !== 'name') return false;
  const found = bindingsOf(link, value.name, loop.in);
  const [bound, more] = found?.scope.fn === loop.in.fn ? found.bound : [];
  if (bound?.is !== 'param' || more) return false;
  const param = loop.in.fn.fact.params[bound.index];
  // What callers write out one by one, as `*args` or as a list, is as long as their source.
  if (param?.kind === 'args') return isSpread(link, loop.in.fn);
  return param?.preset == null && !isWrittenOut(link, loop.in.fn, bound.index);
}
/** Does a call of the workspace give what it has in a list, other than its own `*args`? */
function isSpread(link: Linking, fn: Fn): boolean {
  return callersOf(link, fn).some(({ fn: by, event }) => {
    const spread = calledAt(event)?.args.find((it) => it.value.is === 'star' && !it.value.twice)?.value;
    const of = spread?.is === 'star' ? spread.of : undefined;
    return of !== undefined && !(of.is === 'name' && by.fact.params.some((it) => it.kind === 'args' && it.name === of.name));
  });
}
function calledAt(event: Subject): Subject<'call'> | undefined {
  const call = event.kind === 'await' && event.operand.is === 'call' ? event.in.chunk.events[event.operand.event] : event;
  return call?.kind === 'call' ? call : undefined;
}
/** Does each call give a list that it writes out? Of a function that others may call, too, nobody knows. */
function isWrittenOut(link: Linking, fn: Fn, index: number): boolean {
  if (!/^_[^_]/.test(fn.fact.name)) return false;
  const name = fn.fact.params[index]?.name ?? '';
  const place = fn.owner === null ? index : index - 1;
  const given = callersOf(link, fn).map(({ event }) => {
    const call = calledAt(event);
    return call && argument(call, [name, place])?.value;
  });
  return given.length > 0 && given.every((it) => it?.is === 'items' && !it.items.some((one) => one.is === 'star'));
}
function spelled(value: Value, loop: Subject<'loop'>): string {
  if (value.is === 'name') return value.name;
  if (value.is === 'attr') return `${spelled(value.of, loop)}.${value.name}`;
  const call = value.is === 'call' ? loop.in.chunk.events[value.event] : undefined;
  if (call?.kind !== 'call') return 'it';
  const [first] = call.args;
  return call.callee.is === 'name' && first ? spelled(first.value, loop) : `${spelled(call.callee, loop)}()`;
}
