// The façade rules see: questions with answers, or with none.

import type { Knowledge } from '../knowledge/load.js';
import type { Fn, Pool, Program, QName, Region, Step, Subject, Target, Witness } from '../model.js';
import { edgesOf, callGraph as graphOf } from './calls.js';
import { type Spawn, spawnsOf } from './classify.js';
import { economicsOf } from './economics.js';
import { allEffects } from './effects.js';
import { settleFlows } from './flows.js';
import type { Module } from './index.js';
import { apiOf, canonical, type Linking, moduleAt, newLinking } from './linking.js';
import { bindingsOf } from './names.js';
import { obstaclesOf } from './obstacles.js';
import { runnersOf } from './runners.js';
import { stallsOf } from './stalls.js';
import { importsAnywhere, interleaved, isStartup, libraryOf, locksAround, loopBound } from './surroundings.js';
import { evaluate, typeName } from './types.js';
import { callWork, loopWork, spawnWork } from './work.js';

export interface Linked {
  readonly program: Program;
  readonly spawns: readonly Spawn[];
  /** Modules looked for and not found. */
  readonly wants: ReadonlySet<QName>;
  readonly link: Linking;
}

/** Links modules from scratch; the answer depends on its arguments alone. */
export function linkProgram(modules: ReadonlyMap<QName, Module>, knowledge: Knowledge, target: Target): Linked {
  const link = newLinking(modules, knowledge, target);
  settleFlows(link);
  const spawns = spawnsOf(link);
  return { program: facade(link, spawns), spawns, wants: link.wants, link };
}
/** What each function does when it runs, for `print effects`. */
export const effects = (linked: Linked): ReturnType<typeof allEffects> => allEffects(linked.link);

/** Each function with the names it may call, for `print calls`. */
export const callGraph = (linked: Linked): Record<string, string[]> => graphOf(linked.link);

function facade(link: Linking, spawns: readonly Spawn[]): Program {
  const memo = new Map<Spawn, ReturnType<Program['work']>>();
  const runners = lazily(() => runnersOf(link, spawns));
  const stalls = lazily(() => stallsOf(link, callbacksOf(spawns), (at) => isDemonstration(link, at.in)));
  const workOf = (it: Spawn) => {
    const known = memo.get(it) ?? spawnWork(link, it);
    memo.set(it, known);
    return known;
  };
  const tasks = (pool: Pool): readonly Spawn[] => spawns.filter((it) => it.pool === pool);
  /** What is given to one pool, or the threads that one function starts. */
  const together = (of: Spawn): readonly Spawn[] => {
    if (of.pool) return of.pool.made ? tasks(of.pool) : [of];
    return of.runner.many ? [of] : spawns.filter((it) => it.in.fn === of.in.fn && it.runner.kind === of.runner.kind && !it.pool);
  };
  return {
    target: link.target,
    meaning: (value, at) => {
      const [it, more] = evaluate(link, value, at);
      return more || it?.is !== 'outside' ? undefined : canonical(link, it.name);
    },
    type: (value, at) => {
      const [it, more] = evaluate(link, value, at);
      return more ? undefined : it?.is === 'object' ? it.cls.name : typeName(it);
    },
    api: (name) => apiOf(link, name),
    callees: (call) => edgesOf(link, call).flatMap((it): Fn[] => (typeof it.to === 'string' ? [] : [it.to])),
    work: (of) => (of.kind === 'spawn' ? workOf(of) : of.kind === 'loop' ? loopWork(link, of) : callWork(link, of)),
    stall: (call) => stalls().at(call),
    runners: (at) => runners().get(at.fn) ?? [],
    rivals: (of) => rivalsOf(of, spawns, (it) => workOf(it).bound === 'interpreter'),
    obstacles: (of) => obstaclesOf(link, together(of)),
    tasks,
    economics: (of) => economicsOf(link, of, together(of)),
    locks: (at) => locksAround(link, at),
    held: () => [],
    place: () => undefined,
    touches: () => [],
    hides: (name, at) => (bindingsOf(link, name, at)?.scope.kind ?? 'module') !== 'module',
    library: (at) => libraryOf(link, at),
    imports: (library) => importsAnywhere(link, library),
    startup: (at) => isStartup(link, at),
    loopBound: (call) => loopBound(link, call),
    interleaved: (call) => interleaved(link, call),
    demonstration: (at) => isDemonstration(link, at),
    here,
  };
}
/** Functions the loop calls itself: `call_soon`, `add_done_callback` and their kin. */
const callbacksOf = (spawns: readonly Spawn[]): ReadonlySet<Fn> =>
  new Set(spawns.filter((it) => it.runner.kind === 'callback' && asynchronous.test(it.api)).flatMap((it) => it.targets));
/** Loops with coroutines; those of a GUI are another matter. */
const asynchronous = /^(?:asyncio|tornado|uvloop|anyio|trio)\./;

function lazily<T>(make: () => T): () => T {
  let made: { readonly it: T } | undefined;
  return () => {
    made ??= { it: make() };
    return made.it;
  };
}

/** Other threads of the same function that compute too. */
function rivalsOf(of: Spawn, all: readonly Spawn[], computes: (it: Spawn) => boolean): readonly Witness[] {
  const same = (it: Spawn): boolean => it !== of && it.in.fn === of.in.fn && it.runner.kind === 'thread' && it.pool === of.pool;
  return all.filter((it) => same(it) && computes(it)).map((it) => it.runner.because);
}

/** In a test, a benchmark or an example the slow way may be the purpose. */
function isDemonstration(link: Linking, at: Region): boolean {
  return moduleAt(link, at)
    .place.replace(/\.\w+$/, '')
    .split('/')
    .some((part) => /^(?:tests?|testing|test_.*|.*_tests?|conftest|bench|benchmarks?|bench_.*|perf|examples?|samples?|demos?)$/.test(part));
}
function here(at: Subject, note = ''): Witness {
  const step: Step = { chunk: at.in.chunk, span: at.span, name: at.in.fn.id, note, by: 'source' };
  return [step];
}
