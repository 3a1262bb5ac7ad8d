// What keeps the event loop from turning: waits that its own code reaches over synchronous calls alone.
import { limits } from '../limits.js';
import type { Fn, Region, Stall, Step, Subject, Topic, Witness } from '../model.js';
import { type Edge, edgesOf, eventsOf, isLazy, runsBody } from './calls.js';
import { argument } from './flows.js';
import { apiOf, attempt, type Linking } from './linking.js';
import { type Meaning, weaker } from './meanings.js';
import { bindingsOf } from './names.js';
import { returnsOf } from './results.js';
import { type Sink, sinkOf } from './sinks.js';
import { evaluate } from './types.js';

/** Worst first: the rule of the worst topic speaks where one call reaches several. */
const severity: readonly Topic[] = [
  'http',
  'network',
  'database',
  'dns',
  'subprocess',
  'wait',
  'console',
  'sleep',
  'file',
  'other',
  'metadata',
];

export interface Stalls {
  /** The stall a call of the loop's code causes; one call per sink speaks, the first of the workspace. */
  at(call: Subject<'call'>): Stall | undefined;
}
/** A function with the hops to it, and the call that ran it, which says what its parameters are. */
interface Reached {
  readonly fn: Fn;
  readonly steps: readonly Step[];
  readonly via: Subject;
}

/** `callbacks` are functions the loop itself calls; `quiet` tells where nothing is said. */
export function stallsOf(link: Linking, callbacks: ReadonlySet<Fn>, quiet: (at: Subject) => boolean): Stalls {
  const found = new Map<Subject<'call'>, Stall>();
  const told = new Map<Subject<'call'>, { root: Subject<'call'>; others: Witness[] }>();
  for (const module of link.modules.values()) {
    for (const fn of module.functions) {
      if ((!fn.fact.async && !callbacks.has(fn)) || fn.fact.broken) continue;
      for (const event of eventsOf(link, fn)) {
        if (event.kind !== 'call' || event.implied || isLazy(link, event.in) || quiet(event)) continue;
        const [sink] = attempt(link, event, [], () => sinksAt(link, event));
        if (!sink) continue;
        const because = chain(event, fn, sink);
        const known = told.get(sink.call);
        if (known && known.root !== event) {
          known.others.push(because);
          continue;
        }
        const others: Witness[] = [];
        told.set(sink.call, { root: event, others });
        found.set(event, { topic: sink.topic, sink: sink.name, at: sink.call, bounded: sink.bounded, because, others });
      }
    }
  }
  return { at: (call) => found.get(call) };
}

function chain(root: Subject<'call'>, fn: Fn, sink: Sink): Witness {
  const note = fn.fact.async ? `\`${fn.name}\` is a coroutine: it runs on the event loop` : `the event loop calls \`${fn.name}\``;
  const first: Step = { chunk: root.in.chunk, span: fn.fact.span, name: fn.id, note, by: 'source' };
  return [first, ...sink.steps];
}

/** Every sink one call leads to, worst topic first, then the shortest chain. */
const sinksAt = (link: Linking, root: Subject<'call'>): readonly Sink[] => sinksFrom(link, [{ event: root, via: null }]);

/** Every wait that a run of a function reaches over synchronous calls, worst first. */
export function sinksOf(link: Linking, fn: Fn): readonly Sink[] {
  const own = eventsOf(link, fn).filter((it) => !isLazy(link, it.in));
  return sinksFrom(
    link,
    own.map((event) => ({ event, via: null })),
  );
}

/** Breadth first, so that each sink has its shortest chain. */
function sinksFrom(link: Linking, roots: readonly { readonly event: Subject; readonly via: Subject | null }[]): readonly Sink[] {
  const found = new Map<Subject<'call'>, Sink>();
  const seen = new Set<Fn>();
  let level: Reached[] = [];
  const follow = (event: Subject, via: Subject | null, steps: readonly Step[], next: Reached[]): void => {
    for (const edge of edgesFrom(link, event, via)) {
      const near = via ? unlikely(event, edge.by) : edge.by;
      const by = steps.length >= limits.sureCalls ? weaker(near, 'assumed') : near;
      if (typeof edge.to === 'string') {
        const sink = event.kind === 'call' && !event.implied ? sinkOf(link, edge.to, event, by, edge.self, edge.given) : undefined;
        if (sink && !found.has(sink.call)) found.set(sink.call, { ...sink, steps: [...steps, ...sink.steps] });
      } else if (!seen.has(edge.to) && runsNow(link, edge.to, edge.by, event)) {
        seen.add(edge.to);
        next.push({ fn: edge.to, steps: [...steps, hop(event, edge.to, by)], via: event });
      }
    }
  };
  for (const root of roots) follow(root.event, root.via, [], level);
  for (let depth = 0; depth < limits.witness && level.length > 0; depth++) {
    const next: Reached[] = [];
    for (const { fn, steps, via } of level) {
      for (const event of eventsOf(link, fn)) if (!isLazy(link, event.in)) follow(event, via, steps, next);
    }
    level = next;
  }
  return [...found.values()].sort((a, b) => severity.indexOf(a.topic) - severity.indexOf(b.topic) || a.steps.length - b.steps.length);
}
const hop = (at: Subject, to: Fn, by: Step['by']): Step => ({
  chunk: at.in.chunk,
  span: at.span,
  name: to.id,
  note: `calls \`${to.name}\``,
  by,
});

