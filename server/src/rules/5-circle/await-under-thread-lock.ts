// Law 5. A coroutine gives way to other tasks while it holds a lock of threads.
import { awaitOutsideLock } from '../../fixes/await-outside-lock.js';
import { useAsyncLock } from '../../fixes/use-async-lock.js';
import { rule, type Subject } from '../../model.js';

export default rule({
  id: 'await-under-thread-lock',
  law: 'circle',
  title: 'A thread lock is held across an await',
  on: 'acquire',
  severity: 'error',
  check(acquire, program) {
    const { lock, by } = acquire;
    const { fn } = acquire.in;
    // Who does not wait for the lock stops nobody, and one that is given back elsewhere may be free again.
    if (acquire.bounded || !acquire.scoped || lock.lives === 'call') return undefined;
    // What is only named like a lock may be one of another library.
    if (!fn.fact.async || lock.family !== 'thread' || (!lock.made && !lock.exact)) return undefined;
    if (by.kind === 'with' && by.async) return undefined;
    const scope = by.kind === 'with' ? program.body(by) : program.scope(acquire.in);
    const pause = program.within(scope).find((it): it is Subject<'await' | 'leave'> => {
      const gives = it.kind === 'await' || (it.kind === 'leave' && it.by !== 'return' && it.by !== 'raise');
      return gives && it.span.start > acquire.span.start && program.held(it).some((one) => one.id === lock.id);
    });
    if (!pause) return undefined;
    const says = pause.kind === 'await' ? (pause.form === 'await' ? 'await' : pause.form) : 'yield';
    const others = program.acquirers(lock).filter((it) => it.by !== by);
    return {
      message: `\`${lock.name}\` is held across \`${says}\`: a second task that wants it stops the whole loop`,
      because: [
        [...program.here(acquire, `\`${fn.name}\` takes \`${lock.name}\``), ...program.here(pause, 'other tasks run here')],
        ...others.slice(0, 2).map((it) => program.here(it, `\`${it.in.fn.name}\` wants \`${lock.name}\`, too`)),
      ],
    };
  },
  fixes: [useAsyncLock, awaitOutsideLock],
});
