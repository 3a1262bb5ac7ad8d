// Does something happen once, because what comes of it is kept: in a global, or under its key in a container that outlives the call?
import type { Fn, Region, Subject, Value } from '../model.js';
import { binds, branchOf } from './ruled-out.js';

/** Facts of a chunk stay as they are, and each wait below a call asks anew. */
const known = new WeakMap<Subject, boolean>();
export function isKept(at: Subject): boolean {
  const found = known.get(at) ?? (isKeptInGlobal(at) || isKeptUnderKey(at));
  known.set(at, found);
  return found;
}

/** `global cache` and `if cache is None: cache = load()` */
function isKeptInGlobal({ in: at }: Subject): boolean {
  const { globals } = at.fn.fact;
  for (let it: Region | null = globals.length > 0 ? at : null; it && it.kind !== 'function'; it = it.parent) {
    const of = missed(it);
    if (of?.is === 'name' && globals.includes(of.name) && binds(of.name, it)) return true;
  }
  return false;
}

/** `if key in cache: return cache[key]`, and then `cache[key] = load(key)`; or a handler of `KeyError`, or a test of `cache.get(key)`. */
function isKeptUnderKey(at: Subject): boolean {
  const own = at.in.chunk.events.filter((it) => it.in.fn === at.in.fn);
  const stores = own.filter((it) => it.kind === 'bind' && it.from === 'assign' && it.stmt.end >= at.span.end);
  return stores.some((it) => {
    const of = it.kind === 'bind' && it.target.is === 'item' ? it.target.of : undefined;
    return of?.is === 'name' && outlives(of.name, at.in.fn, own) && isLookedUp(of.name, at, own);
  });
}
/** A name that the function does not bind, or one that it took out of such a name. */
function outlives(name: string, fn: Fn, own: readonly Subject[]): boolean {
  if (fn.fact.params.some((it) => it.name === name)) return false;
  return own.every((it) => {
    if (it.kind !== 'bind' || it.target.is !== 'name' || it.target.name !== name) return true;
    const { value } = it;
    return value.is === 'item' && value.of.is === 'name' && value.of.name !== name && outlives(value.of.name, fn, own);
  });
}
/** Comes the program here only when it has looked for the key in vain? */
function isLookedUp(name: string, at: Subject, own: readonly Subject[]): boolean {
  const found = (value: Value): boolean => isFound(value, name, own);
  if (own.some((it) => it.kind === 'leave' && it.by === 'return' && it.value && it.span.end <= at.span.start && found(it.value)))
    return true;
  for (let it: Region | null = at.in; it && it.kind !== 'function'; it = it.parent) {
    const of = missed(it);
    if (of && found(of)) return true;
    const test = it.kind === 'branch' ? branchOf(it)?.test : undefined;
    if (test?.is === 'op' && test.op === 'not in' && isName(test.args[1], name)) return true;
  }
  return false;
}
/** `cache[key]`, `cache.get(key)`, or a name that got one of these. */
function isFound(value: Value, name: string, own: readonly Subject[]): boolean {
  if (value.is === 'item') return isName(value.of, name);
  if (value.is === 'call') {
    const call = own.find((it) => it.kind === 'call' && it.in.chunk.events[value.event] === it);
    return call?.kind === 'call' && call.callee.is === 'attr' && call.callee.name === 'get' && isName(call.callee.of, name);
  }
  if (value.is !== 'name') return false;
  return own.some((it) => it.kind === 'bind' && isName(it.target, value.name) && it.value.is !== 'name' && isFound(it.value, name, own));
}
/** What a branch found to be missing: `if it is None`, `if not it`. */
function missed(region: Region): Value | undefined {
  const test = region.kind === 'branch' ? branchOf(region)?.test : undefined;
  return test?.is === 'op' && /^(?:is|==|(?:unary )?not)$/.test(test.op) ? test.args[0] : undefined;
}
const isName = (value: Value | undefined, name: string): boolean => value?.is === 'name' && value.name === name;
