// Does a call rule out, by what it gives for a parameter, the branch in which something stands, here or further down?
import type { Chunk, Fn, Region, Span, Step, Subject, Value } from '../model.js';
import { callersOf, isOpen } from './callers.js';
import { edgesOf } from './calls.js';
import { argument } from './flows.js';
import { isInside } from './inside.js';
import { dependOnBody, type Linking } from './linking.js';
import { asksForLoop, asksForThread } from './nested-loop.js';
import { handlersOf } from './within.js';

/** What is known of a value: which literal it is, or no more than that it is true, or at least not `None`; of `**kwargs`, what is in it. */
type Known =
  | { readonly is: 'literal'; readonly value: string | number | boolean | null }
  | { readonly is: 'true' | 'something' }
  | { readonly is: 'keywords'; readonly names: readonly (string | null)[] };
type Given = ReadonlyMap<string, Known>;

/**
 * The steps are those from the function itself down to the far end. Literals, defaults that are literals, and what the tests around
 * a call say of its arguments rule something out; they are followed through functions that hand their parameters on.
 */
export function isRuledOut(link: Linking, fn: Fn, steps: readonly Step[], call: Subject): boolean {
  let given = givenBy(fn, call, undefined);
  let now = fn;
  for (const [at, step] of steps.entries()) {
    if (given.size === 0) return false;
    dependOnBody(link, now);
    const event = eventAt(step, now);
    if (!event) return false;
    if (isUnreached(event.in, given)) return true;
    const below = steps[at + 1];
    const next = below && functionAt(below);
    if (!next) return false;
    given = givenBy(next, event, given);
    now = next;
  }
  return false;
}
/** Calls of a function that are looked at one by one. */
const manyCallers = 500;
/** Does any of the calls that `counts` lets pass come to what stands there, by what it gives? Where something else may start it, yes. */
export function comesTo(link: Linking, fn: Fn, span: Span, counts: (caller: Fn) => boolean): boolean {
  const at = innermost(fn, span);
  if (fn.fact.params.length === 0 || !isBehindTest(at, fn) || isOpen(link, fn)) return true;
  const callers = callersOf(link, fn);
  if (callers.length > manyCallers) return true;
  const calls = callers.filter((it) => it.fn !== fn && counts(it.fn));
  return calls.length === 0 || calls.some(({ event }) => !isUnreached(at, givenBy(fn, event, undefined)));
}
/** Does one of the tests around it look at a parameter? */
function isBehindTest(at: Region, fn: Fn): boolean {
  const names = fn.fact.params.map((it) => it.name);
  const isAbout = (test: Value): boolean =>
    test.is === 'name' ? names.includes(test.name) : (test.is === 'op' || test.is === 'either') && test.args.some(isAbout);
  for (let it: Region | null = at; it && it.kind !== 'function'; it = it.parent) {
    const test = it.kind === 'branch' ? (branchOf(it) ?? branchBefore(it))?.test : undefined;
    if (test && isAbout(test)) return true;
  }
  return false;
}
function innermost(fn: Fn, span: Span): Region {
  const { regions } = fn.chunk;
  const inside = regions.filter((it) => it.fn === fn && it.span.start <= span.start && span.end <= it.span.end);
  return inside.reduce((a, b) => (b.span.start >= a.span.start && b.span.end <= a.span.end ? b : a), regions[fn.fact.body] as Region);
}
/** Does something stand where a function comes only when it has looked, and found that it does not run on the loop? */
export function isOffLoop(link: Linking, at: Region): boolean {
  for (let it: Region | null = at; it && it.kind !== 'function'; it = it.parent) {
    const branch = it.kind === 'branch' && it.guard !== 'else' ? branchOf(it) : undefined;
    if (branch?.test.is !== 'op' || !negates.test(branch.test.op)) continue;
    const inside = branch.in.chunk.events.filter((one) => one.in === branch.in && isIn(one, branch.span, it as Region));
    if (inside.some((one) => asks(link, one))) return true;
  }
  return false;
}
/** Does it depend on of which class a value is, so that what is seen elsewhere need not be what comes here? */
export function isDispatched({ in: at }: Subject): boolean {
  for (let it: Region | null = at; it && it.kind !== 'function'; it = it.parent) {
    const test = it.kind === 'branch' ? branchOf(it)?.test : undefined;
    const call = test?.is === 'call' ? it.chunk.events[test.event] : undefined;
    if (call?.kind === 'call' && call.callee.is === 'name' && call.callee.name === 'isinstance') return true;
  }
  return false;
}
/** `try: asyncio.run(f()) except RuntimeError: …` in a plain function, which has two kinds of callers. */
export function isExpected({ in: at }: Subject): boolean {
  for (let it: Region | null = at.fn.fact.async ? null : at; it && it.kind !== 'function'; it = it.parent) {
    if (it.kind === 'try' && handlersOf(it).some((one) => !one.reraises && one.types.some(isRuntimeError))) return true;
  }
  return false;
}
const isRuntimeError = (it: Value): boolean =>
  it.is === 'items' ? it.items.some(isRuntimeError) : it.is === 'name' && it.name === 'RuntimeError';
