// What cannot travel to another process: the oracle of pickling, asked of what a start hands over and gets back.
import type { Fn, QName, Region, Span, Step, Subject, Unpicklable, Value } from '../model.js';
import { eventsOf } from './calls.js';
import type { Spawn } from './classify.js';
import { elementsOf } from './elements.js';
import { argument, tupleArguments } from './flows.js';
import type { Class } from './index.js';
import { apiOf, attributesIn, bodyOf, isA, type Linking, moduleAt, once } from './linking.js';
import { type Meaning, weaker } from './meanings.js';
import { dunder, outsideBase } from './members.js';
import { question } from './question.js';
import { evaluate } from './types.js';

const page = 'https://docs.python.org/3/library/pickle.html#what-can-be-pickled-and-unpickled';

/** Refused by pickle itself; probed with CPython 3.11 and 3.13. */
const closed: readonly QName[] = [
  'threading.Lock',
  'threading.RLock',
  'threading.Condition',
  'threading.Semaphore',
  'threading.Event',
  'threading.Barrier',
  'threading.Thread',
  'threading.local',
  'queue.Queue',
  'queue.SimpleQueue',
  'sqlite3.Connection',
  'sqlite3.Cursor',
  'io.TextIOWrapper',
  'io.BufferedReader',
  'io.BufferedWriter',
  'types.GeneratorType',
  'types.CoroutineType',
  'concurrent.futures.Executor',
  'concurrent.futures.Future',
  'builtins.memoryview',
];
/** Go along when a process starts and never in a message to a pool. */
const inherited: readonly QName[] = [
  'multiprocessing.queues.Queue',
  'multiprocessing.queues.SimpleQueue',
  'multiprocessing.synchronize.Lock',
  'multiprocessing.synchronize.RLock',
  'multiprocessing.synchronize.Semaphore',
  'multiprocessing.synchronize.Event',
  'multiprocessing.synchronize.Condition',
  'multiprocessing.synchronize.Barrier',
  'multiprocessing.sharedctypes.Synchronized',
  'multiprocessing.sharedctypes.SynchronizedArray',
];

interface Reason {
  readonly kind: Unpicklable['kind'];
  /** What it is, after its spelling: `is a lambda`. */
  readonly says: string;
  readonly steps: readonly Step[];
  readonly fn?: Fn;
}
/** Why no meaning of a value can be pickled; nothing where one of them can, or is not known. */
function reasonOf(
  link: Linking,
  all: readonly Meaning[],
  at: { readonly in: Region; readonly span: Span },
  toPool: boolean,
  hops = 0,
): Reason | undefined {
  const found = all.map((it) => why(link, it, at, toPool, hops));
  return found.length > 0 && found.every((it) => it !== undefined) ? found[0] : undefined;
}
/** The same of one value, for rewrites that would send it. */
export function pickleFault(link: Linking, value: Value, at: Region): string | undefined {
  return reasonOf(link, evaluate(link, value, at), { in: at, span: at.span }, true)?.says;
}
function why(
  link: Linking,
  it: Meaning,
  at: { readonly in: Region; readonly span: Span },
  toPool: boolean,
  hops: number,
): Reason | undefined {
  const step = (by: Step['by'], note: string, place = at): Step => ({
    chunk: place.in.chunk,
    span: place.span,
    name: '',
    note,
    by,
    evidence: page,
  });
  switch (it.is) {
    case 'fn': {
      const { fact } = it.fn;
      const place = { in: bodyOf(it.fn) ?? at.in, span: fact.span };
      if (fact.kind === 'lambda')
        return { kind: 'lambda', says: 'is a lambda', steps: [step(it.by, 'a lambda has no name to be found under', place)], fn: it.fn };
      const outer = it.fn.parent;
      if (!outer || outer.id.endsWith(':') || outer.fact.globals.includes(fact.name)) return undefined;
      const note = `nested in \`${outer.name}\`: no module has it under its name`;
      return { kind: 'nested', says: `is nested in \`${outer.name}\``, steps: [step(it.by, note, place)], fn: it.fn };
    }
    case 'partial': {
      if (hops > 2) return undefined;
      const of = why(link, it.of, at, toPool, hops + 1);
      if (of) return of;
      const args = it.call.args
        .slice(1)
        .map((arg) => reasonOf(link, evaluate(link, arg.value, it.call.in), { in: it.call.in, span: arg.span }, toPool, hops + 1));
      return args.find((one) => one !== undefined);
    }
    case 'bound':
      return hops > 2 ? undefined : why(link, it.self, at, toPool, hops + 1);
    case 'class':
      return localClass(it.cls)
        ? {
            kind: 'class',
            says: `is a class inside of \`${it.cls.scope.parent?.fn.name}\``,
            steps: [step(it.by, 'no module has it under its name')],
          }
        : undefined;
    case 'object':
      return hops > 2 ? undefined : object(link, it, step, toPool, hops);
    case 'pending':
      return {
        kind: 'generator',
        says: `is a ${it.how}`,
        steps: [step(it.by, `a ${it.how} stands in the middle of its code and cannot be sent`)],
      };
    case 'container':
      return it.type === 'types.GeneratorType'
        ? {
            kind: 'generator',
            says: 'is a generator',
            steps: [step(it.by, 'a generator stands in the middle of its code and cannot be sent')],
          }
        : undefined;
    case 'module':
      return { kind: 'module', says: 'is a module', steps: [step(it.by, 'modules cannot be pickled')] };
    case 'outside':
      return it.self === null && apiOf(link, it.name)?.kind === 'module'
        ? { kind: 'module', says: 'is a module', steps: [step(it.by, 'modules cannot be pickled')] }
        : undefined;
    case 'thing': {
      if (it.type.startsWith('multiprocessing.managers.')) return undefined; // a proxy, which finds its manager again
      const type = closed.find((one) => isA(link, it.type, one)) ?? (toPool ? inherited.find((one) => isA(link, it.type, one)) : undefined);
      return type
        ? {
            kind: 'object',
            says: `is a \`${it.type}\``,
            steps: [
              step(
                it.by,
                `a \`${it.type}\` ${inherited.includes(type) ? 'only goes along when a process starts' : 'cannot be pickled'}`,
                it.made ?? at,
              ),
            ],
          }
        : undefined;
    }
    default:
      return undefined;
  }
}
const localClass = (cls: Class): boolean =>
  cls.scope.parent?.kind === 'function' || (cls.scope.parent?.kind === 'class' && cls.scope.parent.parent?.kind === 'function');

