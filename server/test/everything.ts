// Everything an engine says of its files, as text: what two engines over the same files have to say alike.
import type { Engine } from '../src/engine/engine.js';
import { callersOf, isOpen } from '../src/link/callers.js';
import { circlesIn } from '../src/link/circles.js';
import { gapsInChunk } from '../src/link/gaps.js';
import { momentsIn } from '../src/link/moments.js';
import { racesIn } from '../src/link/races.js';
import { runnersOf } from '../src/link/runners.js';
import type { Chunk, Fn, Kind, Program, Region, Subject, Value } from '../src/model.js';

type Ask = (it: Subject<Kind>, program: Program) => unknown;
const call = (it: Subject<Kind>): Subject<'call'> | undefined => (it.kind === 'call' ? it : undefined);
const spawn = (it: Subject<Kind>): Subject<'spawn'> | undefined => (it.kind === 'spawn' ? it : undefined);
/** The values that a subject speaks of. */
function values(it: Subject<Kind>): readonly Value[] {
  if (it.kind === 'call') return [it.callee, ...it.args.map((arg) => arg.value)];
  return it.kind === 'bind' || it.kind === 'read' || it.kind === 'leave' ? [it.value] : [];
}
const each = (it: Subject<Kind>, ask: (value: Value) => unknown): unknown => values(it).map(ask);

