// `Parallel(n_jobs=4)(delayed(f)(x) for x in xs)`: what joblib runs, and whether on threads or in processes.
import type { Arg, HandlerApi, Pool, Region, Subject, Value } from '../model.js';
import { handleOf } from './classify.js';
import { handedOver } from './handlers.js';
import { canonical, eventsOf, type Linking, once } from './linking.js';
import { question } from './question.js';
import type { Rooted } from './roots.js';
import { emptyEnv, sizeOf } from './sizes.js';
import { evaluate } from './types.js';

type Call = Subject<'call'>;

/** A task that threads of joblib certainly run, with the callable and the pool. */
export interface ThreadTask {
  readonly callable: Arg;
  readonly pool: Pool;
}
/** For the call `delayed(f)(x)`; undefined where processes, the caller or nobody known runs it. */
export function threadTask(link: Linking, task: Call): ThreadTask | undefined {
  const inner = task.callee.is === 'call' ? task.in.chunk.events[task.callee.event] : undefined;
  const [callable] = inner?.kind === 'call' ? inner.args : [];
  if (inner?.kind !== 'call' || !callable || !isDelayed(link, inner)) return undefined;
  const made = poolAround(link, task);
  const pool = made && once(link, threadPool, made, made.in.chunk, () => threadsOf(link, made));
  return pool ? { callable, pool } : undefined;
}
const threadPool = question<Call, Pool | null>({
  kind: 'joblib pool',
  fallback: null,
  same: (a, b) => a?.workers === b?.workers && a?.name === b?.name,
});
/** With one job, or a number that nothing shows, the caller may do the work alone. */
function threadsOf(link: Linking, made: Call): Pool | null {
  const jobs = option(made, 'n_jobs', 0);
  if (!jobs || option(made, 'return_as') || ranOn(link, made) !== 'thread') return null;
  const size = sizeOf(link, jobs, made.in, emptyEnv(made.in.fn));
  const workers = isAllCores(link, jobs, made.in) ? null : size && size.from !== 'guess' ? (size.value ?? 1) : 1;
  if (workers !== null && workers < 2) return null;
  return { api: 'joblib.Parallel', kind: 'thread', workers, made, name: handleOf(made) ?? 'Parallel' };
}
/** `-1`, or the number of cores in words. */
function isAllCores(link: Linking, jobs: Value, at: Region): boolean {
  if (jobs.is === 'literal') return typeof jobs.value === 'number' && jobs.value < 0;
  if (jobs.is === 'op') return jobs.op === '-' && jobs.args.length === 1 && jobs.args[0]?.is === 'literal';
  const call = jobs.is === 'call' ? at.chunk.events[jobs.event] : undefined;
  return call?.kind === 'call' && evaluate(link, call.callee, call.in).some((it) => it.is === 'outside' && /\.cpu_count$/.test(it.name));
}

/** What else joblib runs, in processes or on a number of threads that is not known. */
export function joblibCalls(link: Linking, call: Call): readonly Rooted[] {
  const [target] = call.args;
  if (!target || !isDelayed(link, call)) return [];
  const made = poolAround(link, call);
  const jobs = made && option(made, 'n_jobs', 0);
  if (!made || !jobs || (jobs.is === 'literal' && (jobs.value === 1 || jobs.type === 'none'))) return [];
  const on = ranOn(link, made);
  if (!on || isStarted(link, call)) return [];
  const api: HandlerApi = { on, sync: on, many: true };
  return evaluate(link, target.value, call.in).flatMap((it) =>
    it.is === 'fn' || it.is === 'bound'
      ? [
          handedOver(
            link,
            it.fn,
            api,
            call,
            `\`joblib.Parallel\` runs \`${it.fn.name}\` in several ${on === 'thread' ? 'threads' : 'processes'}`,
          ),
        ]
      : [],
  );
}
const isDelayed = (link: Linking, call: Call): boolean =>
  evaluate(link, call.callee, call.in).some((it) => it.is === 'outside' && canonical(link, it.name) === 'joblib.delayed');
/** Is the task of this `delayed(f)` told as a start of threads? */
function isStarted(link: Linking, delayed: Call): boolean {
  const { events } = delayed.in.chunk;
  return events.some(
    (it) => it.kind === 'call' && it.callee.is === 'call' && events[it.callee.event] === delayed && threadTask(link, it) !== undefined,
  );
}

/** Processes unless threads are asked for; undefined where that is chosen elsewhere. A backend that is named beats what is preferred. */
function ranOn(link: Linking, made: Call): 'thread' | 'process' | undefined {
  const [backend, prefer, require] = [option(made, 'backend', 1), option(made, 'prefer'), option(made, 'require')];
  const named = [backend, prefer, require];
  if (named.some((it) => it !== undefined && it.is !== 'literal')) return undefined;
  const says = (it: Value | undefined, what: string): boolean => it?.is === 'literal' && it.value === what;
  if (backend?.is === 'literal' && backend.type !== 'none') return says(backend, 'threading') ? 'thread' : 'process';
  if (says(require, 'sharedmem')) return 'thread';
  if (isConfigured(link, made.in)) return undefined;
  return says(prefer, 'threads') ? 'thread' : 'process';
}
/** `with parallel_config(backend=…):` in the same function. */
function isConfigured(link: Linking, at: Region): boolean {
  for (let region: Region | null = at; region && region.kind !== 'function'; region = region.parent) {
    const body: Region = region;
    const { events } = body.chunk;
    const block = events.find((it): it is Subject<'with'> => it.kind === 'with' && body.chunk.regions[it.body] === body);
    for (const item of block?.items ?? []) {
      const call = item.is === 'call' ? events[item.event] : undefined;
      if (call?.kind === 'call' && evaluate(link, call.callee, call.in).some((it) => it.is === 'outside' && configures.test(it.name)))
        return true;
    }
  }
  return false;
}
const configures = /^joblib\.(?:parallel\.)?parallel_(?:config|backend)$/;

/** The call that makes the `Parallel` whose call stands in the same statement. */
function poolAround(link: Linking, call: Call): Call | undefined {
  for (const it of eventsOf(link, call.in.fn)) {
    if (it.kind !== 'call' || it.in.chunk !== call.in.chunk || it.span.start > call.span.start || it.span.end < call.span.end) continue;
    for (const made of evaluate(link, it.callee, it.in))
      if (made.is === 'thing' && canonical(link, made.type) === 'joblib.Parallel' && made.made) return made.made;
  }
  return undefined;
}
function option(made: Call, name: string, position?: number): Value | undefined {
  const plain = made.args.filter((it) => it.name === null);
  return (made.args.find((it) => it.name === name) ?? (position === undefined ? undefined : plain[position]))?.value;
}
