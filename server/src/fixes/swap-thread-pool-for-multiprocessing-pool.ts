// `ThreadPool` or the pool of `multiprocessing.dummy` → `multiprocessing.Pool`, which has the same methods.
import type { Fix } from '../model.js';
import { swapPool } from './swap-pool.js';

export const swapThreadPoolForMultiprocessingPool: Fix<'spawn'> = {
  id: 'swap-thread-pool-for-multiprocessing-pool',
  title: 'Use a multiprocessing.Pool',
  best: 'review',
  offer(spawn, doc) {
    if (spawn.pool?.api !== 'multiprocessing.pool.ThreadPool') return undefined;
    return swapPool(
      spawn,
      {
        callee: (chunk, at) => at.use('multiprocessing.Pool', chunk),
        changes: 'tasks run in other processes: arguments, results and exceptions are copied, and globals are not shared',
      },
      doc,
    );
  },
};
