// May two accesses run at once, and is it the same object that they touch?
import type { Basis, Fn, Runner, Step } from '../model.js';
import { isLetThrough } from './busy-flags.js';
import { callersOf } from './callers.js';
import type { Spawn } from './classify.js';
import { areHandedOver } from './hand-off.js';
import type { Class } from './index.js';
import { isDefinedIn } from './inside.js';
import { apiOf, dependOnModule, type Linking, moduleAt } from './linking.js';
import { areOneFamily, dunder, mro } from './members.js';
import { areApart, beginsBefore, phaseOf } from './order.js';
import { receiverClass, type Spot } from './places.js';
import { runnersOf } from './runners.js';
import { spawnsOf } from './starts.js';
import { importsOf } from './surroundings.js';
import { classAround, isPresumed, type Touched } from './touches.js';
import { evaluate } from './types.js';

/** `sure` is false where the overlap or the object had to be assumed; `why` then says so. */
export type Overlap =
  | { readonly may: true; readonly sure: boolean; readonly why: string }
  | { readonly may: false; readonly dropped: string | null };
const never: Overlap = { may: false, dropped: null };
const surely: Overlap = { may: true, sure: true, why: '' };
const perhaps = (why: string): Overlap => ({ may: true, sure: false, why });
const unknown = (dropped: string): Overlap => ({ may: false, dropped });

export interface By {
  readonly touch: Touched;
  readonly runner: Runner;
}
/** `first` is the composite access that the other one could fall into. */
export function overlap(link: Linking, spot: Spot, first: By, second: By): Overlap {
  const [a, b] = [first.runner, second.runner];
  if (a.space !== b.space || isApart(a) || isApart(b)) return never;
  const concurrency = isOpenToThreads(link, spot, first, second) ? perhaps(opened) : inTime(link, first, second);
  if (!concurrency.may) return concurrency;
  const identity = sameObject(link, spot, first, second);
  if (!identity.may || identity.sure) return identity.may ? concurrency : identity;
  return concurrency.sure ? identity : unknown('time and object assumed'); // of two assumptions little is left
}
const opened = 'several threads are taken to call it, as the module is written for threads';
/** Nobody is seen to call what builds a global on first use, and the module is about threads. */
function isOpenToThreads(link: Linking, spot: Spot, first: By, second: By): boolean {
  if (first.touch !== second.touch || first.touch.op !== 'lazy-init' || !isPresumed(first.runner)) return false;
  const { event } = first.touch;
  if (spot.home === 'closure' || first.touch.reach.through !== 'only') return false;
  if (event.in.fn.fact.kind === 'module' || event.in.fn.fact.async) return false;
  const imports = importsOf(link, moduleAt(link, event.in));
  return imports.has('threading') || imports.has('concurrent');
}
const isApart = (it: Runner): boolean => it.kind === 'process' || it.kind === 'interpreter' || it.kind === 'signal';
/** Takes turns with others of its kind at `await` alone. */
export const isCooperative = (it: Runner): boolean => it.kind === 'task' || it.kind === 'callback';

function inTime(link: Linking, first: By, second: By): Overlap {
  const [a, b] = [first.runner, second.runner];
  if (isCooperative(a) && isCooperative(b)) {
    if (first.touch.event.window !== 'await' || isLetThrough(link, first.touch.event)) return never;
    return a.id === b.id && !a.many ? never : surely;
  }
  if (a.id === b.id) return a.many ? severally(link, a) : never;
  if (a.kind === 'main' && b.kind === 'main') return never;
  if (areHandedOver(link, first, second)) return never;
  // Both run on the thread of the loop, or before it runs.
  if ((a.kind === 'main' && isCooperative(b)) || (b.kind === 'main' && isCooperative(a))) return never;
  if (a.kind === 'main') return besideMain(link, first, second);
  if (b.kind === 'main') return besideMain(link, second, first);
  const [x, y] = [spawnsOf(link, a), spawnsOf(link, b)];
  if (x.length > 0 && y.length > 0 && x.every((one) => y.every((other) => areApart(link, one, other)))) return never;
  const together = x.some((one) => y.some((other) => one.in.fn === other.in.fn)) || (x.length === 0 && y.length === 0);
  return together || isBesideHandler(a, y) || isBesideHandler(b, x) ? surely : perhaps('both runners are taken to live at the same time');
}
/** A start that finds its target in what it is given starts several of them all in all, and perhaps one of each. */
const severally = (link: Linking, it: Runner): Overlap => {
  const spawns = spawnsOf(link, it);
  const given = spawns.length > 0 && spawns.every((one) => one.callable && evaluate(link, one.callable.value, one.in).length > 1);
  return given ? perhaps('each of what it starts is taken to be started several times') : surely;
};
/** A handler lives as long as its server, so what its own module starts lives beside it; another module may be another program. */
const isBesideHandler = (handler: Runner, spawns: readonly Spawn[]): boolean =>
  handler.kind === 'handler' && spawns.some((it) => it.in.chunk.module === handler.because[0].chunk.module);
function besideMain(link: Linking, main: By, other: By): Overlap {
  const spawns = spawnsOf(link, other.runner);
  if (spawns.length === 0) return isCooperative(other.runner) ? never : unknown('order unknown');
  const phases = new Set(spawns.map((it) => phaseOf(link, it, main.touch.event)));
  if (phases.has('during')) return surely;
  if (!phases.has('unknown')) return never;
  const { op, event } = main.touch;
  if (op === 'write' && spawns.every((it) => beginsBefore(link, event, it))) return never;
  const { fn } = event.in;
  const outward = fn.owner !== null && !fn.fact.name.startsWith('_') && main.touch.reach.through === 'self';
  return outward ? perhaps(`\`${fn.name}\` is taken to be called while the other runner lives`) : unknown('order unknown');
}

