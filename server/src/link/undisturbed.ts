// Times at which nobody else can be at an object, so that its lock need not be held: it is set up, or nobody has started yet.
import type { Fn, Lock, Region, Runner, Value } from '../model.js';
import { callersOf } from './callers.js';
import { isDemonstration } from './demonstration.js';
import { isInside } from './inside.js';
import { bodyOf, eventsOf, functionsOf, type Linking, moduleAt, once } from './linking.js';
import { lockOf } from './locks.js';
import { beginsBefore, type Phase, phaseOf } from './order.js';
import { question } from './question.js';
import { isSettingUp } from './setting-up.js';
import { spawnsOf } from './starts.js';
import type { Touched } from './touches.js';

/** May an access without the lock of its place do no harm, by when it comes? */
export function isUndisturbed(link: Linking, it: Touched, lock: Lock, all: readonly Touched[]): boolean {
  const { fn } = it.event.in;
  if (isEntered(it) || makes(link, fn, lock) || refusesLate(link, fn)) return true;
  return isBeforeOthers(link, it, all);
}

/** `with` enters an object before its block, and so before anybody else, can use it. */
const isEntered = ({ op, event }: Touched): boolean => op === 'write' && /^__a?enter__$/.test(event.in.fn.fact.name);

/** Who gives the lock anew begins anew: whoever holds the old one is not reckoned with, as after a fork. */
const makes = (link: Linking, fn: Fn, lock: Lock): boolean =>
  eventsOf(link, fn).some(
    (it) =>
      it.kind === 'bind' &&
      it.from === 'assign' &&
      it.value.is === 'call' &&
      it.target.is === 'attr' &&
      lockOf(link, it.target, it.in)?.id === lock.id,
  );

/** Everybody else who comes there is started later, or has ended. */
function isBeforeOthers(link: Linking, it: Touched, all: readonly Touched[]): boolean {
  const own = new Set(it.runners.map((one) => one.id));
  if (it.runners.some((one) => one.kind !== 'main')) return false;
  const others = new Map<string, Runner>();
  for (const one of all) for (const runner of one.runners) if (!own.has(runner.id)) others.set(runner.id, runner);
  return others.size > 0 && [...others.values()].every((one) => isLater(link, one, it));
}
const isElsewhen = (phase: Phase): boolean => phase === 'before' || phase === 'after';
/** What is written before the same function starts them begins a new round, whoever may have started others before. */
function isLater(link: Linking, runner: Runner, { event, op }: Touched): boolean {
  const spawns = spawnsOf(link, runner);
  // What a test starts says nothing of those who will use it.
  if (spawns.some((one) => isDemonstration(link, one.in) && !isDemonstration(link, event.in))) return false;
  return (
    spawns.length > 0 &&
    spawns.every((one) => isElsewhen(phaseOf(link, one, event, 0)) || (op === 'write' && beginsBefore(link, event, one)))
  );
}
// ── Methods that refuse to run once the object has started ───────────────────────────────────────

const functionRefuses = question<Fn, boolean>({ kind: 'refuses late', fallback: true, same: Object.is });
/** `if self.state != STOPPED: raise`, which the method that starts says as well; or a method that only such ones and initialisers call. */
function refusesLate(link: Linking, fn: Fn): boolean {
  if (fn.owner === null) return false;
  return once(link, functionRefuses, fn, fn, () => {
    if (isSettingUp(link, fn) || refusals(fn).some((it) => isSaidByOthers(link, fn, it))) return true;
    // What overrides it and calls it runs in its place.
    const callers = callersOf(link, fn).filter((it) => it.fn.fact.name !== fn.fact.name);
    return callers.length > 0 && callers.every((it) => it.fn.owner !== null && refusesLate(link, it.fn));
  });
}
/** Tests of the object's own attributes at the top of a function, that end it with an error. */
function refusals(fn: Fn): readonly Value[] {
  const body = bodyOf(fn);
  if (!body) return [];
  return fn.chunk.events.flatMap((it): Value[] => {
    if (it.kind !== 'branch' || it.in !== body || !it.last || !isOwnAttribute(it.test)) return [];
    const block = fn.chunk.regions[it.body];
    return block && raises(block) ? [it.test] : [];
  });
}
const raises = (block: Region): boolean =>
  block.chunk.events.some((it) => it.kind === 'leave' && it.by === 'raise' && isInside(it.in, block));
function isOwnAttribute(test: Value): boolean {
  const of = test.is === 'op' ? test.args[0] : test;
  return of?.is === 'attr' && of.of.is === 'name' && of.of.name === 'self';
}
/** Another method that refuses by the same test, and then gives the attribute another value. */
function isSaidByOthers(link: Linking, fn: Fn, test: Value): boolean {
  const attribute = test.is === 'op' ? test.args[0] : test;
  const said = JSON.stringify(test);
  const name = attribute?.is === 'attr' ? attribute.name : '';
  const body = bodyOf(fn);
  if (!body) return false;
  return functionsOf(link, moduleAt(link, body)).some(
    (it) => it !== fn && it.owner === fn.owner && refusals(it).some((one) => JSON.stringify(one) === said) && assigns(it, name),
  );
}
const assigns = (fn: Fn, name: string): boolean =>
  fn.chunk.events.some((it) => it.kind === 'bind' && it.in.fn === fn && it.target.is === 'attr' && it.target.name === name);
