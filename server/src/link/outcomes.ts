// What a run of a function leaves behind: runners started, runners waited for, an exception, a new object.
import { limits } from '../limits.js';
import type { Fn, Region, Subject, Value } from '../model.js';
import { methodKind } from './bindings.js';
import { runBy } from './callers.js';
import { isLazy } from './calls.js';
import { type Spawn, spawnsIn } from './classify.js';
import { apiOf, attempt, eventsOf, hitBound, type Linking, once } from './linking.js';
import type { Meaning } from './meanings.js';
import { dunder } from './members.js';
import { bindingsOf } from './names.js';
import { question, sameItems } from './question.js';
import { isCaught } from './raises.js';
import { leaves } from './results.js';
import { edgesFrom } from './stalls.js';
import { evaluate } from './types.js';

export interface Outcome {
  /** Runners that it or what it calls starts, by id; at most `limits.runners`. */
  readonly spawns: readonly string[];
  /** It waits until some runner has ended. */
  readonly joins: boolean;
  /** An exception may leave it: a `raise` here or below that nothing on the way catches. */
  readonly raises: boolean;
  /** What it returns is made anew by each call, and nobody else holds it. */
  readonly fresh: boolean;
}
const outcomes = question<Fn, Outcome>({
  kind: 'outcome',
  fallback: { spawns: [], joins: false, raises: false, fresh: false },
  same: (a, b) => sameItems(a.spawns, b.spawns) && a.joins === b.joins && a.raises === b.raises && a.fresh === b.fresh,
});

/** Summed up over synchronous calls; a starting runner is counted, and what it does is not. */
export function outcomeOf(link: Linking, fn: Fn): Outcome {
  return once(link, outcomes, fn, fn, () => {
    const spawns = new Set<string>();
    let joins = false;
    let raises = false;
    for (const event of fn.fact.broken ? [] : eventsOf(link, fn)) {
      if ((event.kind === 'call' && event.implied) || isLazy(link, event.in)) continue;
      if (event.kind === 'leave' && event.by === 'raise') raises ||= !isCaught(link, event.in);
      joins ||= attempt(link, event, false, () => waitsForEnd(link, event));
      for (const callee of attempt(link, event, [], () => runBy(link, event))) {
        if (callee === fn) continue;
        const below = outcomeOf(link, callee);
        for (const it of below.spawns) spawns.add(it);
        joins ||= below.joins;
        raises ||= below.raises && !isCaught(link, event.in);
      }
    }
    for (const it of spawnsOf(link, fn)) spawns.add(it.runner.id);
    if (spawns.size > limits.runners) hitBound(link, 'runners');
    return { spawns: [...spawns].sort().slice(0, limits.runners), joins, raises, fresh: returnsFresh(link, fn) };
  });
}
const runs: ReadonlySet<string> = new Set(['thread', 'process', 'task', 'interpreter']);
function spawnsOf(link: Linking, fn: Fn): readonly Spawn[] {
  const chunks = new Set(eventsOf(link, fn).map((it) => it.in.chunk));
  return [...chunks].flatMap((it) => spawnsIn(link, it)).filter((it) => it.in.fn === fn && runs.has(it.runner.kind));
}

/** A join, a result, the end of a pool, or a start that comes back when all is done. */
function waitsForEnd(link: Linking, event: Subject): boolean {
  if (event.kind === 'with') return event.items.some((it) => evaluate(link, it, event.in).some((made) => isPool(link, made)));
  if (event.kind !== 'call') return false;
  return edgesFrom(link, event).some((it) => {
    const api = typeof it.to === 'string' ? apiOf(link, it.to) : undefined;
    if (!api) return false;
    return (
      (api.waits !== undefined && ending.has(api.waits)) ||
      (api.spawns !== undefined && (api.gil === 'waits' || event.result === 'awaited'))
    );
  });
}
const ending: ReadonlySet<string> = new Set(['thread', 'process', 'task', 'future', 'pool']);
const isPool = (link: Linking, it: Meaning): boolean => it.is === 'thing' && apiOf(link, it.type)?.pool !== undefined;

// ── Fresh results ────────────────────────────────────────────────────────────────────────────────

