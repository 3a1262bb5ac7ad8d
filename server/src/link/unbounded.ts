// Does a loop go over as many items as somebody else decides?
import type { Subject, Value } from '../model.js';
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
  return (
    found?.scope.fn === loop.in.fn &&
    found.bound.length === 1 &&
    found.bound[0]?.is === 'param' &&
    loop.in.fn.fact.params[found.bound[0].index]?.preset == null
  );
}
function spelled(value: Value, loop: Subject<'loop'>): string {
  if (value.is === 'name') return value.name;
  if (value.is === 'attr') return `${spelled(value.of, loop)}.${value.name}`;
  const call = value.is === 'call' ? loop.in.chunk.events[value.event] : undefined;
  if (call?.kind !== 'call') return 'it';
  const [first] = call.args;
  return call.callee.is === 'name' && first ? spelled(first.value, loop) : `${spelled(call.callee, loop)}()`;
}
