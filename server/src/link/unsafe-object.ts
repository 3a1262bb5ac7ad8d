// An object that its documentation forbids threads to share, and that several of them use.
import type { QName, Runner, Safety, Step, Subject, UnsafeUse, Witness } from '../model.js';
import { calledBy } from './called.js';
import { edgesOf } from './calls.js';
import type { Spawn } from './classify.js';
import { heldAt } from './held.js';
import { isDefinedIn } from './inside.js';
import { apiOf, canonical, dependOnModule, eventsOf, type Linking, moduleAt } from './linking.js';
import { dottedPath } from './makes.js';
import type { Meaning } from './meanings.js';
import { phaseOf } from './order.js';
import { locate, receiverClass } from './places.js';
import { runnersOf } from './runners.js';
import { spawnsOf } from './starts.js';
import { loopsAround } from './trips.js';
import { evaluate } from './types.js';

/** Made for other threads, whatever the object is. */
const crossing = /threadsafe$|^sqlite3\.Connection\.interrupt$/;

type Thing = Extract<Meaning, { is: 'thing' }>;
interface Use {
  readonly call: Subject<'call'>;
  readonly made: Subject<'call'>;
}

export function unsafeUseAt(link: Linking, call: Subject<'call'>): UnsafeUse | undefined {
  if (call.callee.is !== 'attr' || call.in.fn.fact.async || call.in.fn.fact.broken) return undefined;
  const it = receiverOf(link, call);
  if (!it?.made) return undefined;
  const type = canonical(link, it.type);
  const safety = safetyOf(link, type, it.made);
  if (!safety) return undefined;
  const all = runnersOf(link, call.in.fn);
  if (!all.some((one) => one.kind === 'thread')) return undefined;
  if (crossing.test(edgeName(link, call)) || heldAt(link, call).length > 0 || !isFirst(link, call, it.made)) return undefined;
  const use: Use = { call, made: it.made };
  for (const runner of all) {
    if (runner.kind !== 'thread' || !isShared(link, use, runner)) continue;
    const other = safety === 'incompatible' ? null : runner.many ? null : otherUse(link, use, runner);
    if (other === undefined) continue;
    return { name: dottedPath(call.callee.of) ?? type, type, safety, made: it.made, because: stepsOf(link, use, type, runner, other) };
  }
  return undefined;
}
function receiverOf(link: Linking, call: Subject<'call'>): Thing | undefined {
  const [edge, more] = edgesOf(link, call);
  return !more && edge && typeof edge.to === 'string' && edge.self?.is === 'thing' ? edge.self : undefined;
}
const edgeName = (link: Linking, call: Subject<'call'>): QName =>
  edgesOf(link, call).flatMap(({ to }) => (typeof to === 'string' ? [canonical(link, to)] : []))[0] ?? '';

/** Of how it is made, else of its class; undefined where threads may share it, and for what belongs to a loop or to the windows. */
function safetyOf(link: Linking, type: QName, made: Subject<'call'>): Safety | undefined {
  if (/^(?:asyncio|tkinter|builtins)\./.test(type)) return undefined;
  let found = calledBy(link, made)?.api.safety;
  let at: QName | undefined = type;
  for (let hops = 0; at && hops < 8; hops++) {
    const api = apiOf(link, at);
    if (api?.belongs) return undefined;
    found ??= api?.safety;
    at = api?.base;
  }
  return found === 'incompatible' || found === 'compatible' || found === 'distinct' ? found : undefined;
}
/** One object is told once in each function. */
function isFirst(link: Linking, call: Subject<'call'>, made: Subject<'call'>): boolean {
  const first = eventsOf(link, call.in.fn).find((it) => it.kind === 'call' && receiverOf(link, it)?.made === made);
  return first === call;
}

