// The call graph: what each event may run, here and now.
import type { Arg, Basis, Chunk, Fn, QName, Region, Subject } from '../model.js';
import { attempt, eventsOf, everyModule, type Linking, once } from './linking.js';
import { type Meaning, sameMeaning, weaker } from './meanings.js';
import { dunder, getters, runsPostInit } from './members.js';
import { question } from './question.js';
import { resultOf } from './results.js';
import { evaluate, operatorMethod } from './types.js';

/** A workspace function that runs, or an outside name. `event` is where. */
export type Edge = EdgeTo & {
  /** Arguments that a `partial` adds. */
  readonly given?: readonly Arg[];
};
type EdgeTo =
  | { readonly to: Fn; readonly event: Subject; readonly by: Basis; readonly self: Meaning | null; readonly through: 'call' | 'implied' }
  | {
      readonly to: QName;
      readonly event: Subject;
      readonly by: Basis;
      readonly self: Meaning | null;
      readonly through: 'call' | 'implied';
    };

const eventEdges = question<Subject, readonly Edge[]>({ kind: 'edges', fallback: [], same: sameEdges });
/** Everything an event runs. Several edges are alternatives. */
export function edgesOf(link: Linking, event: Subject): readonly Edge[] {
  return mayRun(event) ? once(link, eventEdges, event, event.in.chunk, () => findEdges(link, event)) : [];
}
/** Of most reads and operators the source alone says that they run no function. */
function mayRun(event: Subject): boolean {
  if (event.kind === 'read') return event.value.is === 'attr';
  if (event.kind === 'operate') return operatorMethod(event.op) !== undefined;
  return event.kind === 'call' || event.kind === 'with' || (event.kind === 'loop' && event.iterates !== null);
}
function sameEdges(a: readonly Edge[], b: readonly Edge[]): boolean {
  return a.length === b.length && a.every((it, at) => sameEdge(it, b[at] as Edge));
}
const sameEdge = (a: Edge, b: Edge): boolean =>
  a.to === b.to &&
  a.by === b.by &&
  a.through === b.through &&
  a.given === b.given &&
  (a.self === b.self || (a.self !== null && b.self !== null && sameMeaning(a.self, b.self)));

function findEdges(link: Linking, event: Subject): readonly Edge[] {
  switch (event.kind) {
    case 'call':
      return alternatives(
        event,
        evaluate(link, event.callee, event.in).flatMap((it) => edges(link, it, event)),
      );
    case 'read': {
      if (event.value.is !== 'attr') return [];
      const { of, name } = event.value;
      return evaluate(link, of, event.in).flatMap((it) =>
        getters(link, it, name).map((getter): Edge => ({ to: getter.fn, event, by: getter.by, self: it, through: 'implied' })),
      );
    }
    case 'operate': {
      const right = event.op === 'in' || event.op === 'not in';
      const value = right ? event.right : event.left;
      const method = operatorMethod(event.op);
      return value && method ? special(link, event, evaluate(link, value, event.in), [method, method.replace('__i', '__')]) : [];
    }
    case 'loop': {
      if (!event.iterates) return [];
      const at = event.in;
      const objects = evaluate(link, event.iterates, at);
      return [
        ...special(link, event, objects, ['__iter__', '__aiter__', '__getitem__']),
        ...special(link, event, iteratorsOf(link, objects), ['__next__', '__anext__']),
      ];
    }
    case 'with':
      return event.items.flatMap((item) => {
        const objects = evaluate(link, item, event.in);
        const names = event.async ? ['__aenter__', '__aexit__'] : ['__enter__', '__exit__'];
        return names.flatMap((name) => special(link, event, objects, [name]));
      });
    default:
      return [];
  }
}

/** What the iterables give when a loop over them begins. */
const iteratorsOf = (link: Linking, iterables: readonly Meaning[]): readonly Meaning[] =>
  iterables.flatMap((it) => {
    const begin = dunder(link, it, '__iter__') ?? dunder(link, it, '__aiter__');
    return begin && !begin.fn.fact.generator ? resultOf(link, begin) : [];
  });

