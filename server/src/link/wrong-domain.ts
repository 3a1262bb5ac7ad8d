// Locks, queues and events that are given to workers of another kind than they are made for.
import type { Fn, QName, Region, Role, Span, Step, Subject, Value, WrongDomain } from '../model.js';
import type { Spawn } from './classify.js';
import { apiOf, canonical, dependOnModule, eventsOf, type Linking, moduleAt, once } from './linking.js';
import { dottedPath } from './makes.js';
import { phaseOf } from './order.js';
import { handedOver } from './pickling.js';
import { question } from './question.js';
import { functionsBelow } from './reached.js';
import { runnersOf } from './runners.js';
import { evaluate } from './types.js';

const primitives: ReadonlySet<Role> = new Set(['lock', 'rlock', 'semaphore', 'condition', 'event', 'barrier', 'queue', 'value']);

interface Primitive {
  readonly made: Subject<'call'>;
  readonly type: QName;
  readonly role: Role;
  readonly family: 'thread' | 'task' | 'process';
}
const spawnDomain = question<Spawn, WrongDomain | undefined>({
  kind: 'domain',
  fallback: undefined,
  same: (a, b) => a?.made === b?.made && a?.span === b?.span && a?.because.length === b?.because.length,
});
/** What a start of processes hands over, or its child shares with the parent as a global, and what only other workers have in common. */
export function wrongDomainOf(link: Linking, spawn: Spawn): WrongDomain | undefined {
  if (spawn.runner.kind !== 'process' || !/^(?:multiprocessing|concurrent)\./.test(spawn.api)) return undefined;
  return once(link, spawnDomain, spawn, spawn.in.chunk, () => given(link, spawn) ?? inherited(link, spawn));
}

function given(link: Linking, spawn: Spawn): WrongDomain | undefined {
  for (const it of handedOver(link, spawn)) {
    if (it.what !== 'argument') continue;
    const found = primitiveOf(link, it.value, spawn.in);
    if (!found || (found.family === 'process' ? !spawn.pool : spawn.pool && found.family === 'thread')) continue;
    const name = dottedPath(it.value) ?? found.type;
    return told(found, name, it.span, spawn, [step(spawn, it.span, `\`${name}\` is handed to another process`)]);
  }
  return undefined;
}
function told(it: Primitive, name: string, span: Span, spawn: Spawn, rest: readonly Step[]): WrongDomain {
  const { made } = it;
  const first = step(made, made.span, `\`${name}\` is a \`${it.type}\`, ${purpose[it.family]}`);
  return {
    name,
    span,
    made,
    type: it.type,
    family: it.family,
    inTask: spawn.pool !== null,
    because: [first, ...rest, ...spawn.runner.because],
  };
}
const purpose = {
  thread: 'made for the threads of one process',
  task: 'made for the tasks of one event loop',
  process: 'which a process gets when it starts and never later',
} as const;
const step = (of: { readonly in: Region }, span: Span, note: string): Step => ({
  chunk: of.in.chunk,
  span,
  name: of.in.fn.id,
  note,
  by: 'source',
});

function primitiveOf(link: Linking, value: Value, at: Region): Primitive | undefined {
  const [it, more] = evaluate(link, value, at);
  if (!it || more || it.is !== 'thing' || !it.made) return undefined;
  const type = canonical(link, it.type);
  if (type.startsWith('multiprocessing.managers.')) return undefined;
  let name: QName | undefined = type;
  for (let hops = 0; name && hops < 8; hops++) {
    const api = apiOf(link, name);
    if (api?.is && api.family && primitives.has(api.is)) return { made: it.made, type, role: api.is, family: api.family };
    name = api?.base;
  }
  return undefined;
}

// ── Globals: the child has a copy of what the parent talks through ───────────────────────────────

const sends = /^(?:put|put_nowait|set)$/;
const takes = /^(?:get|get_nowait|wait|is_set)$/;
/** One side only sends, and the other only receives: on its own copy each. */
function inherited(link: Linking, spawn: Spawn): WrongDomain | undefined {
  const below = functionsBelow(link, spawn);
  const inChild = new Set<Fn>(below.map((it) => it.fn));
  for (const { fn } of below) {
    for (const call of eventsOf(link, fn)) {
      if (call.kind !== 'call' || call.callee.is !== 'attr' || call.callee.of.is !== 'name') continue;
      const { name } = call.callee;
      const way = sends.test(name) ? takes : takes.test(name) ? sends : undefined;
      const found = way && primitiveOf(link, call.callee.of, call.in);
      if (!found || found.family === 'process' || found.made.in.kind !== 'module') continue;
      if (found.role !== 'queue' && found.role !== 'event') continue;
      const other = otherSide(link, found, way, spawn, inChild);
      if (!other || isBoth(link, found, name, spawn, inChild)) continue;
      return told(found, call.callee.of.name, spawn.callable?.span ?? spawn.span, spawn, [
        step(call, call.span, `the child calls \`${name}\` on its own copy`),
        step(other, other.span, 'the parent never hears of it here'),
      ]);
    }
  }
  return undefined;
}
/** The call of the parent that belongs to what the child does; one that comes before the start is copied along by a fork. */
function otherSide(link: Linking, it: Primitive, names: RegExp, spawn: Spawn, inChild: ReadonlySet<Fn>): Subject<'call'> | undefined {
  return callsOn(link, it, names).find((call) => !inChild.has(call.in.fn) && (names === takes || phaseOf(link, spawn, call) === 'during'));
}
/** Child code that both sends and receives may be talking to threads of its own, and so may the parent. */
function isBoth(link: Linking, it: Primitive, name: string, spawn: Spawn, inChild: ReadonlySet<Fn>): boolean {
  const [same, opposite] = sends.test(name) ? [sends, takes] : [takes, sends];
  const isChild = ({ in: at }: Subject): boolean =>
    inChild.has(at.fn) || runnersOf(link, at.fn).some((one) => one.space === spawn.runner.space);
  const isParent = ({ in: at }: Subject): boolean =>
    !inChild.has(at.fn) || runnersOf(link, at.fn).some((one) => one.space !== spawn.runner.space);
  return callsOn(link, it, opposite).some(isChild) || callsOn(link, it, same).some(isParent);
}
/** In the chunks of the module that makes it, which has it under a name. */
function callsOn(link: Linking, it: Primitive, names: RegExp): readonly Subject<'call'>[] {
  const module = moduleAt(link, it.made.in);
  dependOnModule(link, module);
  return module.chunks
    .flatMap((chunk) => chunk.events)
    .filter(
      (call): call is Subject<'call'> =>
        call.kind === 'call' &&
        call.callee.is === 'attr' &&
        names.test(call.callee.name) &&
        evaluate(link, call.callee.of, call.in).some((one) => one.is === 'thing' && one.made === it.made),
    );
}
