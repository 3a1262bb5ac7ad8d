// What fixes that take a lock share: the smallest stretch around an access, the place where a new lock lives, and what forbids either.
import type { Chunk, Editing, Hazard, Lock, Node, Place, Program, Region, Span, Subject, Touch, Value } from '../model.js';
import { freeName, isSame, ownsLine } from './placing.js';

/** Whole statements of one block. */
export interface Stretch {
  readonly first: Node;
  readonly last: Node;
  readonly in: Region;
}
/** A reason why not, as a clause. */
export type Refused = string;

/** From the test or the read to what is done with it. */
export function stretchOf(event: Subject<'access'>, doc: Editing): Stretch | Refused {
  const test = doc.node(event);
  const act = event.act ? doc.node({ chunk: event.in.chunk, span: event.act }) : test;
  for (const first of around(test)) {
    const last = around(act).find((it) => isSame(it.parent, first.parent as Node));
    if (!last) continue;
    if (first.type === 'while_statement' && isInside(test, first.field('condition'))) return 'the lock would be held for the whole loop';
    if (!ownsLine(first, doc) || !ownsLine(last, doc)) return 'several statements share the line';
    return { first, last, in: event.in };
  }
  return 'the test and what follows it stand in no block of their own';
}
const isInside = (it: Node, outer: Node | undefined): boolean =>
  outer !== undefined && outer.span.start <= it.span.start && it.span.end <= outer.span.end;
/** The statement of a node and those around it, up to its function. */
function around(node: Node): readonly Node[] {
  const found: Node[] = [];
  for (let it: Node | null = node.statement(); it?.parent && !/^(?:function|class)_definition$/.test(it.type); it = it.parent.statement()) {
    found.push(it);
    if (it.parent.type === 'module' || it.parent.parent?.type === 'function_definition') break;
  }
  return found;
}

export const isSameStretch = (a: Stretch, b: Stretch): boolean => a.first === b.first && a.last === b.last;
/** Stretches that share statements become one. */
export function merged(all: readonly Stretch[]): readonly Stretch[] {
  const sorted = [...all].sort((a, b) => a.first.span.start - b.first.span.start || b.last.span.end - a.last.span.end);
  const found: Stretch[] = [];
  for (const it of sorted) {
    const before = found.at(-1);
    if (!before || before.first.chunk.file !== it.first.chunk.file || it.first.span.start >= before.last.span.end) found.push(it);
    else if (it.last.span.end > before.last.span.end) found[found.length - 1] = { ...before, last: it.last };
  }
  return found;
}

/** Positions as facts count them: from the start of the chunk. */
function spanOf(it: Stretch, doc: Editing): Span {
  const { fn } = it.in;
  const offset = doc.node({ chunk: fn.chunk, span: fn.fact.span }).span.start - fn.fact.span.start;
  return { start: it.first.span.start - offset, end: it.last.span.end - offset };
}
export const hazards: { readonly [what in Hazard['what']]: (says: string) => Refused } = {
  await: () => 'an `await` stands there: a thread lock would be held while other tasks run',
  yield: () => 'a `yield` stands there: the lock would be held as long as the caller pleases',
  wait: (says) => `\`${says}\` waits, and everybody else would wait for the lock meanwhile`,
  lock: (says) => `\`${says}\` is taken there, and who holds one lock and wants another can wait for ever`,
  callback: (says) => `\`${says}\` is handed over from elsewhere: nobody knows which locks it takes`,
};
/** `allowed` may happen under the lock that is wanted. */
export function hazardOf(it: Stretch, doc: Editing, allowed: readonly Hazard['what'][] = []): Refused | undefined {
  const found = doc.program.hazard(it.in, spanOf(it, doc), allowed);
  return found && hazards[found.what](found.says);
}
/** Does a call stand there of which nobody knows what it runs? */
export function hasUnknownCall(it: Stretch, doc: Editing): boolean {
  const span = spanOf(it, doc);
  return it.in.chunk.events.some(
    (one) =>
      one.kind === 'call' &&
      one.in.fn === it.in.fn &&
      span.start <= one.span.start &&
      one.span.end <= span.end &&
      doc.program.callees(one).length === 0 &&
      doc.program.called(one) === undefined,
  );
}

/** `self` of `self.value`. */
const rootOf = (value: Value): string | undefined => (value.is === 'attr' && value.of.is === 'name' ? value.of.name : undefined);
/** How a lock that is there already is written where an access stands. */
export function written(lock: Lock, event: Subject<'access'>, program: Program): string | undefined {
  const [base, attribute, more] = lock.name.split('.');
  if (!base || more !== undefined || !lock.made) return undefined;
  if (attribute === undefined) {
    const same = lock.made.in.chunk.file === event.in.chunk.file;
    return lock.lives === 'program' && same && !program.hides(base, event.in) ? base : undefined;
  }
  const root = rootOf(event.place);
  if (lock.lives === 'object' || base === 'self' || base === 'cls') return root && `${root}.${attribute}`;
  return lock.made.in.chunk.file === event.in.chunk.file && !program.hides(base, event.in) ? lock.name : undefined;
}

