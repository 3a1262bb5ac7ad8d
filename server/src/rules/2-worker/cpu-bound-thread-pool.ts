// Law 2. CPU-bound tasks in a thread pool take turns on the GIL.
import { runInProcessPool } from '../../fixes/run-in-process-pool.js';
import { swapThreadPoolForInterpreterPool } from '../../fixes/swap-thread-pool-for-interpreter-pool.js';
import { swapThreadPoolForMultiprocessingPool } from '../../fixes/swap-thread-pool-for-multiprocessing-pool.js';
import { swapThreadPoolForProcessPool } from '../../fixes/swap-thread-pool-for-process-pool.js';
import { useDaskClient } from '../../fixes/use-dask-client.js';
import { useJoblibProcesses } from '../../fixes/use-joblib-processes.js';
import { useRayPool } from '../../fixes/use-ray-pool.js';
import { rule } from '../../model.js';

/** One task beside the loop keeps the loop responsive; only a long one is worth a word. Nanoseconds. */
const worthAWord = 50e6;

export default rule({
  id: 'cpu-bound-thread-pool',
  law: 'worker',
  title: 'A thread pool computes under the GIL',
  on: 'spawn',
  severity: 'warning',
  check(spawn, program) {
    const { pool, runner } = spawn;
    if (pool?.kind !== 'thread' || pool.workers === 1 || program.target.gil === 'off') return undefined;
    if (program.demonstration(spawn.in)) return undefined;
    const work = program.work(spawn);
    if (work.bound !== 'interpreter') return undefined;
    const tasks = pool.made ? program.tasks(pool).filter((it) => program.work(it).bound === 'interpreter') : [spawn];
    if (tasks.find((it) => it.targets[0] === spawn.targets[0]) !== spawn) return undefined; // told once for each function, at the first
    const alone = !runner.many && tasks.length === 1;
    if (alone && (pool.made || !work.sized || work.held < worthAWord)) return undefined;
    const threads = pool.workers === null ? 'the threads' : `the ${pool.workers} threads`;
    const name = pool.made ? `\`${pool.name}\`` : pool.name;
    return {
      message: `\`${spawn.says}\` computes under the GIL: ${threads} of ${name} run it one at a time`,
      because: [[...runner.because, ...work.because]],
      ...(alone ? { severity: 'hint' as const } : {}),
    };
  },
  fixes: [
    swapThreadPoolForProcessPool,
    runInProcessPool,
    swapThreadPoolForMultiprocessingPool,
    swapThreadPoolForInterpreterPool,
    useDaskClient,
    useRayPool,
    useJoblibProcesses,
  ],
});
