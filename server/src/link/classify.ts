// Calls that start runners: threads, pools, processes, tasks, with their targets, numbers and pools.
import type { Arg, Basis, Chunk, Count, Fn, Pool, QName, Runner, RunnerKind, SpawnApi, Step, Subject, Value } from '../model.js';
import { eventsOf, isLazy } from './calls.js';
import { type Cell, type Hooks, read } from './cells.js';
import { argument } from './flows.js';
import type { Module } from './index.js';
import { threadTask } from './joblib.js';
import { apiOf, attempt, canonical, cellFor, dependOnModule, everyModule, isA, type Linking, moduleAt, once, onceIn } from './linking.js';
import { type Meaning, weaker } from './meanings.js';
import { dunder, outsideBase } from './members.js';
import { question } from './question.js';
import { emptyEnv, sizeOf } from './sizes.js';
import { afresh } from './sizing.js';
import { callsThatTell } from './telling-calls.js';
import { amount, loopsAround, tripsOf } from './trips.js';
import { evaluate } from './types.js';

export type Spawn = Subject<'spawn'>;

/** Threads taken for a loop of unknown length that starts them: what a small machine has cores for. */
const assumedRunners = 4;

/** Every call of the workspace that starts a runner, in the order of files and positions. */
export function spawnsOf(link: Linking): readonly Spawn[] {
  return everyModule(link).flatMap((module) => module.chunks.flatMap((chunk) => spawnsIn(link, chunk)));
}
const chunkSpawns = question<Chunk, readonly Spawn[]>({ kind: 'spawns', fallback: [], same: (a, b) => a.length === 0 && b.length === 0 });
export const spawnsIn = (link: Linking, chunk: Chunk): readonly Spawn[] => read(link.cells, spawnCell(link, chunk));
/** The starts in one chunk; `hooks` say how the cell is kept. */
export function spawnCell(link: Linking, chunk: Chunk, hooks?: Hooks<readonly Spawn[]>): Cell<readonly Spawn[]> {
  return cellFor(link, chunkSpawns, chunk, chunk, () => findSpawns(link, chunk), hooks);
}
function findSpawns(link: Linking, chunk: Chunk): readonly Spawn[] {
  const telling = callsThatTell(link, chunk);
  const found = chunk.events.flatMap((event): readonly Spawn[] => {
    if (event.kind !== 'call' || event.implied) return [];
    if (event.callee.is === 'call') {
      const task = attempt(link, event, undefined, () => afresh(link, () => joblibTask(link, event)));
      if (task) return [task];
    }
    return !telling.has(event) || isLazy(link, event.in) ? [] : attempt(link, event, [], () => afresh(link, () => spawnsAt(link, event)));
  });
  const taken = new Map<string, number>();
  return found.map((it): Spawn => {
    const { kind } = it.runner;
    const held = it.in.fn.fact.kind === 'module' && !it.pool ? handleOf(it.call) : undefined; // one chunk does not count those of another
    const id = [kind, it.in.fn.id, it.says, ...(held ? [`as ${held}`] : [])].join(' ');
    const before = taken.get(id) ?? 0;
    taken.set(id, before + 1);
    const own = before === 0 ? id : `${id} #${before + 1}`;
    const space = kind === 'process' || kind === 'interpreter' ? own : 'main';
    return { ...it, runner: { ...it.runner, id: own, space } };
  });
}

/** `Parallel` goes through the generator that its tasks stand in. */
function joblibTask(link: Linking, call: Subject<'call'>): Spawn | undefined {
  const task = threadTask(link, call);
  if (!task) return undefined;
  const meanings = evaluate(link, task.callable.value, call.in);
  const by = meanings.reduce<Basis>((found, one) => weaker(found, one.by), 'source');
  return build(link, call, {
    ...task,
    api: 'joblib.Parallel.__call__',
    on: 'thread',
    targets: meanings.flatMap((one) => functionsOf(link, one)),
    says: calledAs(task.callable.value, call),
    count: startedAt(link, call),
    by,
  });
}

/** One start, or one for each argument where all of them run at once. */
function spawnsAt(link: Linking, call: Subject<'call'>): readonly Spawn[] {
  const [first, ...rest] = call.args.filter((it) => it.name === null);
  if (!first) return toList(spawnAt(link, call));
  const all = evaluate(link, call.callee, call.in);
  const each = all.every((it) => it.is === 'outside' && apiOf(link, it.name)?.spawns?.target[0] === '*');
  if (!each || all.length === 0) return toList(spawnAt(link, call));
  const [one, ...others] = [first, ...rest].map((it) => spawnAt(link, call, it));
  return [...toList(one), ...others.flatMap((it) => (it && it.targets.length > 0 ? [it] : []))];
}
const toList = (it: Spawn | undefined): readonly Spawn[] => (it ? [it] : []);