/** Below the coroutine, what only an error handler or another platform runs is less certain to happen. */
function unlikely(event: Subject, by: Step['by']): Step['by'] {
  for (let it: Region | null = event.in; it; it = it.parent)
    if (it.kind === 'except' || it.guard === 'platform') return weaker(by, 'assumed');
  return by;
}

/** A coroutine has its own report; a generator runs where it is consumed; what is awaited was made awaitable by its decorator. */
function runsNow(link: Linking, to: Fn, by: Step['by'], at: Subject): boolean {
  const { fact } = to;
  if (fact.async || fact.broken) return false;
  if (at.kind === 'call' && at.result === 'awaited' && !isAwaitable(link, to, by)) return false;
  return !fact.generator || at.kind !== 'call' || runsBody(link, at) || isContextManager(to);
}
/** A plain function whose result is awaited returns a coroutine or a future; where it does not, another function is meant. */
function isAwaitable(link: Linking, to: Fn, by: Step['by']): boolean {
  const given = returnsOf(link, to);
  if (given.some((it) => it.is === 'pending' || (it.is === 'thing' && it.type.startsWith('asyncio.')))) return true;
  return given.length === 0 && (by === 'source' || by === 'import') && to.fact.decorators.length === 0;
}
const isContextManager = (fn: Fn): boolean =>
  fn.fact.decorators.some((it) => /contextmanager$/.test(it.is === 'name' || it.is === 'attr' ? it.name : ''));

/** What an event runs; a parameter that is called is what the call before handed over, and callbacks run where they are given. */
function edgesFrom(link: Linking, event: Subject, via: Subject | null): readonly Edge[] {
  const own = event.kind === 'call' ? calledParameter(link, event, via) : undefined;
  const edges = own ?? edgesOf(link, event);
  if (event.kind !== 'call') return edges;
  return [...edges, ...edges.flatMap((it) => (typeof it.to === 'string' ? callbacksOf(link, it.to, event) : []))];
}
/** Undefined when the callee is no parameter, or when all callers hand over the same. */
function calledParameter(link: Linking, event: Subject<'call'>, via: Subject | null): readonly Edge[] | undefined {
  if (event.callee.is !== 'name') return undefined;
  const [bound, more] = bindingsOf(link, event.callee.name, event.in)?.bound ?? [];
  if (bound?.is !== 'param' || more) return undefined;
  const passed = link.flows.get(bound.fn)?.get(bound.index) ?? [];
  if (passed.length < 2) return undefined;
  if (via?.kind !== 'call' || bound.fn !== event.in.fn) return [];
  const method = bound.fn.owner !== null && via.callee.is === 'attr' ? 1 : 0;
  const arg = argument(via, [bound.fn.fact.params[bound.index]?.name ?? '', bound.index - method]);
  return arg ? edgesTo(evaluate(link, arg.value, via.in), event) : [];
}
function callbacksOf(link: Linking, name: string, event: Subject<'call'>): readonly Edge[] {
  const api = apiOf(link, name);
  if (!api?.calls || (api.lazy && !runsBody(link, event))) return [];
  return api.calls.flatMap((where) => {
    const arg = argument(event, [where]);
    return arg ? edgesTo(evaluate(link, arg.value, event.in), event) : [];
  });
}
const edgesTo = (all: readonly Meaning[], event: Subject<'call'>): readonly Edge[] =>
  all.flatMap((it): Edge[] => {
    if (it.is === 'fn' || it.is === 'bound') return [{ to: it.fn, event, by: it.by, self: null, through: 'call' }];
    return it.is === 'outside' ? [{ to: it.name, event, by: it.by, self: it.self, through: 'call' }] : [];
  });
