// What a function returns with its first argument and without it: `def decorator(function=None)` gives another decorator without one.
import type { Arg, Chunk, Fn, Region, Subject, Value } from '../model.js';
import { isInside } from './inside.js';
import { few, type Linking, onceIn } from './linking.js';
import type { Meaning } from './meanings.js';
import { meaningsOf } from './question.js';
import { leaves } from './results.js';
import { resolve } from './types.js';

const returned = meaningsOf<Fn>('returns when');
/** Undefined where the function asks for no such argument, or does not look whether it got it. */
export function returnsWhen(link: Linking, fn: Fn, given: boolean): readonly Meaning[] | undefined {
  const name = optionalOf(fn);
  const tests = name === undefined ? [] : testsOf(fn.chunk).filter((it) => it.in.fn === fn && passes(it, name, true) !== undefined);
  if (name === undefined || tests.length === 0) return undefined;
  return onceIn(link, returned, fn, given ? 'with' : 'without', () => {
    const all = leaves(link, fn, 'return');
    const left = all.filter((it) => isReached(it, all, name, given));
    return few(
      link,
      left.flatMap((it) => resolve(link, it.value, it.in)),
    );
  });
}
/** Is the first argument given in a call with these? Undefined where it may be `None`, or stand in a starred one. */
export function givesFirst(fn: Fn, args: readonly Arg[]): boolean | undefined {
  const name = optionalOf(fn);
  if (args.some((it) => it.value.is === 'star')) return undefined;
  const first = args.find((it) => it.name === null || (it.name === name && fn.fact.params[0]?.kind !== 'args'));
  if (!first) return false;
  return first.value.is === 'function' || first.value.is === 'call' ? true : undefined;
}
/** The name of a first parameter that is `None` or empty when it is left out. */
function optionalOf(fn: Fn): string | undefined {
  const [first] = fn.fact.params;
  if (!first || fn.owner || fn.fact.async || fn.fact.generator) return undefined;
  if (first.kind === 'args') return first.name;
  return first.preset?.is === 'literal' && first.preset.type === 'none' ? first.name : undefined;
}

function isReached(leave: Subject<'leave'>, all: readonly Subject<'leave'>[], name: string, given: boolean): boolean {
  for (let it: Region | null = leave.in; it && it.kind !== 'function'; it = it.parent) if (isTaken(it, name, given) === false) return false;
  return !all.some((it) => {
    const branch = it.in;
    if (branch.kind !== 'branch' || branch.span.end > leave.span.start || !isTaken(branch, name, given)) return false;
    return isInside(leave.in, branch.parent);
  });
}
/** Does the test of a branch let this pass? */
function isTaken(branch: Region, name: string, given: boolean): boolean | undefined {
  if (branch.kind !== 'branch') return undefined;
  const tests = testsOf(branch.chunk);
  const own = tests.find((it) => branch.chunk.regions[it.body] === branch);
  if (own) return passes(own, name, given);
  const before = tests.findLast((it) => it.in === branch.parent && !it.last && it.span.start < branch.span.start);
  const other = before && passes(before, name, given);
  return other === undefined ? undefined : !other;
}
function passes({ test, in: at }: Subject<'branch'>, name: string, given: boolean): boolean | undefined {
  return verdict(test, at, name, given);
}
function verdict(test: Value, at: Region, name: string, given: boolean): boolean | undefined {
  const isName = (it: Value | undefined): boolean => it?.is === 'name' && it.name === name;
  const isItsItem = (it: Value | undefined): boolean => isName(it) || (it?.is === 'item' && isName(it.of));
  const asks = (it: Value | undefined, what: string): boolean => {
    const call = it?.is === 'call' ? at.chunk.events[it.event] : undefined;
    return call?.kind === 'call' && call.callee.is === 'name' && call.callee.name === what && isItsItem(call.args[0]?.value);
  };
  if (isName(test)) return given;
  if (test.is === 'call') return asks(test, 'callable') ? given : undefined;
  if (test.is === 'either') {
    const [first, ...more] = test.args.map((it) => verdict(it, at, name, given));
    return more.every((it) => it === first) ? first : undefined;
  }
  if (test.is === 'op' && test.op === '==' && asks(test.args[0], 'len')) return given;
  if (test.is !== 'op' || !isName(test.args[0])) return undefined;
  if (test.op === 'not') return !given;
  const [, other] = test.args;
  if (other?.is !== 'literal' || other.type !== 'none') return undefined;
  if (test.op === 'is' || test.op === '==') return !given;
  return test.op === 'is not' || test.op === '!=' ? given : undefined;
}

const known = new WeakMap<Chunk, readonly Subject<'branch'>[]>();
function testsOf(chunk: Chunk): readonly Subject<'branch'>[] {
  const found = known.get(chunk) ?? chunk.events.filter((it) => it.kind === 'branch');
  known.set(chunk, found);
  return found;
}
