// Does a coroutine wait for the world, or for others of its program alone?
import { limits } from '../limits.js';
import type { Fn, Subject } from '../model.js';
import { edgesOf } from './calls.js';
import { eventsOf, hitBound, type Linking } from './linking.js';

/**
 * An awaited call that leads out of the workspace, or nobody knows where to. What is not called, a task or a future, is awaited for its
 * end, and so is a method `wait`; an object of a class of the workspace brings its own `__await__`, which no event loop knows.
 */
export function awaitsOutside(link: Linking, fn: Fn): boolean {
  const seen = new Set<Fn>([fn]);
  for (const it of seen) {
    if (seen.size > limits.reachedFunctions) {
      hitBound(link, 'reachedFunctions');
      return true;
    }
    for (const event of eventsOf(link, it)) {
      if (event.kind === 'with' && event.async) return true;
      if (event.kind !== 'await') continue;
      if (event.form !== 'await') return true;
      const call = event.operand.is === 'call' ? event.in.chunk.events[event.operand.event] : undefined;
      if (call?.kind !== 'call' || isWait(call)) continue;
      const edges = edgesOf(link, call);
      if (edges.length === 0) return true;
      for (const { to } of edges) {
        if (typeof to === 'string') return true;
        seen.add(to);
      }
    }
  }
  return false;
}
const isWait = (call: Subject<'call'>): boolean => call.callee.is === 'attr' && call.callee.name === 'wait' && call.args.length === 0;
