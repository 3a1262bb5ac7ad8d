// Threads that live when a process is forked: the child has a copy of their locks, and not of them.
import type { ForkedThreads, Region, Step, Subject } from '../model.js';
import { callersOf } from './callers.js';
import { edgesOf, eventsOf } from './calls.js';
import type { Spawn } from './classify.js';
import { isA, type Linking, once } from './linking.js';
import { question } from './question.js';
import { functionsBelow } from './reached.js';
import { spawnsOfFunction } from './starts.js';
import { evaluate } from './types.js';

const forked = question<Subject, ForkedThreads | undefined>({
  kind: 'forked threads',
  fallback: undefined as ForkedThreads | undefined,
  same: (a, b) => a?.thread === b?.thread && a?.shared === b?.shared,
});
/** Of a start of processes, or of a call of `os.fork`; looked for in its function and in those that lead to it. */
export function forkedThreads(link: Linking, of: Spawn | Subject<'call'>): ForkedThreads | undefined {
  return once(link, forked, of, of.in.chunk, () => {
    const fork =
      of.kind === 'spawn' ? (of.pool?.api === 'multiprocessing.pool.Pool' ? (of.pool.made ?? of.call) : (of.start ?? of.call)) : of;
    const open: { readonly at: Subject; readonly steps: readonly Step[] }[] = [{ at: fork, steps: [] }];
    const seen = new Set<object>([fork.in.fn]);
    for (let next = open.shift(); next && seen.size < 12; next = open.shift()) {
      const found = startedBefore(link, next.at);
      if (found) return withLock(link, of, found.thread, [...found.steps, ...next.steps]);
      for (const caller of callersOf(link, next.at.in.fn)) {
        if (seen.has(caller.fn)) continue;
        seen.add(caller.fn);
        const step: Step = {
          chunk: caller.event.in.chunk,
          span: caller.event.span,
          name: next.at.in.fn.id,
          note: `then calls \`${next.at.in.fn.name}\``,
          by: 'source',
        };
        open.push({ at: caller.event, steps: [step, ...next.steps] });
      }
    }
    return undefined;
  });
}

interface Before {
  readonly thread: Spawn;
  readonly steps: readonly Step[];
}
/** A thread that this function has certainly started before a place, and not waited for. */
function startedBefore(link: Linking, at: Subject): Before | undefined {
  const { fn } = at.in;
  const events = eventsOf(link, fn);
  const place = events.indexOf(at);
  const earlier = (it: Subject): boolean => events.indexOf(it) >= 0 && events.indexOf(it) < place;
  for (const it of spawnsOfFunction(link, fn)) {
    const start = it.start ?? it.call;
    if (!isThread(it) || !it.start || !earlier(start) || !leadsTo(start.in, at.in) || hasEnded(it, events, start, at)) continue;
    return {
      thread: it,
      steps: [{ chunk: start.in.chunk, span: start.span, name: it.api, note: `a thread runs \`${it.says}\``, by: it.runner.because[0].by }],
    };
  }
  for (const event of events.slice(0, Math.max(0, place))) {
    if (event.kind !== 'call' || !leadsTo(event.in, at.in)) continue;
    for (const edge of edgesOf(link, event)) {
      if (typeof edge.to === 'string' || edge.by === 'only-name' || edge.by === 'override') continue;
      const inner = eventsOf(link, edge.to);
      const it = spawnsOfFunction(link, edge.to).find(
        (one) => isThread(one) && one.start && leadsTo(one.start.in, null) && !hasEnded(one, inner, one.start, null),
      );
      if (!it || waited(events, event, at)) continue;
      const call: Step = { chunk: event.in.chunk, span: event.span, name: edge.to.id, note: `calls \`${edge.to.name}\``, by: edge.by };
      return {
        thread: it,
        steps: [call, { chunk: it.in.chunk, span: it.span, name: it.api, note: `a thread runs \`${it.says}\``, by: 'source' }],
      };
    }
  }
  return undefined;
}
const isThread = ({ runner, pool, api }: Spawn): boolean =>
  runner.kind === 'thread' && (pool === null || pool.made !== null) && /^(?:threading|concurrent|multiprocessing)\./.test(api);

/** Does whoever reaches `to` come through `from`? Not when it stands in a branch or handler of its own. */
export function leadsTo(from: Region, to: Region | null): boolean {
  const around = new Set<Region>();
  for (let it: Region | null = to; it; it = it.parent) around.add(it);
  for (let it: Region | null = from; it && it.kind !== 'function' && !around.has(it); it = it.parent) {
    if ((it.kind === 'branch' && it.guard !== 'main') || it.kind === 'except') return false;
  }
  return true;
}
/** Joined, shut down, or the pool's `with` has ended. */
function hasEnded(thread: Spawn, events: readonly Subject[], from: Subject, to: Subject | null): boolean {
  const made = thread.pool?.made;
  const block =
    made &&
    events.find(
      (it): it is Subject<'with'> =>
        it.kind === 'with' && it.items.some((item) => item.is === 'call' && it.in.chunk.events[item.event] === made),
    );
  if (block) {
    const body = block.in.chunk.regions[block.body];
    for (let it: Region | null = to?.in ?? null; it; it = it.parent) if (it === body) return false;
    return true;
  }
  return waited(events, from, to);
}
const ends = /^(?:join|shutdown|close|terminate|result|wait|cancel|stop)$/;
function waited(events: readonly Subject[], from: Subject, to: Subject | null): boolean {
  const [start, end] = [events.indexOf(from), to ? events.indexOf(to) : events.length];
  return events.slice(start + 1, end).some((it) => it.kind === 'call' && it.callee.is === 'attr' && ends.test(it.callee.name));
}

/** A lock of the module that the thread takes and the child takes too. */
function withLock(link: Linking, of: Spawn | Subject<'call'>, thread: Spawn, steps: readonly Step[]): ForkedThreads {
  const child = of.kind === 'spawn' ? locksTaken(link, of) : new Map<object, Subject>();
  const held = locksTaken(link, thread);
  const [lock] = [...child.keys()].filter((it) => held.has(it));
  const at = lock && child.get(lock);
  const taken: Step | undefined = at && {
    chunk: at.in.chunk,
    span: at.span,
    name: at.in.fn.id,
    note: 'the child takes a lock that this thread takes as well',
    by: 'source',
  };
  return { thread, shared: taken !== undefined, because: [...steps, ...(taken ? [taken] : [])] as unknown as ForkedThreads['because'] };
}
function locksTaken(link: Linking, spawn: Spawn): ReadonlyMap<object, Subject> {
  const found = new Map<object, Subject>();
  for (const { fn } of functionsBelow(link, spawn)) {
    for (const event of eventsOf(link, fn)) {
      if (event.kind !== 'with') continue;
      for (const item of event.items) {
        const [it] = evaluate(link, item, event.in);
        if (it?.is === 'thing' && it.made && isA(link, it.type, 'threading.Lock') && it.made.in.fn.fact.kind === 'module')
          found.set(it.made, event);
      }
    }
  }
  return found;
}
