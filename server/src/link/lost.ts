// What a child process changes in its own copy of something, and its parent then reads in its own.
import type { Fn, LostChange, Step, Subject } from '../model.js';
import { callersOf } from './callers.js';
import type { Spawn } from './classify.js';
import { argument } from './flows.js';
import { canonical, dependOnBody, eventsOf, type Linking, once } from './linking.js';
import { bindingsOf } from './names.js';
import { phaseOf } from './order.js';
import { locate, placeOf, type Reach, type Spot } from './places.js';
import { question } from './question.js';
import { functionsBelow } from './reached.js';
import { runnersOf } from './runners.js';
import { isSettingUp } from './setting-up.js';
import { accessesOf, effectOf, type TouchFact, writes } from './touches.js';
import { evaluate, typeName } from './types.js';
import { mentions, usesOf } from './usage.js';

const spawnLost = question<Spawn, readonly LostChange[]>({
  kind: 'lost changes',
  fallback: [],
  same: (a, b) =>
    a.length === b.length && a.every((it, at) => it.name === b[at]?.name && it.change === b[at]?.change && it.read === b[at]?.read),
});
/** Each name once, with the first change in the child and the first reading in the parent after the start. */
export function lostChanges(link: Linking, spawn: Spawn): readonly LostChange[] {
  return once(link, spawnLost, spawn, spawn.in.chunk, () => {
    if (spawn.runner.kind !== 'process' || !spawn.start) return [];
    const below = functionsBelow(link, spawn);
    const child = new Set(below.map((it) => it.fn));
    const found = new Map<string, LostChange>();
    for (const { fn, steps } of below) {
      if (isAlsoElsewhere(link, fn, child) || isSettingUp(link, fn)) continue;
      dependOnBody(link, fn);
      for (const event of fn.chunk.accesses) {
        if (event.in.fn !== fn) continue;
        const reach = locate(link, event.place, event.in);
        if (!reach || found.has(reach.spot.name) || !isLost(link, event, reach)) continue;
        const read = readLater(link, spawn, reach.spot, child);
        if (read && (!isTold(link, event) || isPolled(read))) found.set(reach.spot.name, lost(reach.spot.name, event, read, steps));
      }
    }
    return [...found.values(), ...givenAway(link, spawn)];
  });
}
/** A function that the parent runs as well changes things there, too. */
const isAlsoElsewhere = (link: Linking, fn: Fn, child: ReadonlySet<Fn>): boolean =>
  runnersOf(link, fn).some((it) => it.kind !== 'process') || callersOf(link, fn).some((it) => !child.has(it.fn));

/** A value that the child is given, or a flag: it says of the child what the parent need not know, unless it waits for it. */
function isTold(link: Linking, event: Subject<'access'>): boolean {
  if (event.part !== 'slot' || event.op !== 'write') return false;
  const isIt = (it: Subject): it is Subject<'bind'> =>
    it.kind === 'bind' && it.in.fn === event.in.fn && it.stmt.start <= event.span.start && event.span.end <= it.stmt.end;
  const value = event.in.chunk.events.find(isIt)?.value;
  if (value?.is === 'literal') return true;
  return value?.is === 'name' && (bindingsOf(link, value.name, event.in)?.bound.some((it) => it.is === 'param') ?? false);
}
const isPolled = (read: Subject<'access'>): boolean =>
  read.in.chunk.events.some(
    (it) =>
      it.kind === 'loop' && it.in.fn === read.in.fn && it.test !== null && JSON.stringify(it.test).includes(JSON.stringify(read.place)),
  );

const containers = /^(?:builtins\.(?:list|dict|set|bytearray)|collections\.(?:deque|OrderedDict|defaultdict|Counter))$/;
/** Memory of this process that a child has a copy of. What it builds on first use is its own business. */
function isLost(link: Linking, event: Subject<'access'>, { spot, through }: Reach): boolean {
  if (spot.home === 'process' || spot.home === 'default' || through === 'object' || event.op === 'lazy-init') return false;
  const { holds } = placeOf(link, spot, event.part);
  if (event.part === 'contents' && !containers.test(holds ?? '')) return false;
  const op = effectOf(link, event, holds);
  return op !== undefined && writes(op);
}