type Steps = (by: Step['by'], note: string, place?: { readonly in: Region; readonly span: Span }) => Step;
/** An object whose class does not say how to pickle it, and which keeps what cannot be. */
function object(link: Linking, it: Extract<Meaning, { is: 'object' }>, step: Steps, toPool: boolean, hops: number): Reason | undefined {
  const own = ['__getstate__', '__reduce__', '__reduce_ex__', '__getnewargs__', '__getnewargs_ex__'].some((name) => dunder(link, it, name));
  if (own || outsideBase(link, it.cls)) return undefined;
  if (localClass(it.cls))
    return {
      kind: 'class',
      says: `is of a class inside of \`${it.cls.scope.parent?.fn.name}\``,
      steps: [step(it.by, 'no module has its class under its name')],
    };
  for (const name of it.cls.attributes.keys()) {
    const binds = attributesIn(link, it.cls, name) ?? [];
    // One that is set to something else as well may be without it when it is sent.
    const [bind, more] = binds;
    if (
      !bind ||
      more ||
      bind.from !== 'assign' ||
      bind.path.length > 0 ||
      bind.in.fn.fact.name !== '__init__' ||
      bind.in !== bodyOf(bind.in.fn)
    )
      continue;
    const reason = reasonOf(link, evaluate(link, bind.value, bind.in), bind, toPool, hops + 1);
    if (!reason) continue;
    return {
      kind: 'object',
      says: `keeps \`${name}\`, which ${reason.says}`,
      steps: [step(weaker(it.by, 'source'), `\`${name}\` ${reason.says}`, bind)],
    };
  }
  return undefined;
}

