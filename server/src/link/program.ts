// The façade rules see: questions with answers, or with none.

import type { Fn, Pool, Program, Step, Subject, Witness } from '../model.js';
import { acquirersOf, needsLock } from './acquirers.js';
import { affinityOf } from './affinity.js';
import { awaitsOutside } from './awaits-outside.js';
import { burdenAt } from './burden.js';
import { calledBy } from './called.js';
import { callersOf, isOpen } from './callers.js';
import { edgesOf } from './calls.js';
import { functionsOf, type Spawn } from './classify.js';
import { slowHolder } from './contended.js';
import { requiredBy } from './declared.js';
import { isDemonstration } from './demonstration.js';
import { duplicatedDraws } from './duplicated-draws.js';
import { economicsOf } from './economics.js';
import { lostExceptions } from './exceptions.js';
import { isImported } from './exports.js';
import { foreignOf } from './foreign.js';
import { forkedThreads } from './fork-threads.js';
import { guardedBy } from './guarded.js';
import { hazardIn } from './hazards.js';
import { heldAt } from './held.js';
import { hotProxy } from './hot-proxy.js';
import { implicitLoopAt } from './implicit-loop.js';
import { inheritedHandle } from './inherited-handle.js';
import { sharedIterator } from './iterators.js';
import { lateBound } from './late.js';
import { apiOf, canonical, type Linking, moduleAt, functionsOf as moduleFunctions, once } from './linking.js';
import { lockOf } from './locks.js';
import { loopShapeOf } from './loop-shape.js';
import { lostChanges } from './lost.js';
import { startedOnImport } from './main-guard.js';
import { coroutineFunction, knownObject, madeBy, methodsOn } from './makes.js';
import { fillsMissing } from './missing-key.js';
import { bindingsOf } from './names.js';
import { newLinking } from './new-linking.js';
import { obstaclesOf, obstaclesTo } from './obstacles.js';
import { areApart } from './order.js';
import { innerWorkers } from './own-workers.js';
import { parentState } from './parent-state.js';
import { pickleFault, unpicklableOf } from './pickling.js';
import { placeNamed } from './places.js';
import { processUpdateAt } from './process-update.js';
import { proxyCopyAt } from './proxies.js';
import { question } from './question.js';
import { conflictsOf, touchesOf } from './races.js';
import { raisesAt, raisesIn } from './raises.js';
import { reachedBy } from './reached.js';
import { runnersOf } from './runners.js';
import { emptyEnv } from './sizes.js';
import { freezeAt, stallAt } from './stall-at.js';
import { sinksOf, worstBelow } from './stalls.js';
import { startMethodsOf } from './start-method.js';
import { allSpawns, spawnsOfFunction, spawnsOfKind, spawnsOfPool } from './starts.js';
import { importsAnywhere, interleaved, isStartup, libraryOf, locksAround, loopBound } from './surroundings.js';
import { localAcrossAwait } from './thread-locals.js';
import { trespassAt } from './trespass.js';
import { loopsAround, tripsOf } from './trips.js';
import { turnsOf } from './turns.js';
import { evaluate, typeName } from './types.js';
import { unboundedBy } from './unbounded.js';
import { unreadyAt } from './unready.js';
import { unsafeUseAt } from './unsafe-object.js';
import { awaitedEnds, capturesOf, endsOf, usesOf } from './usage.js';
import { asyncCallers, eventsWithin, scopeOf, triedBy } from './within.js';
import { callWork, loopWork, spawnWork } from './work.js';
import { wrongDomainOf } from './wrong-domain.js';

/** A link with the questions to it. It stays one while files come, change and go. */
export interface Linked {
  readonly program: Program;
  readonly link: Linking;
  /** Everything that starts a runner, in the order of files and positions. */
  readonly spawns: readonly Spawn[];
}
export function newLinked(...of: Parameters<typeof newLinking>): Linked {
  const link = newLinking(...of);
  return {
    program: facade(link),
    link,
    get spawns() {
      return allSpawns(link);
    },
  };
}

const spawnsWork = question<Spawn, ReturnType<Program['work']> | undefined>({ kind: 'work', fallback: undefined, same: Object.is });

const running = /^asyncio\.(?:run|AbstractEventLoop\.run_until_complete|Runner\.run)$/;

