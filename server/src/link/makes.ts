// What a call gives, what calling a value would give, and which kind of object an expression means.
import { limits } from '../limits.js';
import type { Basis, Fn, Known, Made, Region, Step, Subject, Value, Witness } from '../model.js';
import { apiOf, bodyOf, canonical, dependOnModule, everyModule, hitBound, type Linking } from './linking.js';
import { type Meaning, weaker } from './meanings.js';
import { dunder, outsideBase } from './members.js';
import { bindingsOf } from './names.js';
import { callMeaning, leaves } from './results.js';
import { evaluate } from './types.js';

/** Undefined where the callee does not resolve, and where its alternatives give different things; with `wanted`, for anything else, too. */
export function madeBy(link: Linking, call: Subject<'call'>, wanted?: Made['what']): Made | undefined {
  if (call.callee.is === 'name' && isParameter(link, call.callee.name, call.in)) return undefined; // not every caller is seen
  const callees = evaluate(link, call.callee, call.in);
  const [first] = callees;
  if (call.callee.is === 'attr' && callees.some((it) => isKept(it, call.callee))) return undefined; // a callback, and others may be given
  if (wanted === 'coroutine' && !callees.every((it) => makesCoroutine(link, it, call))) return undefined;
  const kinds = new Set(callees.map((it) => kindOf(link, it, call)));
  const [what] = kinds;
  if (!first || kinds.size > 1 || !what) return undefined;
  const name = dottedPath(call.callee) ?? named(first);
  const by = beliefIn(callees);
  const step: Step = { chunk: call.in.chunk, span: call.calleeSpan, name, note: `\`${name}\` is called here`, by };
  return { what, by: name, because: [step, ...origin(link, first, call.in, call.calleeSpan, what === 'coroutine')] };
}

/** Every meaning of the value makes a coroutine when it is called, lambdas and partials too. */
export function coroutineFunction(link: Linking, value: Value, at: Region): Witness | undefined {
  const all = evaluate(link, value, at);
  const [first] = all;
  if (!first || !all.every((it) => isCallable(link, it) && makesCoroutine(link, it, null))) return undefined;
  const [found] = origin(link, first, at, { start: 0, end: 0 }, true);
  return found ? [{ ...found, by: weaker(found.by, beliefIn(all)) }] : undefined;
}

function beliefIn(callees: readonly Meaning[]): Basis {
  const by = callees.reduce<Basis>((found, it) => weaker(found, it.by), 'source');
  return callees.length > 1 ? weaker(by, 'override') : by;
}

function kindOf(link: Linking, callee: Meaning, call: Subject<'call'>): Made['what'] | undefined {
  if (makesCoroutine(link, callee, call)) return 'coroutine';
  const given = callMeaning(link, callee, call);
  if (given.some((it) => isCallable(link, it))) return 'callable';
  if (given.length > 0) return given.every(isValue) ? 'value' : undefined;
  if (callee.is === 'fn' || callee.is === 'bound') {
    const { async: isAsync, generator } = callee.fn.fact;
    const silent = leaves(link, callee.fn, 'return').every((it) => it.value.is === 'literal');
    return silent && !isAsync && !generator && callee.by !== 'decorated' && callee.by !== 'only-name' ? 'value' : undefined;
  }
  return callee.is === 'outside' && isPlain(link, callee.name) ? 'value' : undefined;
}
function makesCoroutine(link: Linking, callee: Meaning, call: Subject<'call'> | null, hops = 0): boolean {
  if (callee.by === 'decorated' || callee.by === 'only-name' || callee.by === 'assumed') return false; // a decorator may run it
  if (callee.is === 'outside') return apiOf(link, callee.name)?.coroutine === true;
  if (callee.is === 'partial') return makesCoroutine(link, callee.of, call, hops);
  const fn =
    callee.is === 'fn' || callee.is === 'bound' ? callee.fn : callee.is === 'object' ? dunder(link, callee, '__call__')?.fn : undefined;
  if (!fn) return false;
  if (!fn.fact.async) return returnsCoroutine(link, fn, hops);
  const given = callMeaning(link, callee, call);
  return given.length > 0 && given.every((it) => it.is === 'pending' && it.how === 'coroutine');
}
/** Every `return` is a call that gives a coroutine, and none calls what callers pass. */
function returnsCoroutine(link: Linking, fn: Fn, hops: number): boolean {
  if (hops >= limits.madeHops) hitBound(link, 'madeHops');
  if (fn.fact.returns && !mayBeAwaited(fn.fact.returns)) return false;
  const all = leaves(link, fn, 'return');
  return (
    all.some((it) => it.in === bodyOf(fn)) && // else its end may be reached, which returns None
    hops < limits.madeHops &&
    all.every(({ value, in: at }) => {
      const call = value.is === 'call' ? at.chunk.events[value.event] : undefined;
      if (call?.kind !== 'call' || (call.callee.is === 'name' && isParameter(link, call.callee.name, at))) return false;
      const callees = evaluate(link, call.callee, at);
      return callees.length > 0 && callees.every((it) => makesCoroutine(link, it, call, hops + 1));
    })
  );
}
/** `-> Awaitable[int]`, `-> "Future"`; `Any` says that nobody thought of it, and of a `Result[Any]` the `Any` is not what it gives. */
function mayBeAwaited(hint: Value): boolean {
  const awaited = /awaitable|coroutine|future|task|deferred/i;
  if (hint.is === 'name' || hint.is === 'attr') return awaited.test(hint.name);
  if (hint.is === 'item') return mayBeAwaited(hint.of) || (isWrapper(hint.of) && mayBeAwaited(hint.index));
  if (hint.is === 'op') return hint.args.some(mayBeAwaited);
  if (hint.is === 'items') return hint.items.some(mayBeAwaited);
  if (hint.is === 'literal') return typeof hint.value === 'string' && awaited.test(hint.value);
  return true;
}
const isWrapper = (hint: Value): boolean =>
  (hint.is === 'name' || hint.is === 'attr') && /^(?:Optional|Union|Annotated|Final|ClassVar)$/.test(hint.name);