/** Of several functions one runs, and which is not known. What is awaited is a coroutine, where one of them is. */
function alternatives(call: Subject<'call'>, all: readonly Edge[]): readonly Edge[] {
  const owners = new Set(all.map((it) => (typeof it.to === 'string' ? it.to : it.to.fact.name.startsWith('__') ? it.to.owner : it.to.id)));
  if (owners.size < 2) return all;
  const coroutines = all.filter((it) => typeof it.to !== 'string' && it.to.fact.async);
  const left = call.result === 'awaited' && coroutines.length > 0 ? coroutines : all;
  return left.map((it) => ({ ...it, by: weaker(it.by, 'override') }));
}

/** The first of some special methods that an object's class defines. */
function special(link: Linking, event: Subject, objects: readonly Meaning[], names: readonly string[]): readonly Edge[] {
  return objects.flatMap((it) => {
    for (const name of names) {
      const found = dunder(link, it, name);
      if (found && isAbstract(found.fn)) return [];
      if (found) return [{ to: found.fn, event, by: found.by, self: it, through: 'implied' } satisfies Edge];
    }
    return [];
  });
}

function edges(link: Linking, callee: Meaning, event: Subject<'call'>): readonly Edge[] {
  const through = 'call';
  switch (callee.is) {
    case 'fn':
      return [{ to: callee.fn, event, by: callee.by, self: null, through }];
    case 'bound':
      if (isAbstract(callee.fn) && !isOfSuper(event)) return [];
      return [{ to: callee.fn, event, by: callee.by, self: callee.self, through }];
    case 'outside':
      return [{ to: callee.name, event, by: callee.by, self: callee.self, through }];
    case 'partial':
      return edges(link, callee.of, event).map((it) => ({ ...it, given: callee.call.args }));
    case 'class': {
      const object: Meaning = { is: 'object', cls: callee.cls, made: event, by: callee.by };
      const names = runsPostInit(link, callee.cls) ? ['__new__', '__post_init__'] : ['__new__', '__init__'];
      return names.flatMap((name) => {
        const found = dunder(link, object, name);
        return found ? [{ to: found.fn, event, by: callee.by, self: object, through } satisfies Edge] : [];
      });
    }
    case 'object': {
      const run = dunder(link, callee, '__call__');
      return run ? [{ to: run.fn, event, by: run.by, self: callee, through }] : [];
    }
    default:
      return [];
  }
}

/** No object has an abstract method: it is a subclass's that runs, and which is not known. */
const isAbstract = (fn: Fn): boolean =>
  fn.fact.decorators.some((it) => (it.is === 'name' || it.is === 'attr') && it.name === 'abstractmethod');
/** `super().name(…)` may run an abstract method that has a body. */
function isOfSuper({ callee, in: at }: Subject<'call'>): boolean {
  const of = callee.is === 'attr' && callee.of.is === 'call' ? at.chunk.events[callee.of.event] : undefined;
  return of?.kind === 'call' && of.callee.is === 'name' && of.callee.name === 'super';
}

export interface Callee {
  readonly fn: Fn;
  /** Every call of it is awaited or otherwise run by an event loop. */
  readonly awaited: boolean;
}
const functionCallees = question<Fn, readonly Callee[]>({
  kind: 'callees',
  fallback: [],
  same: (a, b) => a.length === b.length && a.every((it, at) => it.fn === b[at]?.fn && it.awaited === b[at]?.awaited),
});
/** Functions of the workspace that the events of a function may run, each once, in the order of the source. */
export function calleesOf(link: Linking, fn: Fn): readonly Callee[] {
  return once(link, functionCallees, fn, fn, () => {
    const found = new Map<Fn, boolean>();
    for (const event of eventsOf(link, fn)) {
      for (const edge of attempt(link, event, [], () => edgesOf(link, event))) {
        if (typeof edge.to === 'string') continue;
        const awaited = event.kind === 'call' && event.result === 'awaited';
        found.set(edge.to, (found.get(edge.to) ?? true) && awaited);
      }
    }
    return [...found].map(([to, awaited]): Callee => ({ fn: to, awaited }));
  });
}
/** Does the event stand in a generator expression that nothing consumes here, or where only a type checker looks? */
export function isLazy(link: Linking, at: Region): boolean {
  for (let it: Region | null = at; it && it.kind !== 'function'; it = it.parent) {
    if (it.lazy || it.guard === 'typing') return true;
    if (it.kind === 'comprehension' && !isEager(link, it)) return true;
  }
  return false;
}

