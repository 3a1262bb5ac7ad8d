// Random numbers that forked workers draw from a state all of them have inherited: each gets the same ones.
import type { DuplicatedDraws, Fn, Step, Subject } from '../model.js';
import { beforeStart, isIn, type Stretch } from './before-start.js';
import { eventsOf } from './calls.js';
import type { Spawn } from './classify.js';
import { apiOf, canonical, dependOnBody, type Linking, once } from './linking.js';
import { initializers } from './parent-state.js';
import { bindsOf, locate, placeOf, type Spot } from './places.js';
import { question } from './question.js';
import { functionsBelow, reachedBy } from './reached.js';
import { runnersOf } from './runners.js';
import { spawnsOfFunction } from './starts.js';
import { evaluate } from './types.js';

const duplicated = question<Spawn, DuplicatedDraws | undefined>({
  kind: 'duplicated draws',
  fallback: undefined as DuplicatedDraws | undefined,
  same: (a, b) => a?.seed === b?.seed && a?.draws.length === b?.draws.length && (a?.draws.every((it, at) => it === b?.draws[at]) ?? true),
});
/** What the tasks of a start draw, where several of its processes begin with one state. */
export function duplicatedDraws(link: Linking, spawn: Spawn): DuplicatedDraws | undefined {
  return once(link, duplicated, spawn, spawn.in.chunk, () => {
    return hasSeveral(link, spawn) ? (fromModule(link, spawn) ?? fromObject(link, spawn)) : undefined;
  });
}
/** Does more than one process come of it, or of its like beside it? */
function hasSeveral(link: Linking, spawn: Spawn): boolean {
  if (spawn.runner.many || spawn.pool) return spawn.runner.many;
  const [target] = spawn.targets;
  const alike = spawnsOfFunction(link, spawn.in.fn).filter((it) => it.runner.kind === 'process' && !it.pool && it.targets[0] === target);
  return alike.length > 1 || runnersOf(link, spawn.in.fn).some((it) => it.many);
}
const step = (at: Subject, name: string, note: string): Step => ({ chunk: at.in.chunk, span: at.span, name, note, by: 'source' });

// ── `numpy.random.rand()` ────────────────────────────────────────────────────────────────────────

const legacy = 'numpy.random';
const reseeds = /^numpy\.random\.(?:seed|set_state)$/;
/** NumPy makes its state on first use: only where that was in the parent do the workers share it. */
function fromModule(link: Linking, spawn: Spawn): DuplicatedDraws | undefined {
  const drawn = reachedBy(link, spawn).filter((it) => apiOf(link, it.name)?.touches === legacy);
  const [first] = drawn;
  if (!first || drawn.some((it) => reseeds.test(it.name))) return undefined;
  if (initializers(link, spawn).some((fn) => eventsOf(link, fn).some((it) => reseeds.test(outsideName(link, it))))) return undefined;
  const before = beforeStart(link, spawn);
  const touched = before.flatMap((it) => callsIn(link, it)).filter((it) => outsideName(link, it).startsWith(`${legacy}.`));
  const [touch] = touched;
  if (!touch) return undefined;
  const seed = touched.find((it) => outsideName(link, it) === `${legacy}.seed`);
  const because = [step(seed ?? touch, legacy, `the parent ${seed ? 'seeds' : 'uses'} the state`), ...first.because] as const;
  return { from: 'module', draws: drawn.map((it) => it.call), seed, because };
}
const callsIn = (link: Linking, stretch: Stretch): readonly Subject<'call'>[] =>
  eventsOf(link, stretch.fn).filter((it): it is Subject<'call'> => it.kind === 'call' && isIn(stretch, it));
function outsideName(link: Linking, event: Subject): string {
  if (event.kind !== 'call') return '';
  const [it, more] = evaluate(link, event.callee, event.in);
  return more || it?.is !== 'outside' ? '' : canonical(link, it.name);
}

// ── `rng = default_rng(7)`, a global ─────────────────────────────────────────────────────────────

const generators = new Set(['numpy.random.Generator', 'numpy.random.RandomState', 'random.Random']);
function fromObject(link: Linking, spawn: Spawn): DuplicatedDraws | undefined {
  const below = functionsBelow(link, spawn);
  const inChild = new Set<Fn>([...below.map((it) => it.fn), ...initializers(link, spawn)]);
  for (const { fn, steps } of below) {
    for (const { call, spot } of drawsIn(link, fn)) {
      const made = madeOnImport(link, spot, inChild);
      if (!made) continue;
      const draws = below.flatMap((it) => drawsIn(link, it.fn).flatMap((one) => (one.spot === spot ? [one.call] : [])));
      const because = [
        step(made, spot.id, `\`${spot.name}\` is made in the parent`),
        ...steps,
        step(call, spot.id, `draws from \`${spot.name}\``),
      ] as const;
      return { from: 'object', draws, seed: made, because };
    }
  }
  return undefined;
}
interface Draw {
  readonly call: Subject<'call'>;
  readonly spot: Spot;
}
const draws = question<Fn, readonly Draw[]>({
  kind: 'draws',
  fallback: [],
  same: (a, b) => a.length === b.length && a.every((it, at) => it.call === b[at]?.call && it.spot === b[at]?.spot),
});
function drawsIn(link: Linking, fn: Fn): readonly Draw[] {
  return once(link, draws, fn, fn, () => {
    dependOnBody(link, fn);
    return eventsOf(link, fn).flatMap((call): Draw[] => {
      if (call.kind !== 'call' || call.callee.is !== 'attr' || call.callee.name === 'seed') return [];
      const spot = locate(link, call.callee.of, call.in)?.spot;
      if (spot?.home !== 'global') return [];
      const type = placeOf(link, spot, 'slot').holds;
      return type && generators.has(type) ? [{ call, spot }] : [];
    });
  });
}
/** The one call that makes it, at the top level of its module; undefined where a child gives it another value or seeds it. */
function madeOnImport(link: Linking, spot: Spot, inChild: ReadonlySet<Fn>): Subject<'call'> | undefined {
  const [bind, more] = bindsOf(link, spot);
  if (!bind || more || bind.value.is !== 'call' || bind.path.length > 0) return undefined;
  if (!isIn({ fn: bind.in.fn, until: null, steps: [] }, bind) || bind.in.fn.fact.kind !== 'module') return undefined;
  const seeded = [...inChild].some((fn) =>
    eventsOf(link, fn).some(
      (it) =>
        it.kind === 'call' && it.callee.is === 'attr' && it.callee.name === 'seed' && locate(link, it.callee.of, it.in)?.spot === spot,
    ),
  );
  const made = bind.in.chunk.events[bind.value.event];
  return seeded || made?.kind !== 'call' ? undefined : made;
}