/** Does it stand behind an `os.fork()` of its function? The child has no running loop, and the parent mostly leaves at once. */
export function isForked(link: Linking, { in: { fn }, span }: Subject): boolean {
  return fn.chunk.events.some(
    (it) =>
      it.kind === 'call' &&
      it.in.fn === fn &&
      it.span.end <= span.start &&
      (it.callee.is === 'attr' || it.callee.is === 'name') &&
      it.callee.name === 'fork' &&
      edgesOf(link, it).some(({ to }) => to === 'os.fork'),
  );
}
/** `if asynchronous: await sleep(1) else: time.sleep(1)`: the coroutine looks which of two callers it has. */
export function isOtherWay({ in: at }: Subject): boolean {
  const { fn, chunk } = at;
  for (let it: Region | null = fn.fact.async ? at : null; it && it.kind !== 'function'; it = it.parent) {
    if (it.kind !== 'branch') continue;
    const own = branchOf(it);
    const branch = own ?? (it.guard === 'else' ? branchBefore(it) : undefined);
    const flag = branch?.test.is === 'op' && negates.test(branch.test.op) ? branch.test.args[0] : branch?.test;
    if (flag?.is !== 'name' || !fn.fact.params.some((param) => param.name === flag.name)) continue;
    const other = own ? chunk.regions.find((one) => one.guard === 'else' && branchBefore(one) === own) : chunk.regions[branch?.body ?? -1];
    if (other && chunk.events.some((one) => one.kind === 'await' && isInside(one.in, other))) return true;
  }
  return false;
}
const negates = /^(?:unary )?not$/;
/** Is it part of the test, before the body begins? */
const isIn = (it: Subject, branch: Subject['span'], body: Region): boolean =>
  it.span.start >= branch.start && it.span.end <= body.span.start && (it.kind === 'call' || it.kind === 'read');
const asks = (link: Linking, it: Subject): boolean =>
  edgesOf(link, it).some(({ to }) =>
    typeof to === 'string'
      ? /^(?:asyncio\.get_running_loop|threading\.get_ident)$/.test(to)
      : asksForLoop(link, to) || asksForThread(link, to),
  );

function isUnreached(at: Region, given: Given): boolean {
  for (let it: Region | null = at; it && it.kind !== 'function'; it = it.parent) {
    if (it.kind !== 'branch') continue;
    const own = branchOf(it);
    if (own && holds(own.test, settledAt(own, given)) === false) return true;
    const before = own || it.guard !== 'else' ? undefined : branchBefore(it);
    if (before && holds(before.test, settledAt(before, given)) === true) return true;
  }
  return false;
}

/** What still holds where a test stands: of names that are bound anew before it, or in a loop around it, nothing does. */
function settledAt(branch: Subject<'branch'>, given: Given): Given {
  const { fn, chunk } = branch.in;
  let from = chunk.regions[branch.body]?.span.start ?? branch.span.end;
  for (let it: Region | null = branch.in; it && it.kind !== 'function'; it = it.parent) if (it.kind === 'loop') from = it.span.end;
  const left = new Map(given);
  for (const it of chunk.events)
    if (it.kind === 'bind' && it.in.fn === fn && it.span.start < from && it.target.is === 'name' && it.from !== 'narrow')
      if (!keepsItself(it, it.target.name, given)) left.delete(it.target.name);
  return left;
}
/** `wait = kwargs.get('delay', wait)`, called without that keyword. */
function keepsItself({ value, in: at }: Subject<'bind'>, name: string, given: Given): boolean {
  const call = value.is === 'call' ? at.chunk.events[value.event] : undefined;
  if (call?.kind !== 'call' || call.callee.is !== 'attr' || call.callee.name !== 'get' || call.callee.of.is !== 'name') return false;
  const known = given.get(call.callee.of.name);
  const [key, preset, more] = call.args.map((it) => it.value);
  if (known?.is !== 'keywords' || key?.is !== 'literal' || preset?.is !== 'name' || more) return false;
  return preset.name === name && typeof key.value === 'string' && !known.names.includes(key.value);
}
/** Undefined where it is not certain. */
function holds(test: Value, given: Given): boolean | undefined {
  if (test.is === 'either') {
    const all = test.args.map((it) => holds(it, given));
    if (test.all) return all.includes(false) ? false : all.every((it) => it === true) ? true : undefined;
    return undefined;
  }
  if (test.is === 'op') return compared(test.op, test.args, given);
  const known = test.is === 'name' ? given.get(test.name) : undefined;
  if (!known || known.is === 'something' || known.is === 'keywords') return undefined;
  return known.is === 'literal' ? Boolean(known.value) : true;
}
function compared(op: string, [left, right]: readonly Value[], given: Given): boolean | undefined {
  if (negates.test(op)) {
    const inner = left && holds(left, given);
    return inner === undefined ? undefined : !inner;
  }
  const known = left?.is === 'name' ? given.get(left.name) : undefined;
  if (!known || right?.is !== 'literal') return undefined;
  if (op === 'is' || op === 'is not') {
    if (right.type === 'none') return (known.is === 'literal' && known.value === null) === (op === 'is');
    return undefined;
  }
  if ((op !== '==' && op !== '!=') || known.is !== 'literal' || right.value === null) return undefined;
  return (known.value === right.value) === (op === '==');
}

