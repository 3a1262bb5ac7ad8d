// Law 3. All tasks of a loop share its thread, and with it what is local to the thread.
import { useContextVar } from '../../fixes/use-context-var.js';
import { rule } from '../../model.js';

export default rule({
  id: 'thread-local-in-coroutine',
  law: 'owner',
  title: 'What is local to a thread is shared by its tasks',
  on: 'bind',
  severity: 'warning',
  check(bind, program) {
    if (bind.target.is !== 'attr' || !bind.in.fn.fact.async) return undefined;
    const found = program.localAcrossAwait(bind);
    if (!found || program.demonstration(bind.in)) return undefined;
    return {
      message: `\`${found.name}\` is per thread, and all tasks share this thread: the next task overwrites it`,
      because: [found.because],
    };
  },
  fixes: [useContextVar],
});