/** Names of callables that run an iterator to its end, or a step further. */
export const drains =
  /^(?:builtins\.(?:list|tuple|set|frozenset|dict|sorted|sum|any|all|min|max|bytes|bytearray|len|next|max)|builtins\.(?:str|bytes)\.join|builtins\.(?:list\.extend|set\.update|dict\.update)|collections\.(?:deque|Counter|OrderedDict)|statistics\.\w+|math\.(?:fsum|prod)|functools\.reduce|asyncio\.gather|numpy\.\w+)$/;
/** Is the generator or iterator that stands as this argument run by the call that takes it? */
function drained(link: Linking, event: number, at: Region): boolean {
  const parent = takerOf(at, event);
  if (!parent) return false;
  return evaluate(link, parent.callee, parent.in).some((it) => it.is === 'outside' && drains.test(it.name));
}
const takers = new WeakMap<Chunk, Map<number, Subject<'call'>>>();
/** The call that has this one among its arguments. */
function takerOf(at: Region, event: number): Subject<'call'> | undefined {
  let known = takers.get(at.chunk);
  if (!known) {
    known = new Map();
    for (const taker of at.chunk.events) {
      if (taker.kind !== 'call') continue;
      for (const arg of taker.args) {
        const value = arg.value.is === 'star' ? arg.value.of : arg.value;
        if (value.is === 'call') known.set(value.event, taker);
      }
    }
    takers.set(at.chunk, known);
  }
  return known.get(event);
}
/** The scope of a generator expression that is handed to something that only keeps it is not run here. */
function isEager(link: Linking, scope: Region): boolean {
  const parent = generatorTakers(scope.chunk).get(scope);
  if (parent === undefined) return true;
  return evaluate(link, parent.callee, parent.in).some((it) => it.is === 'outside' && drains.test(it.name));
}
const generators = new WeakMap<Chunk, Map<Region, Subject<'call'>>>();
function generatorTakers(chunk: Chunk): Map<Region, Subject<'call'>> {
  const known = generators.get(chunk);
  if (known) return known;
  const found = new Map<Region, Subject<'call'>>();
  for (const event of chunk.events) {
    for (const arg of event.kind === 'call' ? event.args : []) {
      if (arg.value.is !== 'comprehension' || arg.value.type !== 'generator' || event.kind !== 'call') continue;
      let region: Region | null | undefined = chunk.regions[arg.value.region];
      while (region && region.kind !== 'comprehension') region = region.parent;
      if (region) found.set(region, event);
    }
  }
  generators.set(chunk, found);
  return found;
}
/** Does a call of a generator or coroutine function run its body here? */
export function runsBody(link: Linking, call: Subject<'call'>): boolean {
  if (call.result === 'iterated' || call.result === 'awaited') return true;
  if (call.result !== 'argument') return false;
  const index = call.in.chunk.events.indexOf(call);
  return drained(link, index, call.in);
}

/** Qualified names for `print calls`: nested functions with dots, built-ins marked. */
export function callGraph(link: Linking): Record<string, string[]> {
  const graph: Record<string, string[]> = {};
  const modules = [...everyModule(link)].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const module of modules) {
    for (const fn of module.functions) {
      const names = new Set<string>(graph[shown(fn)] ?? []);
      for (const event of eventsOf(link, fn)) for (const edge of edgesOf(link, event)) names.add(shown(edge.to));
      graph[shown(fn)] = [...names].sort();
    }
  }
  return graph;
}
/** As `print calls` names it. */
export const shown = (to: Fn | QName): string => (typeof to === 'string' ? outsideName(to) : functionName(to));
const functionName = (fn: Fn): string => (fn.id.endsWith(':') ? fn.id.slice(0, -1) : fn.id.replace(':', '.').replace(/#\d+/g, ''));
const outsideName = (name: QName): string => (name.startsWith('builtins.') ? `<builtin>.${name.slice('builtins.'.length)}` : name);

export { eventsOf };