/** How a question is asked about a subject; a new question of `Program` gets its line here. */
const questions: { readonly [K in keyof Program]: Ask } = {
  target: (_, program) => program.target,
  meaning: (it, program) => each(it, (value) => program.meaning(value, it.in)),
  type: (it, program) => each(it, (value) => program.type(value, it.in)),
  api: () => undefined,
  callees: (it, program) => call(it) && program.callees(it as Subject<'call'>),
  work: (it, program) => (it.kind === 'call' || it.kind === 'spawn' || it.kind === 'loop' ? program.work(it) : undefined),
  stall: (it, program) => call(it) && program.stall(it as Subject<'call'>),
  slowHolder: (it, program) => (it.kind === 'acquire' ? program.slowHolder(it) : undefined),
  freeze: (it, program) => call(it) && program.freeze(it as Subject<'call'>),
  runners: (it, program) => program.runners(it.in),
  rivals: (it, program) => spawn(it) && program.rivals(it as Subject<'spawn'>),
  obstacles: (it, program) => spawn(it) && program.obstacles(it as Subject<'spawn'>),
  tasks: (it, program) => (it.kind === 'spawn' && it.pool ? program.tasks(it.pool) : undefined),
  economics: (it, program) => spawn(it) && program.economics(it as Subject<'spawn'>),
  locks: (it, program) => program.locks(it.in),
  held: (it, program) => program.held(it),
  lock: (it, program) => each(it, (value) => program.lock(value, it.in)),
  acquirers: (it, program) => (it.kind === 'acquire' ? program.acquirers(it.lock) : undefined),
  guarded: (it, program) => (it.kind === 'acquire' ? program.guarded(it) : undefined),
  required: (it, program) => program.required(it.in.fn),
  needs: (it, program) => (it.kind === 'acquire' ? program.needs(it.in.fn, it.lock) : undefined),
  waitBelow: (it, program) => call(it) && program.waitBelow(it as Subject<'call'>),
  place: (it, program) => each(it, (value) => program.place(value, it.in)),
  touches: (it, program) => each(it, (value) => [program.touches(value, it.in), program.touches(value, it.in, 'contents')]),
  conflicts: () => undefined,
  hazard: (it, program) => program.hazard(it.in, it.stmt),
  hides: (it, program) => each(it, (value) => value.is === 'name' && program.hides(value.name, it.in)),
  fillsMissing: (it, program) => (it.kind === 'bind' ? program.fillsMissing(it) : undefined),
  library: (it, program) => program.library(it.in),
  imports: (_, program) => program.imports('requests'),
  startup: (it, program) => program.startup(it.in),
  loopBound: (it, program) => call(it) && program.loopBound(it as Subject<'call'>),
  burden: (it, program) => (it.kind === 'call' || it.kind === 'loop' ? program.burden(it) : undefined),
  waits: (it, program) => program.waits(it.in.fn),
  awaitsOutside: (it, program) => program.awaitsOutside(it.in.fn),
  callers: (it, program) => program.callers(it.in.fn),
  open: (it, program) => program.open(it.in.fn),
  sendable: (it, program) => call(it) && program.sendable(it as Subject<'call'>),
  implicitLoop: (it, program) => call(it) && program.implicitLoop(it as Subject<'call'>),
  affinity: (it, program) => call(it) && program.affinity(it as Subject<'call'>),
  trespass: (it, program) => (it.kind === 'call' || it.kind === 'bind' ? program.trespass(it) : undefined),
  processUpdate: (it, program) => (it.kind === 'bind' ? program.processUpdate(it) : undefined),
  proxyCopy: (it, program) => (it.kind === 'call' || it.kind === 'bind' ? program.proxyCopy(it) : undefined),
  wrongDomain: (it, program) => spawn(it) && program.wrongDomain(it as Subject<'spawn'>),
  unsafeUse: (it, program) => call(it) && program.unsafeUse(it as Subject<'call'>),
  loopRuns: (_, program) => program.loopRuns(),
  interleaved: (it, program) => call(it) && program.interleaved(it),
  loop: (it, program) => program.loop(it.in),
  body: (it, program) =>
    it.kind === 'loop' || it.kind === 'with' || it.kind === 'catch' || it.kind === 'class' || it.kind === 'branch'
      ? program.body(it)
      : undefined,
  defined: (it, program) => (it.kind === 'def' ? program.defined(it) : undefined),
  called: (it, program) => call(it) && program.called(it as Subject<'call'>),
  ends: (it, program) => call(it) && program.ends(it as Subject<'call'>),
  awaitedEnds: (it, program) => call(it) && program.awaitedEnds(it as Subject<'call'>),
  makes: (it, program) => call(it) && program.makes(it as Subject<'call'>),
  coroutineFunction: (it, program) => each(it, (value) => program.coroutineFunction(value, it.in)),
  object: (it, program) => each(it, (value) => program.object(value, it.in)),
  uses: (it, program) => each(it, (value) => value.is === 'name' && program.uses(value.name, it.in)),
  siblings: (it, program) => program.siblings(it.in.fn).map((one) => one.id),
  functions: (it, program) => each(it, (value) => program.functions(value, it.in)),
  scope: (it, program) => program.scope(it.in),
  within: (it, program) => program.within(it.in),
  tried: (it, program) => (it.kind === 'catch' ? program.tried(it) : undefined),
  asyncCallers: (it, program) => (it.kind === 'def' ? program.asyncCallers(program.defined(it)) : undefined),
  raises: (it, program) => (it.kind === 'def' ? program.raises(program.defined(it)) : undefined),
  raisesAt: (it, program) => program.raisesAt(it, it.in),
  methodsOn: (it, program) => call(it) && program.methodsOn(it as Subject<'call'>, ['get', 'join']),
  lostChanges: (it, program) => spawn(it) && program.lostChanges(it as Subject<'spawn'>),
  unready: (it, program) => (it.kind === 'spawn' || it.kind === 'call' ? program.unready(it) : undefined),
  localAcrossAwait: (it, program) => (it.kind === 'bind' ? program.localAcrossAwait(it) : undefined),
  sharedIterator: (it, program) => (it.kind === 'loop' || it.kind === 'call' ? program.sharedIterator(it) : undefined),
  lateBound: (it, program) => spawn(it) && program.lateBound(it as Subject<'spawn'>),
  captures: (it, program) => (it.kind === 'def' ? program.captures(program.defined(it)) : undefined),
  unpicklable: (it, program) => spawn(it) && program.unpicklable(it as Subject<'spawn'>),
  pickleFault: (it, program) => each(it, (value) => program.pickleFault(value, it.in)),
  startMethods: (it, program) => (it.kind === 'spawn' || it.kind === 'call' ? program.startMethods(it) : undefined),
  atImport: (it, program) => spawn(it) && program.atImport(it as Subject<'spawn'>),
  foreign: (it, program) => spawn(it) && program.foreign(it as Subject<'spawn'>),
  reached: (it, program) => spawn(it) && program.reached(it as Subject<'spawn'>),
  lostExceptions: (it, program) => spawn(it) && program.lostExceptions(it as Subject<'spawn'>),
  forkedThreads: (it, program) => (it.kind === 'spawn' ? program.forkedThreads(it) : undefined),
  parentState: (it, program) => spawn(it) && program.parentState(it as Subject<'spawn'>),
  inheritedHandle: (it, program) => spawn(it) && program.inheritedHandle(it as Subject<'spawn'>),
  duplicatedDraws: (it, program) => spawn(it) && program.duplicatedDraws(it as Subject<'spawn'>),
  hotProxy: (it, program) => (it.kind === 'loop' ? program.hotProxy(it) : undefined),
  innerWorkers: (it, program) => spawn(it) && program.innerWorkers(it as Subject<'spawn'>),
  unbounded: (it, program) => (it.kind === 'loop' ? program.unbounded(it) : undefined),
  trips: (it, program) => (it.kind === 'loop' ? program.trips(it) : undefined),
  turns: (it, program) => (it.kind === 'loop' ? program.turns(it) : undefined),
  shape: (it, program) => (it.kind === 'loop' ? program.shape(it) : undefined),
  imported: (it, program) => each(it, (value) => value.is === 'name' && program.imported(value.name, it.in)),
  demonstration: (it, program) => program.demonstration(it.in),
  at: (it, program) => program.at(it.in.fn, ''),
  here: (it, program) => program.here(it),
};