/** `only` is the one argument to look at, of a call that runs each of its arguments. */
function spawnAt(link: Linking, call: Subject<'call'>, only?: Arg): Spawn | undefined {
  const callees = evaluate(link, call.callee, call.in);
  const kinds = new Set(callees.map((it) => (it.is === 'outside' ? (apiOf(link, it.name)?.spawns?.on ?? '') : it.is)));
  if (kinds.size > 1) return undefined; // a thread pool here, a process pool there: which one is not known
  for (const it of callees) {
    if (it.is === 'outside') {
      const spawns = apiOf(link, it.name)?.spawns;
      if (spawns) return describe(link, call, it, canonical(link, it.name), spawns, only);
    }
    if (it.is === 'class') {
      const spawn = subclass(link, call, it);
      if (spawn) return spawn;
    }
  }
  return undefined;
}

/** An object of a workspace class that derives from `Thread` or `Process` runs its `run`. */
function subclass(link: Linking, call: Subject<'call'>, callee: Extract<Meaning, { is: 'class' }>): Spawn | undefined {
  const base = outsideBase(link, callee.cls);
  const on = base && (isA(link, base, 'threading.Thread') ? 'thread' : isA(link, base, 'multiprocessing.Process') ? 'process' : undefined);
  const run = on && dunder(link, { is: 'object', cls: callee.cls, made: call, by: callee.by }, 'run');
  if (!base || !on || !run) return undefined;
  const count = startedAt(link, call);
  return build(link, call, {
    api: base,
    on,
    targets: [run.fn],
    says: callee.cls.name.split('.').at(-1) ?? '',
    callable: null,
    pool: null,
    count,
    by: callee.by,
  });
}

interface Parts {
  readonly api: QName;
  readonly on: RunnerKind;
  readonly targets: readonly Fn[];
  readonly says: string;
  readonly callable: ReturnType<typeof argument> | null;
  readonly pool: Pool | null;
  readonly count: Count;
  readonly by: Basis;
}
function describe(
  link: Linking,
  call: Subject<'call'>,
  callee: Extract<Meaning, { is: 'outside' }>,
  api: QName,
  spawns: SpawnApi,
  only?: Arg,
): Spawn | undefined {
  const callable = only ?? argument(call, spawns.target);
  if (!callable && spawns.target.length > 0) return undefined;
  if (spawns.starts && neverStarted(link, call, spawns.starts)) return undefined;
  const pool = poolOf(link, call, callee.self, spawns);
  const on: RunnerKind = pool?.kind ?? spawns.on;
  const meanings = callable ? evaluate(link, callable.value, call.in) : [];
  const by = meanings.reduce<Basis>((found, one) => weaker(found, one.by), 'source');
  const spread = only?.value.is === 'star' ? countOf(link, only.value.of, call, 1) : undefined;
  const count = spread ?? (spawns.args === 'items' ? itemsOf(link, call, spawns) : startedAt(link, call));
  return build(link, call, {
    api,
    on,
    targets: meanings.flatMap((one) => functionsOf(link, one)),
    says: callable ? calledAs(callable.value, call) : '',
    callable: callable ?? null,
    pool,
    count,
    by,
  });
}

