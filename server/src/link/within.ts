// Events by where they stand: in a region with all inside of it, or in the `try` of a handler.
import type { EventKind, Fn, Region, Subject } from '../model.js';
import { calleesOf } from './calls.js';
import { isInside } from './inside.js';
import { bodyOf, eventsOf, functionsOf, type Linking, moduleAt } from './linking.js';

/** Nested functions aside, in source order. */
export function eventsWithin(link: Linking, at: Region): readonly Subject<EventKind>[] {
  return eventsOf(link, at.fn).filter((it): it is Subject<EventKind> => isInside(it.in, at));
}

/** The region of the function around a place; of a module, the part of its body in this chunk. */
export function scopeOf(at: Region): Region {
  let it = at;
  while (it.kind !== 'function' && it.parent?.fn === at.fn && it.parent.chunk === at.chunk) it = it.parent;
  return it;
}

/** The body of the `try` that a handler belongs to: its regions follow each other under one parent. */
export function triedBy(of: Subject<'catch'>): Region | undefined {
  const { regions } = of.in.chunk;
  const handler = regions[of.body];
  return handler && regions.slice(0, of.body).findLast((it) => it.kind === 'try' && it.parent === handler.parent);
}
/** The handlers of one `try`, in source order. */
export function handlersOf(tried: Region): readonly Subject<'catch'>[] {
  return tried.chunk.events.filter((it): it is Subject<'catch'> => it.kind === 'catch' && triedBy(it) === tried);
}

/** Coroutines of the same module that lead to a function over synchronous calls, nearest first. */
export function asyncCallers(link: Linking, fn: Fn): readonly Fn[] {
  const at = bodyOf(fn);
  const all = at ? functionsOf(link, moduleAt(link, at)) : [];
  const seen = new Set([fn]);
  const found: Fn[] = [];
  for (let open = [fn]; open.length > 0; ) {
    const callers = all.filter((it) => !seen.has(it) && calleesOf(link, it).some((one) => open.includes(one.fn)));
    for (const it of callers) seen.add(it);
    found.push(...callers.filter((it) => it.fact.async));
    open = callers.filter((it) => !it.fact.async);
  }
  return found;
}
