// Law 3. A lock that is made where it is taken, and that nobody else ever sees, keeps nobody out.
import { shareLock } from '../../fixes/share-lock.js';
import { type Program, rule, type Subject } from '../../model.js';

/** Others are told apart by more than the object: by a file, a name, a key. */
const locks = /^(?:(?:threading|asyncio|multiprocessing|anyio|trio)\.(?:\w+\.)*(?:R?Lock|(?:Bounded)?Semaphore)|_thread\.allocate_lock)$/;

export default rule({
  id: 'lock-per-call',
  law: 'owner',
  title: 'A lock that is new on every call',
  on: 'acquire',
  severity: 'error',
  check(acquire, program) {
    const { made, family } = acquire.lock;
    if (!made || made.in.fn !== acquire.in.fn || made.in.chunk !== acquire.in.chunk) return undefined;
    if (made.in.fn.fact.kind === 'module' || made.span.start > acquire.by.span.end) return undefined;
    const type = program.called(made)?.name;
    if (type === undefined || !locks.test(type) || !isTakenOnly(acquire, made, program) || program.demonstration(made.in)) return undefined;
    const direct = isDirect(acquire, made);
    const [first] = program.guarded(acquire)?.uses ?? [];
    const who = family === 'task' ? 'tasks' : family === 'process' ? 'processes' : 'threads';
    return {
      at: made.span,
      message: `\`${direct ? `${type}()` : acquire.lock.name}\` is new on every call: no two ${who} ever wait for it`,
      because: [
        [
          ...program.here(made, `\`${made.in.fn.name}\` makes the lock`),
          ...program.here(acquire, 'it is taken here, and handed to nobody'),
          ...(first ? program.here(first.access, `\`${first.place.name}\` is used under it`) : []),
        ],
      ],
    };
  },
  fixes: [shareLock],
});

/** `with Lock():` */
const isDirect = ({ by }: Subject<'acquire'>, made: Subject<'call'>): boolean =>
  by.kind === 'with' && by.items.some((it) => it.is === 'call' && by.in.chunk.events[it.event] === made);
/** Is the lock taken and given back by its own function and nothing else? Only for the first that takes it. */
function isTakenOnly(acquire: Subject<'acquire'>, made: Subject<'call'>, program: Program): boolean {
  if (isDirect(acquire, made)) return true;
  const { name } = acquire.lock;
  const binds = program
    .within(program.scope(made.in))
    .filter((it) => it.kind === 'bind' && it.target.is === 'name' && it.target.name === name);
  if (binds.length !== 1 || made.in.fn.fact.params.some((it) => it.name === name)) return false;
  if (program.acquirers(acquire.lock)[0]?.by !== acquire.by) return false;
  const ends = program.ends(made);
  return (
    ends.every((it) => it.how !== 'unknown' && isHolding(it.at, name)) &&
    (acquire.by.kind === 'with' || ends.some((it) => isRelease(it.at)))
  );
}
/** What is never given back is no lock, but a gate. */
const isRelease = (at: Subject | undefined): boolean => at?.kind === 'call' && at.callee.is === 'attr' && at.callee.name === 'release';
const methods = /^(?:acquire|release|locked|__enter__|__exit__|__aenter__|__aexit__)$/;
function isHolding(at: Subject | undefined, name: string): boolean {
  if (at?.kind === 'with') return at.items.some((it) => it.is === 'name' && it.name === name);
  if (at?.kind === 'await') return at.form === 'async with';
  if (at?.kind !== 'call' || at.callee.is !== 'attr' || at.callee.of.is !== 'name' || at.callee.of.name !== name) return false;
  return methods.test(at.callee.name) && at.args.every((it) => it.value.is !== 'name' || it.value.name !== name);
}