/** A global or a class attribute is one; `self` and a captured variable are one where the runner was started with them. */
function sameObject(link: Linking, spot: Spot, first: By, second: By): Overlap {
  const both = [first, second];
  const sides = both.filter((it) => it.runner.kind !== 'main');
  const alone = first.runner.id !== second.runner.id;
  if (spot.home === 'closure' && 'scope' in spot.holder) {
    const owner = spot.holder.scope.fn;
    const inside = (it: By): boolean => {
      const spawns = spawnsOf(link, it.runner);
      return spawns.length > 0 && spawns.every((one) => (alone || one.runner.many) && isDefinedIn(one.in.fn, owner));
    };
    return sides.every(inside) ? surely : unknown('object unknown');
  }
  if (spot.home !== 'instance' || !('cls' in spot.holder) || both.every((it) => it.touch.reach.through === 'only')) return surely;
  const { cls } = spot.holder;
  const own = (it: By): boolean => {
    const spawns = spawnsOf(link, it.runner);
    return spawns.length > 0 && spawns.every((one) => (alone || one.runner.many) && isOnSelf(link, one, cls, both));
  };
  if (sides.every(own)) return areRelated(link, first.runner, second.runner) ? surely : never;
  // One task mostly has a connection or a session to itself; what it builds on first use, and its balance, are what it shares.
  const shared = first.touch.op === 'lazy-init' || first.touch.op === 'update';
  if (shared && sides.every((it) => isCooperative(it.runner)))
    return isOneEach(link, cls) ? unknown('object of one task') : perhaps('two tasks are taken to use the same object');
  return isSingle(link, cls) ? perhaps(`\`${spot.name}\` is taken to belong to one object`) : unknown('object unknown');
}
/** Does the class whose object was started have the method that makes the access? */
function hasMethod(link: Linking, started: Class, { touch }: By): boolean {
  const own = classAround(link, touch.event);
  return own !== undefined && areOneFamily(link, started, own);
}
/** Started by a method of the class, with a method of its own object or with a function that is nested in it. */
function isOnSelf(link: Linking, spawn: Spawn, cls: Class, sides: readonly By[]): boolean {
  const started = startedClass(link, spawn);
  return started !== undefined && mro(link, started).includes(cls) && sides.every((it) => hasMethod(link, started, it));
}
function areRelated(link: Linking, a: Runner, b: Runner): boolean {
  const classes = (it: Runner): readonly Class[] => spawnsOf(link, it).flatMap((one) => startedClass(link, one) ?? []);
  const [x, y] = [classes(a), classes(b)];
  if (x.length === 0 || y.length === 0) return true;
  return x.some((one) => y.some((other) => areOneFamily(link, one, other)));
}
function startedClass(link: Linking, spawn: Spawn): Class | undefined {
  const value = spawn.callable?.value;
  if (!value) return undefined;
  if (value.is === 'attr') {
    const receiver = value.of.is === 'name' ? receiverClass(link, value.of.name, spawn.in) : undefined;
    return receiver?.kind === 'self' ? receiver.cls : undefined;
  }
  const [outer, more] = new Set(spawn.targets.map((fn) => fn.parent && enclosingClass(link, fn.parent)));
  return more === undefined ? (outer ?? undefined) : undefined;
}
function enclosingClass(link: Linking, fn: Fn): Class | undefined {
  const [first] = fn.fact.params;
  const body = fn.chunk.regions[fn.fact.body];
  const receiver = first && body ? receiverClass(link, first.name, body) : undefined;
  if (receiver) return receiver.cls;
  return fn.parent ? enclosingClass(link, fn.parent) : undefined;
}
/** Are objects of the class made by one of many tasks, which then has its own to itself? */
function isOneEach(link: Linking, cls: Class): boolean {
  const init = dunder(link, { is: 'object', cls, made: null, by: 'source' }, '__init__');
  return init !== undefined && areOneEach(link, init.fn, 0);
}
function areOneEach(link: Linking, init: Fn, depth: number): boolean {
  const makers = callersOf(link, init).map((it) => it.fn);
  const isOfTask = (it: Fn): boolean =>
    it.fact.name === '__init__' && it !== init && depth < 3
      ? areOneEach(link, it, depth + 1)
      : runnersOf(link, it).some((one) => one.many && isCooperative(one));
  return makers.some(isOfTask);
}
/** One object of the class is made while its module is imported, and kept there. */
function isSingle(link: Linking, cls: Class): boolean {
  const { module } = cls;
  const init = dunder(link, { is: 'object', cls, made: null, by: 'source' }, '__init__');
  if (!init || callersOf(link, init.fn).length > 1) return false;
  dependOnModule(link, module);
  let made = 0;
  for (const it of module.events) {
    if (it.kind !== 'bind' || it.target.is !== 'name' || it.in.kind !== 'module' || it.value.is !== 'call') continue;
    if (evaluate(link, it.value, it.in).some((one) => one.is === 'object' && one.cls === cls)) made++;
  }
  return made === 1 && apiOf(link, cls.name) === undefined;
}

/** A step that says what had to be assumed. */
export function assumption(it: By, why: string, by: Basis = 'assumed'): Step {
  const { event } = it.touch;
  return { chunk: event.in.chunk, span: event.span, name: event.in.fn.id, note: why, by };
}
