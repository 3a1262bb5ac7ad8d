// What keeps the event loop from turning: waits that a coroutine reaches over synchronous calls alone.
import { limits } from '../limits.js';
import type { Fn, QName, Stall, Step, Subject, Topic, Witness } from '../model.js';
import { type Edge, edgesOf, eventsOf, isLazy } from './calls.js';
import { argument } from './flows.js';
import { apiOf, type Linking } from './linking.js';

/** A blocking call at the far end of a chain of synchronous calls. */
export interface Sink {
  readonly call: Subject<'call'>;
  readonly name: QName;
  readonly topic: Topic;
  readonly bounded: boolean;
  /** The hops down to it, itself included. */
  readonly steps: readonly Step[];
}

/** Worst first: the rule of the worst topic speaks where one call reaches several. */
const severity: readonly Topic[] = [
  'sleep',
  'http',
  'network',
  'database',
  'dns',
  'subprocess',
  'wait',
  'console',
  'file',
  'other',
  'metadata',
];

export interface Stalls {
  /** The stall a call of a coroutine causes; one call per sink speaks, the first of the workspace. */
  at(call: Subject<'call'>): Stall | undefined;
}

export function stallsOf(link: Linking, quiet: (at: Subject) => boolean): Stalls {
  const reached = new Map<Fn, readonly Sink[]>();
  const found = new Map<Subject<'call'>, Stall>();
  const told = new Map<Subject<'call'>, { root: Subject<'call'>; others: Witness[] }>();
  for (const module of link.modules.values()) {
    for (const fn of module.functions) {
      if (!fn.fact.async || fn.fact.broken) continue;
      for (const event of eventsOf(link, fn)) {
        if (event.kind !== 'call' || isLazy(event.in) || event.implied || quiet(event)) continue;
        const [sink] = sinksAt(link, event, reached);
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
  const first: Step = {
    chunk: root.in.chunk,
    span: fn.fact.span,
    name: fn.id,
    note: `\`${fn.name}\` is a coroutine: it runs on the event loop`,
    by: 'source',
  };
  return [first, ...sink.steps];
}

/** Every sink one call leads to, worst topic first, then the shortest chain. */
function sinksAt(link: Linking, call: Subject<'call'>, reached: Map<Fn, readonly Sink[]>): readonly Sink[] {
  return edgesOf(link, call)
    .flatMap((edge) => sinksThrough(link, edge, call, reached))
    .sort((a, b) => severity.indexOf(a.topic) - severity.indexOf(b.topic) || a.steps.length - b.steps.length);
}
function sinksThrough(link: Linking, edge: Edge, call: Subject<'call'>, reached: Map<Fn, readonly Sink[]>): readonly Sink[] {
  if (typeof edge.to === 'string') {
    const own = sinkOf(link, edge.to, call, edge.by);
    return own ? [own] : [];
  }
  if (!runsNow(edge.to, call)) return [];
  const { to } = edge;
  return sinksBelow(link, to, reached).map((it) => ({ ...it, steps: [hop(call, to, edge.by), ...it.steps] }));
}
const hop = (at: Subject, to: Fn, by: Step['by']): Step => ({
  chunk: at.in.chunk,
  span: at.span,
  name: to.id,
  note: `calls \`${to.name}\``,
  by,
});

/** A coroutine has its own report; a generator runs where it is consumed. */
function runsNow(fn: Fn, at: Subject): boolean {
  if (fn.fact.async || fn.fact.broken) return false;
  if (!fn.fact.generator) return true;
  return at.kind !== 'call' || at.result === 'iterated' || at.result === 'argument';
}

/** Breadth first, so that each sink has its shortest chain. */
function sinksBelow(link: Linking, from: Fn, reached: Map<Fn, readonly Sink[]>): readonly Sink[] {
  const known = reached.get(from);
  if (known) return known;
  const found = new Map<Subject<'call'>, Sink>();
  const seen = new Set<Fn>([from]);
  let level: { fn: Fn; steps: readonly Step[] }[] = [{ fn: from, steps: [] }];
  for (let depth = 0; depth < limits.witness && level.length > 0; depth++) {
    const next: typeof level = [];
    for (const { fn, steps } of level) {
      for (const event of eventsOf(link, fn)) {
        if (isLazy(event.in)) continue;
        for (const edge of edgesOf(link, event)) {
          if (typeof edge.to === 'string') {
            const sink = event.kind === 'call' && !event.implied ? sinkOf(link, edge.to, event, edge.by) : undefined;
            if (sink && !found.has(sink.call)) found.set(sink.call, { ...sink, steps: [...steps, ...sink.steps] });
          } else if (!seen.has(edge.to) && runsNow(edge.to, event)) {
            seen.add(edge.to);
            next.push({ fn: edge.to, steps: [...steps, hop(event, edge.to, edge.by)] });
          }
        }
      }
    }
    level = next;
  }
  const all = [...found.values()];
  reached.set(from, all);
  return all;
}

/** Does this outside call wait, and on what? A call that asks not to block does not. */
function sinkOf(link: Linking, name: QName, call: Subject<'call'>, by: Step['by']): Sink | undefined {
  const api = apiOf(link, name);
  if (!api?.topic || api.coroutine || api.spawns || (api.gil && api.gil !== 'waits')) return undefined;
  const limited = (api.bounded ?? []).map((it) => it.split('='));
  if (limited.some(([key, value]) => value === 'False' && isFalse(call, key ?? ''))) return undefined;
  const bounded = limited.some(([key, value]) => value === undefined && argument(call, [key ?? '']) !== undefined);
  const note = `\`${name}\` ${wait[api.topic] ?? 'waits'}${api.topic === 'http' || api.topic === 'network' ? (bounded ? '' : ', without a timeout') : ''}`;
  const step: Step = { chunk: call.in.chunk, span: call.span, name, note, by, evidence: api.evidence };
  return { call, name, topic: api.topic, bounded, steps: [step] };
}
function isFalse(call: Subject<'call'>, key: string): boolean {
  const given = argument(call, [key, 0]);
  return given?.value.is === 'literal' && given.value.value === false;
}
const wait: { readonly [topic in Topic]?: string } = {
  sleep: 'sleeps',
  http: 'waits for the server',
  network: 'waits for the network',
  dns: 'waits for the name server',
  subprocess: 'waits for the child process',
  file: 'waits for the disk',
  database: 'waits for the database',
  console: 'waits for the terminal',
};