export function everything(engine: Engine): string {
  const { spawns, program, link } = engine.inspect();
  const modules = [...link.modules.values()].sort((a, b) => (a.file < b.file ? -1 : 1));
  const subjects: readonly Subject<Kind>[] = [
    ...modules.flatMap((it) => it.chunks.flatMap((chunk) => [...chunk.events, ...momentsIn(link, chunk)])),
    ...spawns,
  ];
  const functions = modules.flatMap((it) => it.functions);
  const all = [
    functions.map((fn) => [fn.id, isOpen(link, fn), runnersOf(link, fn), callersOf(link, fn).map((it) => [it.fn.id, it.event.span])]),
    engine.alarms(),
    engine.failures(),
    engine.callGraph(),
    [...engine.effects()],
    spawns,
    modules.map((it) => it.chunks.map((one) => [momentsIn(link, one), racesIn(link, one), gapsInChunk(link, one), circlesIn(link, one)])),
    ...Object.entries(questions).map(([name, ask]) => [name, subjects.map((it) => ask(it, program) ?? null)]),
  ];
  return all.map((it) => JSON.stringify(it, plain)).join('\n');
}

/** Objects that lead to the rest of the program, by where they stand. */
function plain(key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (key !== '' && 'regions' in value && 'events' in value) return chunk(value as Chunk);
  if ('ops' in value && 'guard' in value) return region(value as Region);
  if ('fact' in value && 'chunk' in value) return (value as Fn).id;
  if (isSubject(value) && !made.has(value.kind)) return `${value.kind} ${region(value.in)} ${value.span.start}`;
  if (value instanceof Map || value instanceof Set) return [...value];
  return value;
}
const made: ReadonlySet<string> = new Set(['spawn', 'race', 'gap', 'circle', 'acquire', 'release', 'wait']);
const isSubject = (it: object): it is Subject<Kind> => 'kind' in it && 'in' in it && 'stmt' in it;
const chunk = (it: Chunk): string => `${it.file} ${it.order}`;
const region = (it: Region): string => `${chunk(it.chunk)} ${it.chunk.regions.indexOf(it)}`;