/** A function that an attribute holds under another name than its own. */
const isKept = (it: Meaning, callee: Value): boolean =>
  (it.is === 'fn' || it.is === 'bound') && callee.is === 'attr' && it.fn.fact.name !== callee.name;
const isParameter = (link: Linking, name: string, at: Region): boolean =>
  bindingsOf(link, name, at)?.bound.some((it) => it.is === 'param') === true;
function isCallable(link: Linking, it: Meaning): boolean {
  if (it.is === 'object') return dunder(link, it, '__call__') !== undefined;
  return it.is === 'fn' || it.is === 'bound' || it.is === 'class' || it.is === 'partial' || it.is === 'outside' || it.is === 'super';
}
const isValue = (it: Meaning): boolean =>
  it.is === 'container' ||
  it.is === 'object' ||
  (it.is === 'pending' && it.how === 'generator') ||
  (it.is === 'thing' && values.test(it.type));
/** Classes whose objects nobody can call. */
const values =
  /^(?:builtins\.(?!object$|type$|super$)|(?:requests|httpx|urllib|urllib3|http|subprocess|pathlib|datetime|re|socket|asyncio|concurrent|threading|queue|sqlite3|decimal|io)\.)/;

/** Outside functions whose results nobody calls, in libraries whose results are data throughout. */
const plain =
  /^(?:(?:time|os|shutil|subprocess|requests|httpx|json|urllib|socket|random|math|statistics|pathlib|zipfile|tarfile|smtplib|hashlib|gzip|csv|logging)\.|builtins\.(?:print|input|sum|len|sorted|open|abs|round|pow|divmod)$)/;
function isPlain(link: Linking, name: string): boolean {
  const api = apiOf(link, name);
  return api !== undefined && api.kind !== 'class' && api.kind !== 'constant' && !api.spawns && plain.test(name);
}

/** Where it is written that this makes a coroutine. */
function origin(link: Linking, callee: Meaning, at: Region, span: Step['span'], coroutine: boolean): readonly Step[] {
  if (callee.is === 'partial') return origin(link, callee.of, at, span, coroutine);
  if (callee.is === 'outside') {
    const api = apiOf(link, callee.name);
    const note = coroutine ? `\`${canonical(link, callee.name)}\` makes a coroutine, which runs once it is awaited` : '';
    return note ? [{ chunk: at.chunk, span, name: callee.name, note, by: 'knowledge', ...(api ? { evidence: api.evidence } : {}) }] : [];
  }
  const fn =
    callee.is === 'fn' || callee.is === 'bound' ? callee.fn : callee.is === 'object' ? dunder(link, callee, '__call__')?.fn : undefined;
  if (!fn) return [];
  const inner =
    coroutine && !fn.fact.async ? 'returns a coroutine' : 'is `async def`: calling it makes a coroutine, which runs once it is awaited';
  const note = coroutine ? `\`${fn.name}\` ${inner}` : `\`${fn.name}\` returns nothing that can be called`;
  return [{ chunk: fn.chunk, span: fn.fact.span, name: fn.id, note, by: callee.by }];
}
function named(it: Meaning): string {
  if (it.is === 'fn' || it.is === 'bound') return it.fn.name;
  if (it.is === 'outside') return it.name;
  return it.is === 'class' || it.is === 'object' ? (it.cls.name.split('.').at(-1) ?? '') : 'the callable';
}
/** A dotted path as written. */
export function dottedPath(value: Value): string | undefined {
  if (value.is === 'name') return value.name;
  const of = value.is === 'attr' ? dottedPath(value.of) : undefined;
  return value.is === 'attr' && of ? `${of}.${value.name}` : undefined;
}

/** The one object an expression means, where its class has a role. */
export function knownObject(link: Linking, value: Value, at: Region): Known | undefined {
  const [it, more] = evaluate(link, value, at);
  if (!it || more) return undefined;
  const type = it.is === 'thing' ? it.type : it.is === 'object' ? outsideBase(link, it.cls) : undefined;
  const made = it.is === 'thing' || it.is === 'object' ? it.made : null;
  if (!type) return undefined;
  for (let [name, hops] = [canonical(link, type), 0]; hops < 8; hops++) {
    const api = apiOf(link, name);
    if (api?.is) return { role: api.is, family: api.family, type: canonical(link, type), made: made ?? undefined, by: it.by };
    if (!api?.base) return undefined;
    name = canonical(link, api.base);
  }
  return undefined;
}

/** Calls of some methods on one object; `unknown` where a receiver with such a method does not resolve. */
export function methodsOn(
  link: Linking,
  made: Subject<'call'>,
  names: readonly string[],
): { readonly calls: readonly Subject<'call'>[]; readonly unknown: boolean } {
  const calls: Subject<'call'>[] = [];
  let unknown = false;
  for (const module of everyModule(link)) {
    dependOnModule(link, module);
    for (const chunk of module.chunks) {
      for (const it of chunk.events) {
        if (it.kind !== 'call' || it.callee.is !== 'attr' || !names.includes(it.callee.name)) continue;
        const on = evaluate(link, it.callee.of, it.in);
        if (on.some((one) => (one.is === 'thing' || one.is === 'object') && one.made === made)) calls.push(it);
        else unknown ||= on.length === 0 || on.some((one) => one.is === 'thing' && one.made === null);
      }
    }
  }
  return { calls, unknown };
}