function build(link: Linking, call: Subject<'call'>, it: Parts): Spawn {
  const sequential = it.pool === null && joinedInLoop(link, call);
  const workers = it.pool?.workers;
  const many = !sequential && workers !== 1 && (it.count.from === 'guess' || it.count.n >= 2);
  const note = startNote(it, many);
  const step: Step = { chunk: call.in.chunk, span: call.span, name: it.api, note, by: it.by };
  const runner: Runner = { id: '', kind: it.on, many, space: 'main', because: [step] };
  return {
    kind: 'spawn',
    in: call.in,
    span: call.span,
    stmt: call.stmt,
    call,
    api: it.api,
    targets: it.targets,
    says: it.says,
    callable: it.callable ?? null,
    pool: it.pool,
    count: it.count,
    start: apiOf(link, it.api)?.spawns?.starts || (it.pool === null && it.callable === null) ? startOf(link, call) : call,
    runner,
  };
}
/** `t.start()` for the object that this call makes, in the same function. */
function startOf(link: Linking, made: Subject<'call'>): Subject<'call'> | null {
  for (const it of eventsOf(link, made.in.fn)) {
    if (it.kind !== 'call' || it.callee.is !== 'attr' || it.callee.name !== 'start') continue;
    const { of } = it.callee;
    if (evaluate(link, of, it.in).some((one) => (one.is === 'thing' || one.is === 'object') && one.made === made)) return it;
  }
  return null;
}
function startNote(it: Parts, many: boolean): string {
  const what = it.says ? `\`${it.says}\`` : 'this';
  if (it.pool) {
    const workers = it.pool.workers === null ? '' : `${it.pool.workers} `;
    return `${what} is given to the ${workers}threads of ${it.pool.made ? `\`${it.pool.name}\`` : it.pool.name}${many ? `, ${it.count.says} times` : ''}`.replace(
      'threads',
      it.pool.kind === 'thread' ? 'threads' : 'processes',
    );
  }
  return many ? `${it.count.says} ${it.on === 'process' ? 'processes' : `${it.on}s`} run ${what}` : `a ${it.on} runs ${what}`;
}

/** Workspace functions a callable may be; partials and bound methods are what they run. */
export function functionsOf(link: Linking, it: Meaning): readonly Fn[] {
  if (it.is === 'fn' || it.is === 'bound') return [it.fn];
  if (it.is === 'partial') return functionsOf(link, it.of);
  const run = it.is === 'object' ? dunder(link, it, '__call__') : undefined;
  return run ? [run.fn] : it.is === 'pending' ? functionsOf(link, it.of) : [];
}
/** A coroutine is said by what it was called as. */
function calledAs(value: Value, at: Subject<'call'>): string {
  const inner = value.is === 'call' ? at.in.chunk.events[value.event] : undefined;
  return inner?.kind === 'call' && (inner.callee.is === 'name' || inner.callee.is === 'attr')
    ? `${written(inner.callee)}()`
    : written(value);
}
/** A callable as people would say it. */
function written(value: Value): string {
  if (value.is === 'name') return value.name;
  if (value.is === 'attr') return `${written(value.of)}.${value.name}`;
  return value.is === 'function' ? 'lambda' : value.is === 'call' ? 'the callable' : 'it';
}

/** How often one run of its function reaches an event: the turns of the loops around it. */
export function startedAt(link: Linking, event: Subject): Count {
  return once(link, startCount, event, event.in.chunk, () => afresh(link, () => countStarts(link, event)));
}
const startCount = question<Subject, Count>({
  kind: 'count',
  fallback: { n: 1, from: 'literal', says: '1' },
  same: (a, b) => a.n === b.n && a.from === b.from && a.says === b.says,
});
function countStarts(link: Linking, call: Subject): Count {
  let n = 1;
  let from: Count['from'] = 'literal';
  const env = emptyEnv(call.in.fn);
  for (const loop of loopsAround(call.in)) {
    const trips = tripsOf(link, loop, env);
    if (trips.from === 'forever' || trips.from === 'guess') from = 'guess';
    else if (from !== 'guess') from = trips.from;
    n *= trips.n;
  }
  return from === 'guess' ? { n: assumedRunners, from, says: 'several' } : { n, from, says: amount(n) };
}
function itemsOf(link: Linking, call: Subject<'call'>, spawns: SpawnApi): Count {
  const target = argument(call, spawns.target);
  const plain = call.args.filter((it) => it.name === null);
  const items = target ? plain[plain.indexOf(target) + 1] : undefined;
  return countOf(link, items?.value, call, 4);
}
function countOf(link: Linking, items: Value | undefined, call: Subject<'call'>, times: number): Count {
  const found = items ? sizeOf(link, items, call.in, emptyEnv(call.in.fn)) : undefined;
  if (found?.length == null || found.from === 'guess') return { n: assumedRunners * times, from: 'guess', says: 'many' };
  return { n: found.length, from: found.from, says: amount(found.length) };
}

/** `t = Thread(…); t.start(); t.join()` in one turn of a loop: never two at once. */
function joinedInLoop(link: Linking, call: Subject<'call'>): boolean {
  const [loop] = loopsAround(call.in);
  const body = loop && call.in.chunk.regions[loop.body];
  return body !== undefined && joins(link, call).some((it) => it.in === body);
}
/** Joins of what the call makes, by the name it is bound to. */
export function joins(link: Linking, call: Subject<'call'>): readonly Subject<'call'>[] {
  const name = handleOf(call);
  if (name === undefined) return [];
  return eventsOf(link, call.in.fn).filter(
    (it): it is Subject<'call'> =>
      it.kind === 'call' && it.callee.is === 'attr' && it.callee.name === 'join' && written(it.callee.of) === name,
  );
}
/** The name that the result of a call is bound to. */
export function handleOf(call: Subject<'call'>): string | undefined {
  const { events } = call.in.chunk;
  const bind = events.find((it): it is Subject<'bind'> => it.kind === 'bind' && it.value.is === 'call' && events[it.value.event] === call);
  return bind && (bind.target.is === 'name' || bind.target.is === 'attr') ? written(bind.target) : undefined;
}

/** Bound to a local name that nothing starts, stores or passes on; or nothing in the module starts anything. */
function neverStarted(link: Linking, call: Subject<'call'>, starts: string): boolean {
  const events = eventsOf(link, call.in.fn);
  if (!isMentioned(link, moduleAt(link, call.in), starts)) return true;
  const handle = events.find(
    (it): it is Subject<'bind'> => it.kind === 'bind' && it.value.is === 'call' && it.in.chunk.events[it.value.event] === call,
  );
  if (call.result === 'dropped') return true;
  if (handle?.target.is !== 'name') return false;
  const { name } = handle.target;
  const mentions = (value: Value): boolean =>
    value.is === 'name' ? value.name === name : value.is === 'items' && value.items.some(mentions);
  return !events.some((it) => {
    if (it.kind === 'call')
      return (it.callee.is === 'attr' && mentions(it.callee.of) && it.callee.name === starts) || it.args.some((arg) => mentions(arg.value));
    return (it.kind === 'bind' || it.kind === 'leave') && mentions(it.value);
  });
}

const mention = question<Module, boolean>({ kind: 'mention', fallback: true, same: Object.is });
/** Does anything in a module read or call an attribute of this name? */
function isMentioned(link: Linking, module: Module, name: string): boolean {
  return onceIn(link, mention, module, name, () => {
    dependOnModule(link, module);
    return module.chunks.some((it) => mentioned(it).has(name));
  });
}
const attributeNames = new WeakMap<Chunk, ReadonlySet<string>>();
/** Attributes that a chunk reads or calls. */
export function mentioned(chunk: Chunk): ReadonlySet<string> {
  const known = attributeNames.get(chunk);
  if (known) return known;
  const found = new Set<string>();
  for (const it of chunk.events) {
    const value = it.kind === 'call' ? it.callee : it.kind === 'read' ? it.value : undefined;
    if (value?.is === 'attr') found.add(value.name);
  }
  attributeNames.set(chunk, found);
  return found;
}

/** The pool a call belongs to: its receiver, an executor argument, or the loop's default one. */
function poolOf(link: Linking, call: Subject<'call'>, self: Meaning | null, spawns: SpawnApi): Pool | null {
  if (spawns.pool === undefined) return null;
  if (spawns.pool === 'default') return defaultPool;
  if (spawns.pool === 'self') return self ? poolFrom(link, self, call.callee.is === 'attr' ? written(call.callee.of) : 'the pool') : null;
  const given = argument(call, [spawns.pool]);
  if (!given || (given.value.is === 'literal' && given.value.type === 'none')) return defaultPool;
  const [it] = evaluate(link, given.value, call.in);
  return it ? poolFrom(link, it, written(given.value)) : null;
}
/** Eight cores make twelve threads, as `min(32, cores + 4)` says; the number is not shown. */
const defaultPool: Pool = { api: 'asyncio.to_thread', kind: 'thread', workers: null, made: null, name: 'the default executor' };

function poolFrom(link: Linking, it: Meaning, name: string): Pool | null {
  if (it.is !== 'thing') return null;
  const type = canonical(link, it.type);
  const api = apiOf(link, type)?.pool;
  if (!api) return null;
  const { made } = it;
  if (!made) return { api: type, kind: api.kind, workers: null, made, name };
  return once(link, madePool, made, made.in.chunk, () => {
    const given = argument(made, api.workers);
    const workers = given ? afresh(link, () => sizeOf(link, given.value, made.in, emptyEnv(made.in.fn))) : undefined;
    return {
      api: type,
      kind: api.kind,
      workers: workers && workers.from !== 'guess' ? workers.value : null,
      made,
      name: handleOf(made) ?? 'the pool',
    };
  });
}
const madePool = question<Subject<'call'>, Pool | null>({
  kind: 'pool',
  fallback: null,
  same: (a, b) => a !== null && b !== null && a.api === b.api && a.workers === b.workers && a.name === b.name,
});