/** In a function that only the parent runs, and that nobody else in the parent changes meanwhile. */
function readLater(link: Linking, spawn: Spawn, spot: Spot, child: ReadonlySet<Fn>): Subject<'access'> | undefined {
  const all = accessesOf(link, spot).filter((it) => !child.has(it.event.in.fn));
  let first: Subject<'access'> | undefined;
  for (const it of all) {
    const { event } = it;
    const op = effectOf(link, event, placeOf(link, spot, event.part).holds);
    const { fn } = event.in;
    if (op === undefined || isOnImport(event) || isGiven(event, spawn)) continue;
    if (writes(op)) {
      const setting = isSettingUp(link, fn) || phaseOf(link, spawn, event) === 'before';
      if (!setting) return undefined;
      continue;
    }
    if (first || !isSame(link, it, spawn) || isChild(link, fn)) continue;
    const phase = phaseOf(link, spawn, event);
    if (phase === 'after' || phase === 'during') first = event;
  }
  return first;
}
const isChild = (link: Linking, fn: Fn): boolean => {
  const all = runnersOf(link, fn);
  return all.length > 0 && all.every((it) => it.kind === 'process');
};
/** What stands in the body of a module, outside of any test, runs in each process. */
function isOnImport(event: Subject<'access'>): boolean {
  return event.in.fn.fact.kind === 'module' && writes(event.op);
}
/** What is handed to the child is no reading. */
const isGiven = (event: Subject<'access'>, { call }: Spawn): boolean =>
  event.in.chunk === call.in.chunk && call.span.start <= event.span.start && event.span.end <= call.span.end;
/** An attribute is one where the object is: the one whose method was started, or the process itself. */
function isSame(link: Linking, { event, reach }: TouchFact, spawn: Spawn): boolean {
  if (reach.spot.home !== 'instance' || reach.through === 'only') return true;
  if (event.in.fn !== spawn.in.fn || event.place.is !== 'attr') return false;
  if (reach.through === 'self') return spawn.callable?.value.is === 'attr' && mentions(spawn.callable.value.of, 'self');
  return evaluate(link, event.place.of, event.in).some((it) => (it.is === 'object' || it.is === 'thing') && it.made === spawn.call);
}

function lost(name: string, change: Subject, read: Subject, steps: readonly Step[]): LostChange {
  const step = (at: Subject, note: string): Step => ({ chunk: at.in.chunk, span: at.span, name: at.in.fn.id, note, by: 'source' });
  const because = [
    ...steps,
    step(change, `\`${change.in.fn.name}\` changes \`${name}\` in the child`),
    step(read, 'the parent reads its own'),
  ];
  return { name, change, read, because: because as unknown as LostChange['because'] };
}

// ── Containers that are handed over ──────────────────────────────────────────────────────────────

const mutators = /^(?:append|extend|insert|add|update|setdefault|pop|popitem|remove|discard|clear|appendleft)$/;
/** A local container is an argument of the target, which changes its copy. */
function givenAway(link: Linking, spawn: Spawn): readonly LostChange[] {
  const [target, more] = spawn.targets;
  const { start, call } = spawn;
  if (!target || more || !start || isAlsoElsewhere(link, target, new Set(functionsBelow(link, spawn).map((it) => it.fn)))) return [];
  const given = argument(call, ['args'])?.value;
  if (given?.is !== 'items') return [];
  return given.items.flatMap((value, at): readonly LostChange[] => {
    const shift = target.owner !== null && target.fact.params[0]?.name === 'self' ? 1 : 0;
    const param = target.fact.params[at + shift];
    if (value.is !== 'name' || param?.kind !== 'plain' || !isContainer(link, value, call)) return [];
    const change = eventsOf(link, target).find((it) => changes(it, param.name));
    const read = change && readOf(link, value.name, spawn);
    return change && read ? [lost(value.name, change, read, spawn.runner.because)] : [];
  });
}
function isContainer(link: Linking, value: { readonly is: 'name'; readonly name: string }, at: Subject<'call'>): boolean {
  const found = evaluate(link, value, at.in);
  return found.length > 0 && found.every((it) => containers.test(canonical(link, typeName(it) ?? '')));
}
function changes(event: Subject, param: string): boolean {
  if (event.kind === 'call' && event.callee.is === 'attr')
    return event.callee.of.is === 'name' && event.callee.of.name === param && mutators.test(event.callee.name);
  return event.kind === 'bind' && event.target.is === 'item' && event.target.of.is === 'name' && event.target.of.name === param;
}
/** What the starter does with its own container later, where it does not fill it itself. */
function readOf(link: Linking, name: string, spawn: Spawn): Subject | undefined {
  const scope = bindingsOf(link, name, spawn.in)?.scope;
  if (scope?.kind === 'module') {
    const reach = locate(link, { is: 'name', name }, spawn.in);
    return reach && readLater(link, spawn, reach.spot, new Set(spawn.targets));
  }
  if (scope?.fn !== spawn.in.fn) return undefined;
  const uses = usesOf(link, name, spawn.in.fn);
  const events = eventsOf(link, spawn.in.fn);
  if (events.some((it) => changes(it, name))) return undefined;
  const found = uses.find(
    (it) => it.at !== undefined && it.at !== spawn.call && phaseOf(link, spawn, it.at) !== 'before' && isReading(it.how),
  );
  return found?.at;
}
const isReading = (how: string): boolean => /^(?:argument|iterated|returned|formatted|tested|method)$/.test(how);
