// An access that needs a lock → the same under `with lock:`, with the lock that guards the place already, or with a new one beside it.
import { type Editing, type Fix, type Fn, type Lock, type Offer, refuse, review, type Subject, safe, type Touch } from '../model.js';
import { guarding, hasUnknownCall, hazardOf, merged, type Refused, type Stretch, stretchOf, written } from './locking.js';
import { ownsLine } from './placing.js';

export const guardWithLock: Fix<'race' | 'gap'> = {
  id: 'guard-with-lock',
  title: 'Hold a lock over it',
  best: 'safe',
  offer(subject, doc) {
    if (subject.kind === 'gap') return guarded(subject, doc);
    const all = doc.program.conflicts(subject);
    const lock = guarding(subject, doc);
    if (typeof lock === 'string') return refuse(lock);
    const bare = all.filter((it) => !lock.isHeld(it));
    const places = wrapped(bare, doc, lock.refer);
    if (typeof places === 'string') return refuse(places);
    lock.make();
    const many = places === 1 ? 'one place' : `${places} places`;
    return review(`${lock.isNew ? 'a new lock, ' : ''}\`${lock.name}\`${lock.isNew ? ',' : ''} is held over ${many}: others wait there`);
  },
};

/** The same for a lock that a comment declares, and around a call of a function that wants it held. */
export const holdDeclaredLock: Fix<'gap' | 'call'> = {
  id: 'hold-declared-lock',
  title: 'Hold the lock over it',
  best: 'safe',
  offer(subject, doc) {
    if (subject.kind === 'gap') return guarded(subject, doc);
    const [fn] = doc.program.callees(subject);
    const lock = fn && doc.program.required(fn);
    const root = subject.callee.is === 'attr' && subject.callee.of.is === 'name' ? subject.callee.of.name : undefined;
    const [base, attribute, more] = lock?.name.split('.') ?? [];
    if (!lock || !base || more !== undefined) return undefined;
    if (lock.family !== 'thread') return refuse(`\`${lock.name}\` is no lock of threads`);
    const isHere = lock.made?.in.chunk.file === subject.in.chunk.file && !doc.program.hides(base, subject.in);
    const name = attribute === undefined ? (isHere ? base : undefined) : root && `${root}.${attribute}`;
    const statement = doc.node(subject).statement();
    if (!name || !/^(?:expression|return)_statement$/.test(statement.type) || !ownsLine(statement, doc))
      return refuse('the call stands in a form that is not rewritten');
    const hazard = hazardOf({ first: statement, last: statement, in: subject.in }, doc);
    if (hazard) return refuse(hazard);
    doc.wrap(statement, statement, `with ${name}:`);
    return safe;
  },
};

function guarded({ guard, touch }: Subject<'gap'>, doc: Editing): Offer {
  const { lock } = guard;
  if (lock.family !== 'thread') return refuse(`\`${lock.name}\` is no lock of threads`);
  const helper = bareHelper(touch, lock, doc);
  if (helper) return refuse(`\`${helper.name}\`, which touches it too, is called here without \`${lock.name}\` as well`);
  const stretch = stretchOf(touch.event, doc);
  const places = wrapped([touch], doc, (event) => written(lock, event, doc.program));
  if (typeof places === 'string' || typeof stretch === 'string') return refuse(String(typeof places === 'string' ? places : stretch));
  return hasUnknownCall(stretch, doc) ? review(`\`${lock.name}\` is held while something runs of which nobody knows what it does`) : safe;
}

/** A function that the same one calls without the lock, for the same place. */
function bareHelper({ event }: Touch, lock: Lock, doc: Editing): Fn | undefined {
  const { fn } = event.in;
  const holds = (all: readonly Lock[]): boolean => all.some((it) => it.id === lock.id);
  const touches = doc.program.touches(event.place, event.in, event.part);
  const bare = new Set(touches.filter((it) => it.event.in.fn !== fn && !holds(it.locks)).map((it) => it.event.in.fn));
  if (bare.size === 0) return undefined;
  const calls = fn.chunk.events.filter(
    (it): it is Subject<'call'> => it.kind === 'call' && it.in.fn === fn && !holds(doc.program.held(it)),
  );
  return calls.flatMap((it) => doc.program.callees(it)).find((it) => bare.has(it));
}

/** Wraps each stretch once; the number of them, or why not. */
function wrapped(all: readonly Touch[], doc: Editing, lockAt: (event: Subject<'access'>) => string | undefined): number | Refused {
  const found: { stretch: Stretch; lock: string }[] = [];
  for (const { event } of all) {
    const lock = lockAt(event);
    if (!lock) return 'the lock cannot be named everywhere where it is needed';
    const stretch = stretchOf(event, doc);
    if (typeof stretch === 'string') return stretch;
    found.push({ stretch, lock });
  }
  const stretches = merged(found.map((it) => it.stretch));
  for (const it of stretches) {
    const hazard = hazardOf(it, doc);
    if (hazard) return hazard;
    const lock = found.find((one) => one.stretch.first === it.first)?.lock;
    doc.wrap(it.first, it.last, `with ${lock ?? ''}:`);
  }
  return stretches.length;
}
