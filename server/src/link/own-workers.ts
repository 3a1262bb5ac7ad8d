// What the tasks of a pool start themselves: native threads of a library, jobs for all cores, a pool of their own.
import type { InnerWorkers, Reached, Subject, Value } from '../model.js';
import { eventsOf } from './calls.js';
import type { Spawn } from './classify.js';
import type { Module } from './index.js';
import { apiOf, dependOnModule, everyModule, type Linking, once } from './linking.js';
import { question } from './question.js';
import { reachedBy } from './reached.js';
import { spawnsOfFunction } from './starts.js';
import { evaluate } from './types.js';
import { spawnWork } from './work.js';

const inner = question<Spawn, InnerWorkers | undefined>({
  kind: 'inner workers',
  fallback: undefined as InnerWorkers | undefined,
  same: (a, b) => a?.what === b?.what && a?.call === b?.call,
});
/** The nearest thing below the tasks of a pool that uses all cores by itself. */
export function innerWorkers(link: Linking, spawn: Spawn): InnerWorkers | undefined {
  return once(link, inner, spawn, spawn.in.chunk, () => {
    const all = reachedBy(link, spawn);
    for (const it of all) {
      const what = usesAllCores(it.call) ? 'jobs' : isInnerPool(link, spawn, it) ? 'pool' : undefined;
      if (what) return { what, ...it };
    }
    return native(link, spawn, all);
  });
}
/** `n_jobs=-1` */
const usesAllCores = ({ args }: Subject<'call'>): boolean => args.some((it) => it.name === 'n_jobs' && isMinusOne(it.value));
const isMinusOne = (value: Value): boolean =>
  (value.is === 'literal' && value.value === -1) ||
  (value.is === 'op' && value.op === '-' && value.args.length === 1 && value.args[0]?.is === 'literal' && value.args[0].value === 1);

/** With as many workers as there are cores; of threads only one whose tasks compute outside of the GIL. */
function isInnerPool(link: Linking, spawn: Spawn, { call, name }: Reached): boolean {
  const kind = apiOf(link, name)?.pool?.kind;
  if (kind === undefined || kind === 'interpreter' || !/^(?:multiprocessing|concurrent)\./.test(name)) return false;
  const tasks = spawnsOfFunction(link, call.in.fn).filter((it) => it.pool?.made === call);
  if (tasks.length === 0 || tasks.some((it) => it.pool?.workers !== null) || hasWorkers(link, call, name)) return false;
  return kind === 'process' || (spawn.pool?.kind === 'process' && tasks.some((it) => spawnWork(link, it).bound === 'native'));
}
/** A number that is worked out may be any. */
function hasWorkers(link: Linking, call: Subject<'call'>, name: string): boolean {
  const where = apiOf(link, name)?.pool?.workers ?? [];
  const plain = call.args.filter((it) => it.name === null);
  return where.some((at) => {
    const value = (typeof at === 'number' ? plain[at] : call.args.find((it) => it.name === at))?.value;
    return value !== undefined && !(value.is === 'literal' && value.value === null);
  });
}

/** A task has to compute this long outside of the GIL before its threads are worth a word, in nanoseconds. */
const long = 5e6;
/** Threads of BLAS, OpenCV or Torch: each process has its own, as many as there are cores; threads of one process share them. */
function native(link: Linking, spawn: Spawn, all: readonly Reached[]): InnerWorkers | undefined {
  if (spawn.pool?.kind !== 'process') return undefined;
  const found = all.find((it) => apiOf(link, it.name)?.ownThreads === true);
  if (!found || everyModule(link).some((it) => limitsThreads(link, it))) return undefined;
  const work = spawnWork(link, spawn);
  if (work.bound !== 'native' || work.free < long || work.unclear > work.free / 4) return undefined;
  const because = [...found.because, ...work.because.slice(-1)] as unknown as Reached['because'];
  return { what: 'native', ...found, because };
}

const inModule = question<Module, boolean>({ kind: 'limits threads', fallback: true, same: Object.is });
/** Does the program say how many native threads there are to be? */
function limitsThreads(link: Linking, module: Module): boolean {
  return once(link, inModule, module, null, () => {
    dependOnModule(link, module);
    return module.functions.some((fn) => eventsOf(link, fn).some((it) => limits(link, it))) || module.events.some((it) => limits(link, it));
  });
}
const limiters =
  /^(?:threadpool_limits|ThreadpoolController|set_num_threads|setNumThreads|set_num_interop_threads|parallel_backend|parallel_config)$/;
const variables = /_(?:NUM|MAX)_THREADS$|^VECLIB_MAXIMUM_THREADS$/;
function limits(link: Linking, event: Subject): boolean {
  if (event.kind === 'operate') return event.op === '[]=' && isVariable(event.right);
  if (event.kind !== 'call') return false;
  if (event.args.some((it) => isVariable(it.value) || (it.name !== null && variables.test(it.name)))) return true;
  const { callee } = event;
  if (callee.is !== 'name' && callee.is !== 'attr') return false;
  if (limiters.test(callee.name)) return true;
  const [it] = event.args.length > 0 && callee.name === 'update' ? evaluate(link, (event.args[0] as { value: Value }).value, event.in) : [];
  return it?.is === 'container' && it.value.is === 'dict' && it.value.keys.some(isVariable);
}
const isVariable = (value: Value | null): boolean =>
  value?.is === 'literal' && typeof value.value === 'string' && variables.test(value.value);
