// What keeps the event loop from turning: waits that its own code reaches over synchronous calls alone.
import { limits } from '../limits.js';
import { type Fn, type Region, type Running, runningKinds, type Step, type Subject, type Topic, type Witness } from '../model.js';
import { isBefore } from './arrivals.js';
import { type Edge, edgesOf, isLazy, runsBody } from './calls.js';
import { type Cell, newInput, read, write } from './cells.js';
import { isExempt } from './exempt.js';
import { argument, passedTo } from './flows.js';
import { isKept } from './kept.js';
import { answerOf, apiOf, attempt, bodyOf, cellFor, eventsOf, hitBound, type Linking, once } from './linking.js';
import { madeBy } from './makes.js';
import { isAnything, type Meaning, weaker } from './meanings.js';
import { bindingsOf } from './names.js';
import { asksForLoop, asksForThread } from './nested-loop.js';
import { question } from './question.js';
import { returnsOf } from './results.js';
import { isDispatched, isExpected, isForked, isOffLoop, isOtherWay, isRuledOut } from './ruled-out.js';
import { type Sink, sinkOf } from './sinks.js';
import { isLoopCode, isWindowCode } from './starts.js';
import { sameSteps } from './steps.js';
import { evaluate } from './types.js';
import { takerOf } from './usage.js';

/** Worst first: the rule of the worst topic speaks where one call reaches several. */
const severity: readonly Topic[] = [
  'loop',
  'http',
  'network',
  'database',
  'dns',
  'subprocess',
  'wait',
  'console',
  'sleep',
  'compute',
  'file',
  'other',
  'metadata',
];

/** What a run of a function waits for, as a summary for its callers. */
export interface Reach {
  /** The worst first, each with its shortest chain; at most `limits.sinks`. */
  readonly sinks: readonly Sink[];
  /** Parameters that it calls and for which callers pass different functions: what they wait for is the caller's to say. */
  readonly params: readonly { readonly index: number; readonly event: Subject<'call'> }[];
}
const reached = question<Fn, Reach>({
  kind: 'reach',
  fallback: { sinks: [], params: [] },
  same: (a, b) =>
    sameSinks(a.sinks, b.sinks) && a.params.length === b.params.length && a.params.every((it, at) => it.event === b.params[at]?.event),
});
function sameSinks(a: readonly Sink[], b: readonly Sink[]): boolean {
  return (
    a.length === b.length &&
    a.every((it, at) => {
      const other = b[at] as Sink;
      return it.call === other.call && it.topic === other.topic && it.bounded === other.bounded && sameSteps(it.steps, other.steps);
    })
  );
}

/** Every wait that a run of a function reaches over synchronous calls, worst first. */
export const sinksOf = (link: Linking, fn: Fn): readonly Sink[] => reachOf(link, fn).sinks;
function reachOf(link: Linking, fn: Fn): Reach {
  return once(link, reached, fn, fn, () => {
    const found = new Map<Subject<'call'>, Sink>();
    const params: { index: number; event: Subject<'call'> }[] = [];
    for (const event of eventsOf(link, fn)) {
      if (isLazy(link, event.in)) continue;
      const index = event.kind === 'call' ? calledParameter(link, event) : undefined;
      if (index !== undefined && event.kind === 'call') params.push({ index, event });
      else follow(link, event, edgesFrom(link, event), true, found);
    }
    return { sinks: worst(link, found), params };
  });
}
function worst(link: Linking, found: ReadonlyMap<unknown, Sink>): readonly Sink[] {
  if (found.size > limits.sinks) hitBound(link, 'sinks');
  return [...found.values()].sort(inOrder).slice(0, limits.sinks);
}
const inOrder = (a: Sink, b: Sink): number =>
  severity.indexOf(a.topic) - severity.indexOf(b.topic) || a.steps.length - b.steps.length || bySteps(a, b);
/** Of chains of one length the one that comes first in the workspace. */
function bySteps(a: Sink, b: Sink): number {
  for (const [at, it] of a.steps.entries()) {
    const other = b.steps[at];
    if (!other) return 1;
    if (it.chunk.file !== other.chunk.file) return it.chunk.file < other.chunk.file ? -1 : 1;
    const by = it.chunk.order - other.chunk.order || it.span.start - other.span.start;
    if (by !== 0) return by;
  }
  return 0;
}

/** The project itself says that one of its functions waits. */
function declaredSink(link: Linking, fn: Fn, call: Subject<'call'>, by: Step['by']): Sink | undefined {
  const name = fn.id.replace(':', '.');
  return fn.fact.async || link.knowledge.ownApi(name) === undefined ? undefined : sinkOf(link, name, call, by, null);
}