const spawnPickling = question<Spawn, readonly Unpicklable[]>({
  kind: 'pickling',
  fallback: [],
  same: (a, b) => a.length === b.length && a.every((it, at) => it.says === b[at]?.says && it.span === b[at]?.span),
});
/** Of a start of processes; other pools and their own picklers are nobody's business. */
export function unpicklableOf(link: Linking, spawn: Spawn): readonly Unpicklable[] {
  return once(link, spawnPickling, spawn, spawn.in.chunk, () => {
    const given = [...handedOver(link, spawn)].flatMap(({ what, value, meanings, span }) => {
      const reason = reasonOf(link, meanings, { in: spawn.in, span }, spawn.pool !== null);
      return reason ? [told(spawn, what, value, span, reason)] : [];
    });
    return [...given, ...(spawn.pool ? results(link, spawn) : [])];
  });
}
function told(spawn: Spawn, what: Unpicklable['what'], value: Value | null, span: Span, { kind, says, steps, fn }: Reason): Unpicklable {
  const shipped: Step = { chunk: spawn.in.chunk, span: spawn.span, name: spawn.api, note: 'sent to another process here', by: 'source' };
  return {
    what,
    kind,
    value,
    span,
    spelled: spelled(value, kind),
    says,
    ...(fn ? { fn } : {}),
    because: [...steps, shipped] as unknown as Unpicklable['because'],
  };
}
function spelled(value: Value | null, kind: Unpicklable['kind']): string {
  if (value?.is === 'name') return value.name;
  if (value?.is === 'attr') return `${spelled(value.of, kind)}.${value.name}`;
  return kind === 'lambda' ? 'lambda' : 'an argument';
}

export interface Handed {
  readonly what: 'callable' | 'argument';
  readonly value: Value;
  readonly meanings: readonly Meaning[];
  readonly span: Span;
}
/** The callable and the arguments of a start, each with what it can be. */
export function handedOver(link: Linking, spawn: Spawn): readonly Handed[] {
  const { call, callable } = spawn;
  const spawns = apiOf(link, spawn.api)?.spawns;
  const one = (value: Value, span: Span, what: Handed['what'] = 'argument'): Handed => ({
    what,
    value,
    meanings: evaluate(link, value, call.in),
    span,
  });
  const found: Handed[] = callable ? [one(callable.value, callable.span, 'callable')] : [];
  const plain = call.args.filter((it) => it.name === null && it.value.is !== 'star');
  const after = callable && callable.name === null ? plain.slice(plain.indexOf(callable) + 1) : plain;
  if (spawns?.args === 'tuple') for (const it of tupleArguments(argument(call, spawns.from ?? []))) found.push(one(it.value, it.span));
  if (spawns?.args === 'rest')
    for (const it of [...after, ...call.args.filter((arg) => arg.name !== null && arg !== callable && arg.value.is !== 'star')])
      found.push(one(it.value, it.span));
  if (spawns?.args === 'items' && !spawn.api.endsWith('starmap'))
    for (const it of after.slice(0, spawn.api.startsWith('concurrent') ? undefined : 1)) {
      const iterated = evaluate(link, it.value, call.in);
      if (iterated.length === 1) found.push({ what: 'argument', value: it.value, meanings: elementsOf(link, iterated), span: it.span });
    }
  return found;
}

/** What the targets return; a generator function gives one whatever it says. */
function results(link: Linking, spawn: Spawn): readonly Unpicklable[] {
  const span = spawn.callable?.span ?? spawn.span;
  return spawn.targets.flatMap((fn): readonly Unpicklable[] => {
    const place = { in: bodyOf(fn) ?? spawn.in, span: fn.fact.span };
    if (fn.fact.kind === 'lambda') return [];
    if (fn.fact.generator || fn.fact.async) {
      const how = fn.fact.async ? 'coroutine' : 'generator';
      const reason: Reason = {
        kind: 'generator',
        says: `returns a ${how}`,
        steps: [
          { chunk: place.in.chunk, span: place.span, name: fn.id, note: `\`${fn.name}\` gives a ${how}`, by: 'source', evidence: page },
        ],
        fn,
      };
      return [told(spawn, 'result', spawn.callable?.value ?? null, span, reason)];
    }
    for (const it of eventsOf(link, fn)) {
      if (it.kind !== 'leave' || it.by !== 'return') continue;
      const reason = reasonOf(link, evaluate(link, it.value, it.in), it, true);
      if (reason)
        return [
          told(spawn, 'result', spawn.callable?.value ?? null, span, {
            ...reason,
            fn,
            says: `returns what ${reason.says}`,
            steps: [...reason.steps.slice(0, 1), returned(it, fn)],
          }),
        ];
    }
    return [];
  });
}
const returned = (at: Subject, fn: Fn): Step => ({
  chunk: at.in.chunk,
  span: at.span,
  name: fn.id,
  note: `\`${fn.name}\` returns it`,
  by: 'source',
});
/** Is the start in a notebook, whose functions belong to no module? */
export const inNotebook = (link: Linking, at: Region): boolean => moduleAt(link, at).file.endsWith('.ipynb');