/** Did somebody else make it, and do all threads of the runner have the same one? */
function isShared(link: Linking, { call, made }: Use, runner: Runner): boolean {
  const maker = made.in.fn;
  if (runnersOf(link, maker).some((it) => it.id === runner.id || it.kind === 'thread')) return false;
  const of = call.callee.is === 'attr' ? call.callee.of : undefined;
  const reach = of && locate(link, of, call.in);
  const spawns = spawnsOf(link, runner);
  if (reach?.spot.home === 'global' || reach?.spot.home === 'class')
    return made.in.kind === 'module' || made.in.fn.fact.kind === 'module' || spawns.length > 0;
  if (spawns.length === 0) return false;
  if (reach?.spot.home === 'instance') return spawns.every((it) => isOnSelf(link, it, call, runner));
  return spawns.every((it) => {
    if (maker.fact.kind !== 'module' && it.in.fn !== maker && !isDefinedIn(it.in.fn, maker)) return false;
    const loops = new Set(loopsAround(made.in));
    return (!runner.many || it.runner.many || maker.fact.kind === 'module') && !loopsAround(it.in).some((loop) => loops.has(loop));
  });
}
/** Started by a method of the same object, with a method of it. */
function isOnSelf(link: Linking, spawn: Spawn, call: Subject<'call'>, runner: Runner): boolean {
  const target = spawn.callable?.value;
  if (target?.is !== 'attr' || target.of.is !== 'name' || call.callee.is !== 'attr') return false;
  let root = call.callee.of;
  while (root.is === 'attr') root = root.of;
  const started = receiverClass(link, target.of.name, spawn.in);
  const used = root.is === 'name' ? receiverClass(link, root.name, call.in) : undefined;
  return started?.kind === 'self' && used?.cls === started.cls && (!runner.many || spawn.runner.many);
}

/** A use of the object by others, while the thread lives. */
function otherUse(link: Linking, { call, made }: Use, runner: Runner): Subject<'call'> | undefined {
  const spawns = spawnsOf(link, runner);
  for (const module of new Set([moduleAt(link, made.in), moduleAt(link, call.in)])) {
    dependOnModule(link, module);
    for (const it of module.chunks.flatMap((chunk) => chunk.events)) {
      if (it.kind !== 'call' || it.callee.is !== 'attr' || it.in.fn === call.in.fn || heldAt(link, it).length > 0) continue;
      if (!evaluate(link, it.callee.of, it.in).some((one) => one.is === 'thing' && one.made === made)) continue;
      if (crossing.test(edgeName(link, it))) continue;
      const others = runnersOf(link, it.in.fn);
      const beside = others.length === 0 || others.some((one) => one.kind === 'main'); // nobody is seen to call it: others do
      if (beside && spawns.some((spawn) => phaseOf(link, spawn, it) === 'during')) return it;
      const together = (one: Runner): boolean => spawnsOf(link, one).some((a) => spawns.some((b) => a.in.fn === b.in.fn));
      if (others.some((one) => one.kind === 'thread' && one.id !== runner.id && together(one))) return it;
    }
  }
  return undefined;
}

function stepsOf(link: Linking, { call, made }: Use, type: QName, runner: Runner, other: Subject<'call'> | null): Witness {
  const evidence = calledBy(link, made)?.api.safety ? calledBy(link, made)?.api.evidence : evidenceOf(link, type);
  const step = (at: Subject, note: string): Step => ({ chunk: at.in.chunk, span: at.span, name: at.in.fn.id, note, by: 'source' });
  const found: readonly Step[] = [
    { ...step(made, `a \`${type}\` is made here, which threads are not to share`), by: 'knowledge', ...(evidence ? { evidence } : {}) },
    ...runner.because,
    step(call, `\`${call.in.fn.name}\` uses it there, no lock held`),
    ...(other ? [step(other, `\`${other.in.fn.name}\` uses it meanwhile`)] : []),
  ];
  return found as unknown as Witness;
}
/** Of the class that says it. */
function evidenceOf(link: Linking, type: QName): string | undefined {
  let at: QName | undefined = type;
  for (let hops = 0; at && hops < 8; hops++) {
    const api = apiOf(link, at);
    if (api?.safety) return api.evidence;
    at = api?.base;
  }
  return undefined;
}