/** Adds what the edges of an event lead to; `below` the coroutine some of it is less certain to happen. */
function follow(link: Linking, event: Subject, edges: readonly Edge[], below: boolean, found: Map<Subject<'call'>, Sink>): void {
  const keep = (sink: Sink, hops: readonly Step[]): void => {
    const steps = hops.length > 0 ? [...hops, ...sink.steps] : sink.steps;
    if (steps.length > limits.witness + 1) return hitBound(link, 'witness');
    const it = { ...sink, steps };
    const known = found.get(it.call);
    if (!known || it.steps.length < known.steps.length || (it.steps.length === known.steps.length && bySteps(it, known) < 0))
      found.set(it.call, it);
  };
  const lead = (at: Subject, edge: Edge, hops: readonly Step[], deep: boolean): void => {
    const by = deep ? unlikely(at, edge.by) : edge.by;
    if (typeof edge.to === 'string') {
      const sink = at.kind === 'call' && !at.implied ? sinkOf(link, edge.to, at, by, edge.self, edge.given) : undefined;
      if (sink && happens(link, at, sink.topic)) keep(sink, hops);
      return;
    }
    if (!runsNow(link, edge.to, edge.by, at) || isExempt(link, edge.to)) return;
    const said = at.kind === 'call' && !at.implied ? declaredSink(link, edge.to, at, by) : undefined;
    if (said) keep(said, hops);
    const { sinks, params } = reachOf(link, edge.to);
    if (params.length > 0 && isOffLoop(link, at.in)) return;
    const on = [...hops, hop(at, edge.to, by)];
    for (const sink of sinks)
      if (reaches(link, edge.to, sink.topic) && happens(link, at, sink.topic) && !isRuledOut(link, edge.to, sink.steps, at))
        if (!isOtherResult(link, at, edge.to, sink)) keep(sink, on);
    if (at !== event || event.kind !== 'call') return;
    for (const param of params) for (const it of passedEdges(link, edge.to, param, event)) lead(param.event, it, on, true);
  };
  if (edges.length < 2 || !edges.some((it) => isCoroutine(link, it))) for (const edge of edges) lead(event, edge, [], below);
}
/** Where a coroutine is one of the things that a call may run, the program knows which it has, and we do not. */
const isCoroutine = (link: Linking, { to }: Edge): boolean =>
  typeof to === 'string' ? apiOf(link, to)?.coroutine === true : to.fact.async;

/** The kernel of a notebook runs every cell on its loop. */
export const isNotebook = (fn: Fn): boolean => fn.fact.kind === 'module' && fn.chunk.file.endsWith('.ipynb');

/** The waits that one event leads to over synchronous calls, worst first. */
export function sinksAt(link: Linking, event: Subject): readonly Sink[] {
  const found = new Map<Subject<'call'>, Sink>();
  follow(link, event, edgesFrom(link, event), true, found);
  return worst(link, found);
}

/** A call of the loop's own code, with the worst wait it leads to. */
export interface Leak {
  readonly event: Subject<Running>;
  readonly sink: Sink;
}
export const leaks = question<Fn, readonly Leak[]>({
  kind: 'leaks',
  fallback: [],
  same: (a, b) => a.length === b.length && a.every((it, at) => it.event === b[at]?.event && sameSinks([it.sink], [(b[at] as Leak).sink])),
});
/** Keeps the leaks of a function that the loop runs known from now on. */
export function watchLeaks(link: Linking, fn: Fn, quiet: (at: Subject) => boolean): Cell<readonly Leak[]> {
  const more = { wanted: true as const, done: (it: readonly Leak[]) => tell(link, fn, it) };
  return cellFor(link, leaks, fn, fn, () => leaksOf(link, fn, quiet), more);
}
function leaksOf(link: Linking, fn: Fn, quiet: (at: Subject) => boolean): readonly Leak[] {
  const cells = isNotebook(fn);
  if (
    fn.fact.broken ||
    isExempt(link, fn) ||
    !(cells || isLoopCode(link, fn) || isWindowCode(link, fn)) ||
    (asksForLoop(link, fn) && cells)
  )
    return [];
  return eventsOf(link, fn).flatMap((event): readonly Leak[] => {
    if (!isRunning(event) || isLazy(link, event.in) || quiet(event) || isOtherWay(event)) return [];
    if (
      event.kind === 'call'
        ? event.implied || isMisplaced(link, event)
        : isQuick(event) && edgesOf(link, event).some(({ to }) => keepsWhatItMade(to))
    )
      return [];
    const found = new Map<Subject<'call'>, Sink>();
    attempt(link, event, undefined, () => follow(link, event, edgesFrom(link, event), false, found));
    const [sink] = worst(link, found).filter((it) => !(it.call !== event && queued.test(it.name) && looksFirst(link, fn)));
    if (cells && sink?.topic !== 'loop') return []; // only the reader of a notebook waits for its cells
    if (sink && sink.steps.length > limits.sureFileCalls + 1 && (sink.topic === 'file' || sink.topic === 'metadata')) return [];
    if (sink && sink.steps.length > limits.sureReads + 1 && isQuick(event)) return [];
    return sink ? [{ event, sink: { ...sink, steps: sink.steps.map(doubted) } }] : [];
  });
}
const isRunning = (it: Subject): it is Subject<Running> => runningKinds.some((kind) => kind === it.kind);
/** Mostly a look at what is there already. */
const isQuick = (it: Subject): boolean => it.kind === 'read' || it.kind === 'operate';
/** `if self._link is None: self._link = connect()` in a property: it waits the first time alone. */
const keepsWhatItMade = (to: Edge['to']): boolean =>
  typeof to !== 'string' && to.chunk.events.some((it) => it.kind === 'bind' && it.in.fn === to && it.target.is === 'attr');
