// Cost → verdict: which pot dominates a task, whether its size is shown, and the numbers in words.
import type { Step, Subject, Value, Work } from '../model.js';
import { madeOf, outerOf } from './call-sizes.js';
import type { Spawn } from './classify.js';
import { type Cost, callCost, functionCost, nothing, regionCost, spend } from './costs.js';
import { argument, tupleArguments } from './flows.js';
import { apiOf, type Linking } from './linking.js';
import type { Meaning } from './meanings.js';
import { dunder } from './members.js';
import { duration, meanPower } from './outside-costs.js';
import { type Env, emptyEnv, type Size, sizeOf } from './sizes.js';
import { evaluate } from './types.js';

/**
 * Nanoseconds. Below `perRun` a task is too small to matter and below `total` all of them together; so many small ones that they make
 * `batch` matter again.
 */
const gates = { perRun: 10e6, total: 100e6, small: 20e3, batch: 250e6, share: 0.7, native: 0.5 } as const;
const gilPage = 'https://docs.python.org/3/glossary.html#term-global-interpreter-lock';

/** One task of a spawn, with the arguments it is given. */
export function spawnWork(link: Linking, spawn: Spawn): Work {
  const cost = isSearch(spawn) ? spend('unclear', spawnCost(link, spawn).held) : spawnCost(link, spawn);
  const runs = spawn.count.n;
  return judge(
    cost,
    spawn,
    runs,
    runs >= 2 ? `, ${spawn.count.says === 'several' || spawn.count.says === 'many' ? spawn.count.says : spawn.count.says} tasks` : '',
  );
}
/** A task that is one loop which ends at the first hit and calls nothing: where it ends is not to be seen. */
function isSearch(spawn: Spawn): boolean {
  const [fn] = spawn.targets;
  const events = fn?.chunk.events.filter((it) => it.in.fn === fn) ?? [];
  const loops = events.filter((it): it is Subject<'loop'> => it.kind === 'loop');
  return loops.length === 1 && loops[0]?.exits === true && events.filter((it) => it.kind === 'call').length <= 1;
}
export function spawnCost(link: Linking, spawn: Spawn): Cost {
  if (spawn.targets.length === 0) return nativeCallable(link, spawn);
  const costs = spawn.targets.map((fn) =>
    fn.fact.generator || (fn.fact.async && spawn.runner.kind !== 'task') ? nothing : functionCost(link, spawnEnv(link, spawn, fn)),
  );
  return costs.reduce((least, it) => (it.held < least.held ? it : least));
}
/** `pool.map(math.factorial, numbers)`: the callable itself is an outside function. */
function nativeCallable(link: Linking, spawn: Spawn): Cost {
  const [it] = spawn.callable ? evaluate(link, spawn.callable.value, spawn.in) : [];
  if (it?.is !== 'outside' || !spawn.callable) return nothing;
  const api = apiOf(link, it.name);
  const price = api?.costs;
  if (!api || !price) return nothing;
  const [first] = givenSizes(link, spawn);
  const amount = price.of === 'value' ? first?.value : first?.length;
  if (price.of !== null && amount == null) return nothing;
  const ns = price.fixed + price.each * meanPower(amount ?? 0, price.power, first?.spread);
  const pot =
    api.gil === 'holds' || api.gil === 'interprets' ? 'held' : api.gil === 'waits' ? 'wait' : api.gil === 'releases' ? 'free' : 'unclear';
  const step: Step = {
    chunk: spawn.in.chunk,
    span: spawn.callable.span,
    name: it.name,
    note: `\`${it.name}\` keeps the GIL for about ${duration(ns)}`,
    by: 'knowledge',
    evidence: api.evidence,
  };
  return { ...nothing, [pot]: ns, share: pot === 'held' ? ns : 0, trail: pot === 'held' ? [step] : [], depth: 2, arithmetic: 3 };
}

