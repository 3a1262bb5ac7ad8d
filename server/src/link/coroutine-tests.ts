// What `iscoroutinefunction(f)` says about `f` in the branches of an `if`: decorators choose their wrapper by it.
import type { Chunk, Region, Subject, Value } from '../model.js';
import { apiOf, type Linking } from './linking.js';
import type { Meaning } from './meanings.js';

/** Of what a name can mean, that which the tests around the place let pass. */
export function passing(link: Linking, name: string, at: Region, all: readonly Meaning[]): readonly Meaning[] {
  if (all.length === 0) return all;
  let left = all;
  for (let it: Region | null = at; it; it = it.parent) {
    if (it.kind !== 'branch') continue;
    const wanted = isCoroutineIn(it, name);
    if (wanted !== undefined) left = left.filter((one) => (isCoroutine(link, one) ?? wanted) === wanted);
  }
  return left;
}

/** Whether the name is a coroutine function in the branch; undefined where no test says so. */
function isCoroutineIn(branch: Region, name: string): boolean | undefined {
  const tests = testsOf(branch.chunk);
  const own = tests.get(branch);
  if (own && asks(own.test, branch.chunk, name)) return true;
  if (branch.guard !== 'else') return undefined;
  let before: Subject<'branch'> | undefined;
  for (const [region, it] of tests) {
    if (region.parent === branch.parent && region.span.end <= branch.span.start && !it.last) before = it;
  }
  return before && asks(before.test, branch.chunk, name) ? false : undefined;
}
function asks(test: Value, chunk: Chunk, name: string): boolean {
  const call = test.is === 'call' ? chunk.events[test.event] : undefined;
  if (call?.kind !== 'call') return false;
  const { callee, args } = call;
  const [of] = args;
  const asked = callee.is === 'name' || callee.is === 'attr' ? callee.name : '';
  return (
    /^_?is_?(?:coroutine_?function|coroutine_callable|async_callable)$/.test(asked) && of?.value.is === 'name' && of.value.name === name
  );
}
function isCoroutine(link: Linking, it: Meaning): boolean | undefined {
  if (it.is === 'fn' || it.is === 'bound') return it.fn.fact.async && !it.fn.fact.generator;
  if (it.is === 'partial') return isCoroutine(link, it.of);
  if (it.is === 'outside') return apiOf(link, it.name)?.coroutine;
  return it.is === 'class' ? false : undefined;
}

const known = new WeakMap<Chunk, ReadonlyMap<Region, Subject<'branch'>>>();
/** The branches of a chunk that have a test, in the order of the source. */
function testsOf(chunk: Chunk): ReadonlyMap<Region, Subject<'branch'>> {
  const found = known.get(chunk) ?? new Map(chunk.events.flatMap((it) => branchOf(chunk, it)));
  known.set(chunk, found);
  return found;
}
function branchOf(chunk: Chunk, it: Subject): [Region, Subject<'branch'>][] {
  const region = it.kind === 'branch' ? chunk.regions[it.body] : undefined;
  return it.kind === 'branch' && region ? [[region, it]] : [];
}
