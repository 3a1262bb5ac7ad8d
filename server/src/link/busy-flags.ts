// Flags that let one task through at a time: tested and set with no `await` in between, and put back at the end.
import type { Fn, Region, Subject } from '../model.js';
import { callersOf } from './callers.js';
import { isInside } from './inside.js';
import { type Linking, once } from './linking.js';
import { question } from './question.js';
import { isSamePath } from './same-path.js';

/** Does everybody who comes there have to find a flag that says that nobody else is there? */
export const isLetThrough = (link: Linking, it: Subject): boolean => isBehindFlag(it) || areCallersLetThrough(link, it.in.fn);

/** `if self.busy: return`, then `self.busy = True`: a test of an attribute or global that the function itself then answers. */
function isBehindFlag({ in: at, span }: Subject): boolean {
  return at.chunk.accesses.some((it) => isFlag(it) && it.in.fn === at.fn && (it.act?.end ?? span.end) <= span.start && isInside(at, it.in));
}
const isFlag = ({ op, part, window }: Subject<'access'>): boolean => op === 'check-act' && part === 'slot' && window !== 'await';

const functionCallers = question<Fn, boolean>({ kind: 'let through', fallback: true, same: Object.is });
function areCallersLetThrough(link: Linking, fn: Fn): boolean {
  if (!fn.fact.async) return false;
  return once(link, functionCallers, fn, fn, () => {
    const callers = callersOf(link, fn).filter((it) => it.fn !== fn);
    return callers.length > 0 && callers.every((it) => isBehindFlag(it.event) || putsBack(it.fn));
  });
}
/** A nested function that puts the flag back in a `finally`, where the one around it has tested and set it. */
function putsBack(fn: Fn): boolean {
  const { parent, chunk } = fn;
  if (!parent) return false;
  const back = chunk.events.filter((it): it is Subject<'bind'> => it.kind === 'bind' && it.in.fn === fn && isFinal(it.in));
  return back.some(({ target }) => chunk.accesses.some((it) => isFlag(it) && it.in.fn === parent && isSamePath(it.place, target)));
}
function isFinal(region: Region): boolean {
  for (let it: Region | null = region; it && it.kind !== 'function'; it = it.parent) if (it.kind === 'finally') return true;
  return false;
}