export interface NewLock {
  /** How it is written where an access of the place stands. */
  refer(event: Subject<'access'>): string | undefined;
  /** Adds the line that makes it. */
  make(): void;
  readonly name: string;
}
/** A lock that lives as long as what it guards: beside the global, in the class, in `__init__`. `type` is its class. */
export function newLock(place: Place, type: string, doc: Editing): NewLock | Refused {
  const { born, home } = place;
  if (!born) return 'where its value is first made is not known, so that a lock has no place';
  const { chunk } = born.in;
  const statement = outermost(doc.node(born).statement());
  const make = (name: string): void => doc.insert('after', statement, `${name} = ${doc.use(type, chunk)}()`);
  if (!ownsLine(statement, doc)) return 'several statements share the line where its value is first made';
  const short = place.name.split('.').at(-1) ?? place.name;
  if (home === 'global' || home === 'closure') {
    if (home === 'global' && born.in.fn.fact.kind !== 'module') return 'no line of the module gives it its first value';
    const scope = home === 'global' ? doc.module(chunk) : statement.up('function_definition');
    const name = scope && freeName(scope, names(short.toLowerCase()));
    if (!name) return 'the names for a lock are taken';
    return { name, refer: (it) => (it.in.chunk.file === chunk.file ? name : undefined), make: () => make(name) };
  }
  const owner = statement.up('class_definition');
  if (!owner || (home !== 'class' && home !== 'instance')) return 'a lock for it has no place';
  const refused = unlockable(owner, chunk, doc);
  if (refused) return refused;
  const inBody = born.in.kind === 'class';
  if (!inBody && born.in.fn.fact.name !== '__init__') return '`__init__` does not give it its first value, so that a lock has no place';
  const plain = owner.field('superclasses') === undefined;
  const own = `_${short.replace(/^_+/, '').toLowerCase()}_lock`;
  const name = freeName(owner, plain ? ['_lock', own] : [own]);
  if (!name) return 'the names for a lock are taken';
  const self = inBody ? undefined : rootOf(born.target);
  if (!inBody && !self) return 'a lock for it has no place';
  return {
    name,
    refer: (it) => (rootOf(it.place) ? `${rootOf(it.place)}.${name}` : undefined),
    make: () => make(self ? `${self}.${name}` : name),
  };
}
const names = (of: string): readonly string[] => [`${of}_lock`, `${of}_guard`];
/** The statement of the function, class or module body around it: a lock is made on every path. */
function outermost(statement: Node): Node {
  let it = statement;
  while (it.parent && it.parent.type !== 'module' && !/^(?:function|class)_definition$/.test(it.parent.parent?.type ?? ''))
    it = it.parent.statement();
  return it;
}
function unlockable(owner: Node, chunk: Chunk, doc: Editing): Refused | undefined {
  const name = owner.field('name')?.text ?? 'the class';
  if (/^\s*__slots__\s*[:=]/m.test(owner.text)) return `\`${name}\` has \`__slots__\`, which would need one for the lock`;
  if (/\b__(?:reduce|reduce_ex|getstate|copy|deepcopy)__\b/.test(owner.text))
    return `\`${name}\` says how it is copied or pickled, and locks can be neither`;
  if (/\b(?:pickle|dill|deepcopy|multiprocessing|ProcessPoolExecutor)\b/.test(doc.module(chunk).text))
    return `objects of \`${name}\` may be pickled or copied here, and locks cannot be`;
  return undefined;
}

/** The lock that a fix takes: one that others hold over the place, or a new one. */
export interface Guarding {
  readonly name: string;
  readonly isNew: boolean;
  isHeld(by: Touch): boolean;
  refer(event: Subject<'access'>): string | undefined;
  make(): void;
}
export function guarding(race: Subject<'race'>, doc: Editing, type = 'threading.Lock'): Guarding | Refused {
  const lock = held(race, doc, type.startsWith('threading.') ? 'thread' : 'task');
  if (lock) {
    const isHeld = (it: Touch): boolean => it.locks.some((one) => one.id === lock.id);
    return { name: lock.name, isNew: false, isHeld, refer: (event) => written(lock, event, doc.program), make: () => undefined };
  }
  const fresh = newLock(race.place, type, doc);
  return typeof fresh === 'string' ? fresh : { ...fresh, isNew: true, isHeld: () => false };
}
/** The lock under which most others touch the place, one of them writing. */
function held(race: Subject<'race'>, { program }: Editing, family: Lock['family']): Lock | undefined {
  const counts = new Map<string, { lock: Lock; times: number }>();
  for (const it of program.touches(race.first.event.place, race.in, race.place.part)) {
    for (const lock of it.locks) {
      if (!lock.exact || lock.lives === 'call' || lock.family !== family) continue;
      const known = counts.get(lock.id) ?? { lock, times: 0 };
      known.times++;
      counts.set(lock.id, known);
    }
  }
  return [...counts.values()].sort((a, b) => b.times - a.times || (a.lock.id < b.lock.id ? -1 : 1))[0]?.lock;
}
