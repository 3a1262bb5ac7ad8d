// Law 2. Processes that only wait are paid for and not needed.
import { swapProcessPoolForThreadPool } from '../../fixes/swap-process-pool-for-thread-pool.js';
import { rule } from '../../model.js';

/** Of one task: nearly all of it waits, and it computes less than a millisecond. */
const share = 0.9;
const computing = 1e6;

export default rule({
  id: 'io-bound-process-pool',
  law: 'worker',
  title: 'A process pool only waits',
  on: 'spawn',
  severity: 'hint',
  optIn: true,
  check(spawn, program) {
    const { pool } = spawn;
    if (pool?.kind !== 'process' || !pool.made || !/^(?:multiprocessing|concurrent)\./.test(pool.api)) return undefined;
    const tasks = program.tasks(pool);
    if (tasks[0] !== spawn || spawn.targets.length === 0 || program.demonstration(spawn.in)) return undefined;
    const waits = tasks.every((it) => {
      const { held, free, wait, unclear } = program.work(it);
      return it.targets.length > 0 && unclear === 0 && held < computing && wait > 0 && wait >= share * (held + free + wait);
    });
    if (!waits) return undefined;
    const { wait, because } = program.work(spawn);
    const found = program.reached(spawn).find((it) => program.api(it.name)?.gil === 'waits');
    return {
      message: `\`${spawn.says}\` only waits: processes add start-up and pickling, threads wait just as well`,
      because: [found?.because ?? [...spawn.runner.because, ...because]],
      ...(wait > 0 ? {} : { atMost: 'medium' as const }),
    };
  },
  fixes: [swapProcessPoolForThreadPool],
});