/** `to_thread(sleep(1))`: a call where a function was meant to be handed over, which is another defect. */
function isMisplaced(link: Linking, call: Subject<'call'>): boolean {
  const taker = call.result === 'argument' ? takerOf(call) : undefined;
  if (!taker || (madeBy(link, call)?.what ?? 'callable') === 'callable') return false;
  return evaluate(link, taker.callee, taker.in).some((it) => {
    const spawns = it.is === 'outside' ? apiOf(link, it.name)?.spawns : undefined;
    const given = spawns && spawns.on !== 'task' ? argument(taker, spawns.target) : undefined;
    return given?.value.is === 'call' && taker.in.chunk.events[given.value.event] === call;
  });
}
/** `if self.queue.empty(): …` stands in the coroutine, and a helper takes from the queue. */
const looksFirst = (link: Linking, fn: Fn): boolean =>
  eventsOf(link, fn).some((it) => it.kind === 'call' && it.callee.is === 'attr' && /^(?:empty|qsize)$/.test(it.callee.name));
const queued = /Queue\.get$/;
/** In a long chain some condition in between is likely to say no. */
const doubted = (step: Step, at: number): Step => (at < limits.sureCalls ? step : { ...step, by: weaker(step.by, 'assumed') });

/** The calls that lead to one wait. */
interface Told {
  readonly cell: Cell<number>;
  readonly roots: Map<Subject<Running>, { readonly fn: Fn; readonly sink: Sink }>;
  /** Who makes the first of them: others need not look again as long as it is the same function. */
  readonly first: Cell<Fn | undefined>;
}
export interface Telling {
  readonly told: WeakMap<Subject<'call'>, Told>;
  readonly byFn: Map<Fn, readonly Leak[]>;
}
export const newTelling = (): Telling => ({ told: new WeakMap(), byFn: new Map() });
export function toldOf(link: Linking, sink: Subject<'call'>): Told {
  const known = link.telling.told.get(sink);
  if (known) return known;
  const made: Told = {
    cell: newInput(0),
    roots: new Map(),
    first: newInput<Fn | undefined>(undefined),
  };
  link.telling.told.set(sink, made);
  return made;
}
/** Tells each wait which calls of this function lead to it. */
export function tell(link: Linking, fn: Fn, now: readonly Leak[]): void {
  const before = link.telling.byFn.get(fn) ?? [];
  const touched = new Set<Told>();
  const isIn = (all: readonly Leak[], it: Leak): boolean => all.some((one) => one.event === it.event && sameSinks([one.sink], [it.sink]));
  for (const it of before) {
    if (isIn(now, it)) continue;
    const told = toldOf(link, it.sink.call);
    told.roots.delete(it.event);
    touched.add(told);
  }
  for (const it of now) {
    if (isIn(before, it)) continue;
    const told = toldOf(link, it.sink.call);
    told.roots.set(it.event, { fn, sink: it.sink });
    touched.add(told);
  }
  if (now.length > 0) link.telling.byFn.set(fn, now);
  else link.telling.byFn.delete(fn);
  for (const it of touched) {
    write(link.cells, it.cell, it.cell.value + 1);
    let first: Subject<Running> | undefined;
    for (const call of it.roots.keys()) if (!first || isBefore(call, first)) first = call;
    write(link.cells, it.first, first?.in.fn);
  }
}

/** The worst wait that a call of the loop's own code leads to. */
export function sinkBelow(link: Linking, call: Subject<Running>): Sink | undefined {
  const cell = answerOf(link, leaks, call.in.fn);
  return cell && read(link.cells, cell).find((it) => it.event === call)?.sink;
}