function facade(link: Linking): Program {
  const workOf = (it: Spawn) => once(link, spawnsWork, it, it.in.chunk, () => spawnWork(link, it)) ?? spawnWork(link, it);
  const tasks = (pool: Pool): readonly Spawn[] => spawnsOfPool(link, pool);
  /** What is given to one pool, or the threads that one function starts. */
  const together = (of: Spawn): readonly Spawn[] => {
    if (of.pool) return of.pool.made ? tasks(of.pool) : [of];
    if (of.runner.many) return [of];
    return spawnsOfFunction(link, of.in.fn).filter((it) => it.runner.kind === of.runner.kind && !it.pool);
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
    stall: (call) => stallAt(link, call),
    slowHolder: (of) => slowHolder(link, of),
    freeze: (call) => freezeAt(link, call),
    runners: (at) => runnersOf(link, at.fn),
    rivals: (of) => rivalsOf(link, of, (it) => workOf(it).bound === 'interpreter'),
    obstacles: (of) => obstaclesOf(link, together(of)),
    unpicklable: (of) => unpicklableOf(link, of),
    pickleFault: (value, at) => pickleFault(link, value, at),
    startMethods: (of) => startMethodsOf(link, of),
    atImport: (of) => startedOnImport(link, of),
    reached: (of) => reachedBy(link, of),
    foreign: (of) => foreignOf(link, of),
    lostExceptions: (of) => lostExceptions(link, of),
    forkedThreads: (of) => forkedThreads(link, of),
    parentState: (of) => parentState(link, of),
    inheritedHandle: (of) => inheritedHandle(link, of),
    duplicatedDraws: (of) => duplicatedDraws(link, of),
    hotProxy: (of) => hotProxy(link, of),
    innerWorkers: (of) => innerWorkers(link, of),
    lostChanges: (of) => lostChanges(link, of),
    unbounded: (of) => unboundedBy(link, of),
    trips: (of) => tripsOf(link, of, emptyEnv(of.in.fn)),
    shape: (of) => loopShapeOf(link, of),
    turns: (of) => turnsOf(link, of),
    imported: (name, at) => isImported(link, name, at),
    tasks,
    economics: (of) => economicsOf(link, of, together(of)),
    locks: (at) => locksAround(link, at),
    held: (at) => heldAt(link, at),
    lock: (value, at) => lockOf(link, value, at),
    acquirers: (lock) => acquirersOf(link, lock),
    guarded: (of) => guardedBy(link, of),
    required: (fn) => requiredBy(link, fn),
    needs: (fn, lock) => needsLock(link, fn, lock),
    waitBelow: (call) => {
      const sink = worstBelow(link, call);
      const [first, ...rest] = sink?.steps ?? [];
      return sink && first
        ? { topic: sink.topic, sink: sink.name, at: sink.call, bounded: sink.bounded, because: [first, ...rest] }
        : undefined;
    },
    place: (value, at, part) => placeNamed(link, value, at, part),
    touches: (value, at, part) => touchesOf(link, value, at, part),
    conflicts: (race) => conflictsOf(link, race),
    hazard: (at, span, allowed) => hazardIn(link, at, span, allowed),
    fillsMissing,
    hides: (name, at) => (bindingsOf(link, name, at)?.scope.kind ?? 'module') !== 'module',
    library: (at) => libraryOf(link, at),
    imports: (library) => importsAnywhere(link, library),
    startup: (at) => isStartup(link, at),
    loopBound: (call) => loopBound(link, call),
    burden: (of) => burdenAt(link, of),
    waits: (fn) => sinksOf(link, fn).map(({ call, topic }) => ({ at: call, topic })),
    awaitsOutside: (fn) => awaitsOutside(link, fn),
    callers: (fn) => callersOf(link, fn).map((it) => it.event),
    open: (fn) => isOpen(link, fn),
    sendable: (call) => obstaclesTo(link, call),
    implicitLoop: (call) => implicitLoopAt(link, call),
    affinity: (call) => affinityOf(link, call),
    trespass: (of) => trespassAt(link, of),
    processUpdate: (bind) => processUpdateAt(link, bind),
    proxyCopy: (of) => proxyCopyAt(link, of),
    wrongDomain: (of) => wrongDomainOf(link, of),
    unsafeUse: (call) => unsafeUseAt(link, call),
    loopRuns: () => spawnsOfKind(link, 'task').filter((it) => running.test(it.api) && !isDemonstration(link, it.in)),
    interleaved: (call) => interleaved(link, call),
    loop: (at) => loopsAround(at)[0],
    body: (of) => of.in.chunk.regions[of.body] ?? of.in,
    defined: (of) => of.in.chunk.functions[of.fn] ?? of.in.fn,
    called: (of) => calledBy(link, of),
    ends: (of) => endsOf(link, of),
    awaitedEnds: (of) => awaitedEnds(link, of),
    makes: (call, wanted) => madeBy(link, call, wanted),
    coroutineFunction: (value, at) => coroutineFunction(link, value, at),
    object: (value, at) => knownObject(link, value, at),
    uses: (name, at) => usesOf(link, name, at.fn),
    siblings: (of) =>
      of.owner === null
        ? [of]
        : moduleFunctions(link, moduleAt(link, of.chunk.regions[of.fact.body] as (typeof of.chunk.regions)[number])).filter(
            (it) => it.owner === of.owner,
          ),
    functions: (value, at) => evaluate(link, value, at).flatMap((it) => functionsOf(link, it)),
    scope: scopeOf,
    within: (at) => eventsWithin(link, at),
    tried: (of) => triedBy(of),
    asyncCallers: (of) => asyncCallers(link, of),
    raises: (of) => raisesIn(link, of),
    raisesAt: (event, around) => raisesAt(link, event, around),
    methodsOn: (made, names) => methodsOn(link, made, names),
    unready: (of) => unreadyAt(link, of),
    localAcrossAwait: (of) => localAcrossAwait(link, of),
    sharedIterator: (at) => sharedIterator(link, at),
    lateBound: (of) => lateBound(link, of),
    captures: (of) => capturesOf(link, of),
    demonstration: (at) => isDemonstration(link, at),
    at: (fn, note) => [{ chunk: fn.chunk, span: fn.fact.span, name: fn.id, note, by: 'source' }],
    here,
  };
}

/** Other threads that the same function starts and that compute too. */
/** Threads of the same function that compute as well, other than those that have ended before it starts, or start after its end. */
function rivalsOf(link: Linking, of: Spawn, computes: (it: Spawn) => boolean): readonly Witness[] {
  const same = (it: Spawn): boolean => it !== of && it.runner.kind === 'thread' && it.pool === of.pool;
  const all = spawnsOfFunction(link, of.in.fn);
  return all.filter((it) => same(it) && computes(it) && !areApart(link, of, it)).map((it) => it.runner.because);
}
function here(at: Subject, note = ''): Witness {
  const step: Step = { chunk: at.in.chunk, span: at.span, name: at.in.fn.id, note, by: 'source' };
  return [step];
}
