// `lock = Lock()` in the function that takes it → one lock beside what it guards.
import { type Editing, type Fix, type Node, type Offer, type Place, refuse, review, type Span, type Subject, safe } from '../model.js';
import { hazardOf, hazards, newLock } from './locking.js';
import { isSame, ownsLine } from './placing.js';

export const shareLock: Fix<'acquire'> = {
  id: 'share-lock',
  title: 'Make the lock once, beside what it guards',
  best: 'safe',
  offer(acquire, doc) {
    const { made, family } = acquire.lock;
    const type = made && doc.program.called(made)?.name;
    if (!made || !type) return undefined;
    if (family === 'process') return refuse('each process would make a lock of its own: hand one to the processes when they start');
    if (made.args.length > 0) return refuse('how often it may be taken at once is said where it is made');
    if (family === 'task' && doc.program.target.python.from < loopFree)
      return refuse('before Python 3.10 a lock belongs to the loop that was there when it was made');
    const guarded = doc.program.guarded(acquire);
    const [first] = guarded?.uses ?? [];
    if (!guarded || !first) return refuse('nothing that others can reach is used under it');
    const hazard = hazardUnder(acquire, guarded.span, doc);
    if (hazard) return refuse(hazard);
    const places = [...new Map(guarded.uses.map((it) => [spotOf(it.place), it.place])).values()];
    const beside = places.find((it) => it.home !== 'instance') ?? first.place;
    const lock = newLock(beside, type, doc);
    if (typeof lock === 'string') return refuse(lock);
    const by = guarded.uses.find((it) => spotOf(it.place) === spotOf(beside));
    const name = by && lock.refer(by.access);
    if (!name) return refuse('the lock cannot be named where it is taken');
    const refused = rename(acquire, made, name, doc);
    if (refused) return refused;
    lock.make();
    if (places.length > 1) return review(`one lock for ${places.map((it) => `\`${it.name}\``).join(', ')}: others wait for it now`);
    return family === 'task' ? review('tasks wait for each other now') : safe;
  },
};
/** The minor version since which a lock of asyncio belongs to no loop until somebody waits for it. */
const loopFree = 10;
const spotOf = (it: Place): string => `${it.home} ${it.name}`;

/** Once it is one lock, what happens under it makes others wait. */
function hazardUnder({ by, in: region, lock }: Subject<'acquire'>, span: Span, doc: Editing): string | undefined {
  const allowed = lock.family === 'task' ? (['await', 'wait'] as const) : [];
  const body = by.kind === 'with' ? doc.node(by).field('body')?.children : undefined;
  const [first, last] = [body?.[0], body?.at(-1)];
  if (first && last) return hazardOf({ first, last, in: region }, doc, allowed);
  const found = doc.program.hazard(region, span, allowed);
  return found && hazards[found.what](found.says);
}

function rename(acquire: Subject<'acquire'>, made: Subject<'call'>, name: string, doc: Editing): Offer | undefined {
  const call = doc.node(made);
  const statement = call.statement();
  if (acquire.by.kind === 'with' && isSame(doc.node(acquire.by), statement)) {
    if (call.parent?.type === 'as_pattern') return refuse('the lock gets a name where it is taken');
    doc.replace(call, name);
    return undefined;
  }
  const assignment = statement.children[0];
  const left = assignment?.type === 'assignment' ? assignment.field('left') : undefined;
  const scope = call.up('function_definition');
  if (left?.type !== 'identifier' || !isSame(assignment?.field('right'), call) || !scope || !ownsLine(statement, doc))
    return refuse('the lock is bound in a form that is not rewritten');
  const uses = scope.all('identifier').filter((it) => it.text === left.text && !isSame(it, left) && isName(it));
  for (const it of uses) doc.replace(it, name);
  doc.remove(statement);
  return undefined;
}
/** Not the attribute of something, and not the name of an argument. */
function isName(it: Node): boolean {
  const { parent } = it;
  if (parent?.type === 'attribute') return isSame(parent.field('object'), it);
  return parent?.type !== 'keyword_argument' || !isSame(parent.field('name'), it);
}