/** What the target of a spawn knows of its arguments. */
export function spawnEnv(link: Linking, spawn: Spawn, fn: Spawn['targets'][number]): Env {
  const here = emptyEnv(spawn.in.fn);
  if (!spawn.callable) return subclassEnv(link, spawn, fn, here);
  const bound = fn.owner !== null && spawn.callable.value.is === 'attr' ? 1 : 0;
  const params = new Map<number, Size>();
  givenSizes(link, spawn).forEach((it, at) => {
    if (it) params.set(at + bound, it);
  });
  for (const [name, it] of keywordSizes(link, spawn)) {
    const index = fn.fact.params.findIndex((param) => param.name === name);
    if (index >= 0) params.set(index, it);
  }
  const [callee] = evaluate(link, spawn.callable.value, spawn.in);
  return { fn, params, outer: outerOf(fn, here), made: callee ? madeOf(link, callee, here) : null };
}
/** `kwargs={"n": 3}` of a thread, or keywords of `submit`. */
function keywordSizes(link: Linking, spawn: Spawn): readonly (readonly [string, Size])[] {
  const here = emptyEnv(spawn.in.fn);
  const dict = argument(spawn.call, ['kwargs'])?.value;
  const given: (readonly [string, Value])[] =
    dict?.is === 'dict'
      ? dict.values.flatMap((value, at) => (dict.keys[at]?.is === 'literal' ? [[String(dict.keys[at].value), value] as const] : []))
      : spawn.call.args.flatMap((arg) => (arg.name && arg !== spawn.callable ? [[arg.name, arg.value] as const] : []));
  return given.flatMap(([name, value]) => {
    const found = sizeOf(link, value, spawn.in, here);
    return found ? [[name, found] as const] : [];
  });
}
function subclassEnv(link: Linking, spawn: Spawn, fn: Env['fn'], here: Env): Env {
  const [cls] = evaluate(link, spawn.call.callee, spawn.in);
  if (cls?.is !== 'class') return emptyEnv(fn);
  const self: Meaning = { is: 'object', cls: cls.cls, made: spawn.call, by: 'source' };
  const run = dunder(link, self, 'run');
  return { fn, params: new Map(), outer: null, made: run ? madeOf(link, { ...run, self }, here) : null };
}
function givenSizes(link: Linking, spawn: Spawn): readonly (Size | undefined)[] {
  const { call } = spawn;
  const here = emptyEnv(call.in.fn);
  const spawns = apiOf(link, spawn.api)?.spawns;
  const plain = call.args.filter((it) => it.name === null);
  if (spawns?.args === 'tuple') return tupleArguments(argument(call, spawns.from ?? [])).map((it) => sizeOf(link, it.value, call.in, here));
  const after = spawn.callable ? plain.slice(plain.indexOf(spawn.callable) + 1) : [];
  if (spawns?.args === 'rest') return after.map((it) => sizeOf(link, it.value, call.in, here));
  if (spawns?.args === 'items') {
    const starred = spawn.api.endsWith('starmap');
    const elements = after.map((it) => sizeOf(link, it.value, call.in, here)?.element ?? undefined);
    return starred ? (elements[0]?.parts ?? []).map((it) => it ?? undefined) : elements;
  }
  return [];
}

/** One run of a function of whose arguments nothing is known. */
export function functionWork(link: Linking, fn: Env['fn']): Work {
  const at = fn.chunk.events.find((it) => it.in.fn === fn) ?? fn.chunk.events[0];
  const cost = functionCost(link, emptyEnv(fn));
  return at
    ? judge(cost, at, 1, '')
    : {
        ...cost,
        bound: 'little',
        sized: true,
        says: '',
        because: [{ chunk: fn.chunk, span: fn.fact.span, name: fn.id, note: '', by: 'source' }],
      };
}
export function callWork(link: Linking, call: Subject<'call'>): Work {
  return judge(callCost(link, call, emptyEnv(call.in.fn)), call, 1, '');
}
export function loopWork(link: Linking, loop: Subject<'loop'>): Work {
  const body = loop.in.chunk.regions[loop.body];
  return judge(body ? regionCost(link, body, emptyEnv(loop.in.fn)) : nothing, loop, 1, '');
}

/** The verdict on one run; `runs` of them make the total. */
function judge(cost: Cost, at: Subject, runs: number, tasks: string): Work {
  const { held, free, wait } = cost;
  const sized = cost.guessed < held / 2;
  const says = `~${duration(held)} under the GIL per task${tasks}`;
  const sum: Step = {
    chunk: at.in.chunk,
    span: at.span,
    name: '',
    note: `${says}; ${rest(cost)}`,
    by: sized ? 'source' : 'estimate',
    evidence: gilPage,
  };
  const [first, ...others] = [...cost.trail, sum];
  return {
    held,
    free,
    wait,
    unclear: cost.unclear,
    bound: bound(cost, sized, runs),
    sized,
    says,
    because: first ? [first, ...others] : [sum],
  };
}
function rest({ free, wait }: Cost): string {
  if (free < 1e6 && wait < 1e6) return 'nothing in it waits or releases the GIL';
  return `${wait >= 1e6 ? `waits ${duration(wait)}` : 'waits for nothing'}, ${free >= 1e6 ? `${duration(free)} with the GIL released` : 'releases the GIL nowhere'}`;
}
function bound(cost: Cost, sized: boolean, runs: number): Work['bound'] {
  const { held, free, wait, unclear } = cost;
  if (wait > 0 && wait >= held + free) return 'waiting';
  if (free > 0 && free >= gates.native * (held + free)) return 'native';
  const many = held >= gates.small && held * runs >= gates.batch;
  if ((held < gates.perRun && !many) || held * runs < gates.total) return 'little';
  if (unclear > 0.3 * held || held < gates.share * (held + free + wait + unclear)) return 'unclear';
  if (sized) return 'interpreter';
  return isArithmetic(cost) ? 'interpreter' : 'unclear';
}
/** With sizes assumed, only nested loops with arithmetic right in the innermost, near the task and waiting for nothing, say enough. */
function isArithmetic({ trail, depth, arithmetic, wait }: Cost): boolean {
  const hops = trail.filter((it) => it.note.startsWith('calls ')).length;
  return depth >= 2 && arithmetic >= 3 && wait === 0 && hops <= 2 && trail.at(-1)?.note.startsWith('a loop') === true;
}