const worstWait = question<Subject<'call'>, Sink | undefined>({
  kind: 'waits below',
  fallback: undefined,
  same: (a, b) => a === b || (a !== undefined && b !== undefined && sameSinks([a], [b])),
});
/** The same for any call, whatever thread makes it. */
export function worstBelow(link: Linking, call: Subject<'call'>): Sink | undefined {
  return once(link, worstWait, call, call.in.chunk, () => {
    if (isLazy(link, call.in)) return undefined;
    const found = new Map<Subject<'call'>, Sink>();
    follow(link, call, edgesFrom(link, call), true, found);
    return worst(link, found)[0];
  });
}

export function chain(root: Subject, fn: Fn, sink: Sink, window = false): Witness {
  const says = `\`${fn.name}\` is a coroutine: it runs on the event loop`;
  const note = isNotebook(fn)
    ? 'the cells of a notebook run on an event loop'
    : fn.fact.async
      ? says
      : `the ${window ? 'thread of the window' : 'event loop'} calls \`${fn.name}\``;
  const first: Step = { chunk: root.in.chunk, span: fn.fact.span, name: fn.id, note, by: 'source' };
  return [first, ...sink.steps];
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

/** What is awaited is not what a blocking call gives: of a function that returns one or the other, the other is meant. */
function isOtherResult(link: Linking, at: Subject, to: Fn, { steps: [step] }: Sink): boolean {
  if (at.kind !== 'call' || at.result !== 'awaited' || !step) return false;
  const call = step.chunk.events.find(
    (it) => it.kind === 'call' && it.in.fn === to && it.span.start === step.span.start && it.span.end === step.span.end,
  );
  if (call?.kind !== 'call' || call.result !== 'returned') return false;
  return !edgesOf(link, call).some((it) => typeof it.to !== 'string' && isAwaitable(link, it.to, 'source'));
}
/** By where an event stands: not where its function found that no loop runs, or does once what it then keeps. */
function happens(link: Linking, at: Subject, topic: Topic): boolean {
  if (topic === 'loop' && (isDispatched(at) || isExpected(at))) return false; // an error each time would have been seen
  return !(keptTopics.has(topic) && isKept(at)) && !isOffLoop(link, at.in) && !isForked(link, at);
}
const keptTopics: ReadonlySet<Topic> = new Set(['file', 'metadata', 'subprocess', 'sleep']);

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
/** A file that is read once and kept is no wait, and who asks whether a loop runs starts none inside of one. */
function reaches(link: Linking, fn: Fn, topic: Topic): boolean {
  if (topic === 'loop') return !asksForLoop(link, fn);
  if (topic === 'wait') return !asksForThread(link, fn);
  return (topic !== 'file' && topic !== 'metadata') || !isMemoized(link, fn);
}

const isMemoized = (link: Linking, fn: Fn): boolean => {
  const at = bodyOf(fn)?.parent;
  return fn.fact.decorators.some((it) => {
    const call = it.is === 'call' ? fn.chunk.events[it.event] : undefined;
    const value = call?.kind === 'call' ? call.callee : it;
    return at ? evaluate(link, value, at).some((one) => one.is === 'outside' && memoizes.test(one.name)) : false;
  });
};
const memoizes = /^functools\.(?:lru_cache|cache|cached_property)$/;
export const isContextManager = (fn: Fn): boolean =>
  fn.fact.decorators.some((it) => /contextmanager$/.test(it.is === 'name' || it.is === 'attr' ? it.name : ''));

/** What an event runs; callbacks run where they are given. */
export function edgesFrom(link: Linking, event: Subject): readonly Edge[] {
  const edges = edgesOf(link, event);
  if (event.kind !== 'call') return edges;
  return [...edges, ...edges.flatMap((it) => (typeof it.to === 'string' ? callbacksOf(link, it.to, event) : []))];
}
/** The parameter of its own function that a call calls, where callers pass different things for it; -1 for that of another one. */
function calledParameter(link: Linking, event: Subject<'call'>): number | undefined {
  if (event.callee.is !== 'name') return undefined;
  const [bound, more] = bindingsOf(link, event.callee.name, event.in)?.bound ?? [];
  if (bound?.is !== 'param' || more) return undefined;
  const passed = passedTo(link, bound.fn, bound.index);
  if (passed.length < 2 && !isAnything(passed)) return undefined;
  return bound.fn === event.in.fn ? bound.index : -1;
}
/** What this call hands over for a parameter that the callee calls. */
function passedEdges(link: Linking, fn: Fn, { index, event }: Reach['params'][number], via: Subject<'call'>): readonly Edge[] {
  if (index < 0) return [];
  const method = fn.owner !== null && via.callee.is === 'attr' ? 1 : 0;
  const arg = argument(via, [fn.fact.params[index]?.name ?? '', index - method]);
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