/** What arrives in the parameters that nothing else is bound to. With `through`, only what rests on that. */
function givenBy(fn: Fn, call: Subject, through: Given | undefined): Given {
  const found = new Map<string, Known>();
  if (call.kind !== 'call' || fn.fact.params.length === 0 || call.args.some((it) => it.value.is === 'star')) return found;
  const method = fn.owner !== null && (call.callee.is === 'attr' || fn.fact.name === '__init__') ? 1 : 0;
  for (const [index, param] of fn.fact.params.entries()) {
    if (param.kind === 'kwargs') found.set(param.name, { is: 'keywords', names: call.args.map((it) => it.name) });
    if (param.kind === 'args' || param.kind === 'kwargs') continue;
    const given = argument(call, param.kind === 'keyword' ? [param.name] : [param.name, index - method])?.value;
    const known = knownOf(given ?? param.preset, given ? call : undefined, through);
    if (known) found.set(param.name, known);
  }
  return found;
}
function knownOf(value: Value | null, call: Subject<'call'> | undefined, through: Given | undefined): Known | undefined {
  if (value?.is === 'literal') return typeof value.value === 'number' ? undefined : { is: 'literal', value: value.value }; // it may count down
  if (value?.is === 'items' || value?.is === 'dict' || value?.is === 'text' || value?.is === 'comprehension' || value?.is === 'function')
    return { is: 'something' };
  if (value?.is !== 'name' || !call) return undefined;
  const { name } = value;
  const rebound = call.in.chunk.events.some(
    (it) => it.kind === 'bind' && it.in.fn === call.in.fn && it.target.is === 'name' && it.target.name === name,
  );
  return (rebound ? undefined : through?.get(name)) ?? tested(name, call);
}
/** What the tests around a call say of a name that is not bound anew behind them. */
function tested(name: string, call: Subject<'call'>): Known | undefined {
  for (let it: Region | null = call.in; it && it.kind !== 'function'; it = it.parent) {
    if (it.kind === 'loop' && binds(name, it)) return undefined;
    const own = it.kind === 'branch' ? branchOf(it) : undefined;
    if (!own) continue;
    if (binds(name, it)) return undefined;
    const known = says(own.test, name);
    if (known) return known;
  }
  return undefined;
}
function says(test: Value, name: string): Known | undefined {
  if (test.is === 'name' && test.name === name) return { is: 'true' };
  if (test.is === 'either' && test.all) return test.args.map((it) => says(it, name)).find((it) => it !== undefined);
  if (test.is !== 'op' || test.op !== 'is not') return undefined;
  const [left, right] = test.args;
  return left?.is === 'name' && left.name === name && right?.is === 'literal' && right.type === 'none' ? { is: 'something' } : undefined;
}
export const binds = (name: string, region: Region): boolean =>
  region.chunk.events.some(
    (it) =>
      it.kind === 'bind' &&
      it.target.is === 'name' &&
      it.target.name === name &&
      it.from !== 'narrow' &&
      it.span.start >= region.span.start &&
      it.span.end <= region.span.end,
  );

const tests = new WeakMap<Chunk, ReadonlyMap<Region, Subject<'branch'>>>();
/** The `if` or `elif` whose body a region is. */
export function branchOf(region: Region): Subject<'branch'> | undefined {
  return testsOf(region.chunk).get(region);
}
function testsOf(chunk: Chunk): ReadonlyMap<Region, Subject<'branch'>> {
  const known =
    tests.get(chunk) ?? new Map(chunk.events.flatMap((it) => (it.kind === 'branch' ? [[chunk.regions[it.body] as Region, it]] : [])));
  tests.set(chunk, known);
  return known;
}
/** The last test before an `else`. */
function branchBefore(region: Region): Subject<'branch'> | undefined {
  if (region.kind !== 'branch') return undefined;
  return [...testsOf(region.chunk).values()].findLast((it) => it.in === region.parent && !it.last && it.span.start < region.span.start);
}

const byPlace = new WeakMap<Chunk, ReadonlyMap<string, readonly Subject[]>>();
function eventsAt({ chunk, span }: Step): readonly Subject[] {
  let known = byPlace.get(chunk);
  if (!known) {
    const found = new Map<string, Subject[]>();
    for (const it of chunk.events) {
      const key = `${it.span.start}-${it.span.end}`;
      const all = found.get(key);
      if (all) all.push(it);
      else found.set(key, [it]);
    }
    known = found;
    byPlace.set(chunk, known);
  }
  return known.get(`${span.start}-${span.end}`) ?? [];
}
/** The call before anything else that stands at the same place. */
function eventAt(step: Step, fn: Fn): Subject | undefined {
  const all = eventsAt(step).filter((it) => it.in.fn === fn);
  return all.find((it) => it.kind === 'call') ?? all[0];
}
function functionAt(step: Step): Fn | undefined {
  const all = eventsAt(step);
  return (all.find((it) => it.kind === 'call') ?? all[0])?.in.fn;
}