/** Every `return` gives something made in this very run that nobody else has got hold of. */
function returnsFresh(link: Linking, fn: Fn): boolean {
  if (fn.fact.generator || fn.fact.kind === 'module' || fn.fact.broken) return false;
  if (fn.fact.decorators.length > 0 && methodKind(fn) === 'plain') return false;
  const returned = leaves(link, fn, 'return').filter((it) => !(it.value.is === 'literal' && it.value.type === 'none'));
  return returned.length > 0 && returned.every((it) => isFresh(link, it.value, it.in, fn, 0));
}
function isFresh(link: Linking, value: Value, at: Region, fn: Fn, depth: number): boolean {
  switch (value.is) {
    case 'items':
    case 'dict':
    case 'comprehension':
      return !(value.is === 'items' && value.type === 'tuple');
    case 'either':
      return value.args.every((it) => isFresh(link, it, at, fn, depth));
    case 'awaited':
      return isFresh(link, value.of, at, fn, depth);
    case 'call':
      return makesNew(link, at.chunk.events[value.event] as Subject<'call'>, fn);
    case 'name':
      return depth === 0 && isOwn(link, value.name, at, fn);
    default:
      return false;
  }
}
/** A constructor without ways of its own to make objects, or a function that returns something fresh. */
function makesNew(link: Linking, call: Subject<'call'>, fn: Fn): boolean {
  const callees = evaluate(link, call.callee, call.in);
  return (
    callees.length > 0 &&
    callees.every((it) => {
      if (it.is === 'class') {
        const made: Meaning = { is: 'object', cls: it.cls, made: call, by: it.by };
        return it.cls.event.decorators.every(isDataclass) && dunder(link, made, '__new__') === undefined;
      }
      if (it.is === 'fn' || it.is === 'bound') return it.fn !== fn && outcomeOf(link, it.fn).fresh;
      return it.is === 'outside' && containers.test(it.name);
    })
  );
}
const containers =
  /^(?:builtins\.(?:list|dict|set|bytearray|object|sorted)|collections\.(?:deque|defaultdict|OrderedDict|Counter)|threading\.\w+|queue\.\w*Queue|copy\.deepcopy)$/;
const isDataclass = (it: Value): boolean => (it.is === 'name' || it.is === 'attr' ? it.name === 'dataclass' : it.is === 'call');
/** A local name for nothing but new objects, which is never stored elsewhere, captured or handed to somebody. */
function isOwn(link: Linking, name: string, at: Region, fn: Fn): boolean {
  const found = bindingsOf(link, name, at);
  if (!found || found.scope.fn !== fn || found.scope.kind !== 'function') return false;
  const made = found.bound.every(
    (it) =>
      it.is === 'bind' && it.event.from === 'assign' && it.event.path.length === 0 && isFresh(link, it.event.value, it.event.in, fn, 1),
  );
  return made && !fn.chunk.events.some((it) => mayKeep(link, it, name, fn));
}
function mayKeep(link: Linking, event: Subject, name: string, fn: Fn): boolean {
  if (event.in.fn !== fn) return event.in.fn.parent === fn && mentions(event, name); // a nested function that knows it
  if (event.kind === 'bind') return names(event.value, name) && event.from !== 'for' && event.from !== 'with';
  if (event.kind === 'leave') return event.by !== 'return' && names(event.value, name);
  if (event.kind !== 'call') return false;
  const given = event.args.some((it) => names(it.value, name));
  return given && !evaluate(link, event.callee, event.in).every((it) => it.is === 'outside' && harmless.test(it.name));
}
const harmless =
  /^builtins\.(?:len|print|str|repr|sorted|sum|min|max|any|all|isinstance|bool|list|tuple|set|dict|enumerate|zip|range|id|hash)$|^json\.dumps$/;
function names(value: Value, name: string): boolean {
  switch (value.is) {
    case 'name':
      return value.name === name;
    case 'items':
      return value.items.some((it) => names(it, name));
    case 'dict':
      return value.values.some((it) => names(it, name));
    case 'either':
      return value.args.some((it) => names(it, name));
    case 'star':
      return names(value.of, name);
    default:
      return false;
  }
}
function mentions(event: Subject, name: string): boolean {
  const inside = (value: Value | null): boolean =>
    value !== null && (names(value, name) || (value.is === 'attr' && inside(value.of)) || (value.is === 'item' && inside(value.of)));
  if (event.kind === 'call') return inside(event.callee) || event.args.some((it) => inside(it.value));
  if (event.kind === 'bind') return inside(event.value) || inside(event.target);
  return (event.kind === 'leave' || event.kind === 'read') && inside(event.value);
}
