// Law 2. What goes to another process, or comes back, is pickled on the way.
import { hoistCallable } from '../../fixes/hoist-callable.js';
import { returnList } from '../../fixes/return-list.js';
import { rule } from '../../model.js';

export default rule({
  id: 'unpicklable-task',
  law: 'worker',
  title: 'A task for another process cannot be pickled',
  on: 'spawn',
  severity: 'error',
  check(spawn, program) {
    if (spawn.runner.kind !== 'process' || !/^(?:multiprocessing|concurrent)\./.test(spawn.api)) return undefined;
    const { can, pinned, because } = program.startMethods(spawn);
    if (!spawn.pool && !can.some((it) => it !== 'fork')) return undefined; // a forked child has its arguments already
    const [it] = program.unpicklable(spawn);
    if (!it || it.span === program.wrongDomain(spawn)?.span) return undefined;
    const where = spawn.pool
      ? `\`${spawn.pool.name}\` fails ${it.what === 'result' ? 'to send its result back' : 'before it runs'}`
      : 'a spawned process fails to start';
    const named = it.spelled === 'an argument' ? it.spelled : `\`${it.spelled}\``;
    return {
      at: it.span,
      message: `${named} ${it.says} and cannot be pickled: ${where}`,
      because: [spawn.pool ? it.because : [...it.because, because]],
      ...(spawn.pool || pinned || can.length < 3 ? {} : { atMost: 'medium' as const }),
    };
  },
  fixes: [hoistCallable, returnList],
});
