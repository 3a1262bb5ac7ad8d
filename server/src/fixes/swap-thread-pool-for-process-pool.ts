// `ThreadPoolExecutor` → `ProcessPoolExecutor`, with `chunksize` and a main guard where they are needed.
import { type Fix, refuse } from '../model.js';
import { isDefault } from './run-in-process-pool.js';
import { swapPool } from './swap-pool.js';

export const executor = 'concurrent.futures.ThreadPoolExecutor';

export const swapThreadPoolForProcessPool: Fix<'spawn'> = {
  id: 'swap-thread-pool-for-process-pool',
  title: 'Use a ProcessPoolExecutor',
  best: 'review',
  offer(spawn, doc) {
    const { pool } = spawn;
    if (pool?.kind !== 'thread' || isDefault(spawn)) return undefined;
    if (!pool.made)
      return refuse('the default executor belongs to the event loop; a process pool of your own would have to be made and kept');
    if (pool.api !== executor) return undefined;
    return swapPool(
      spawn,
      {
        callee: (chunk, at) => at.use('concurrent.futures.ProcessPoolExecutor', chunk),
        changes: 'tasks run in other processes: arguments and results are copied, and globals are not shared',
        lacks: ['thread_name_prefix'],
      },
      doc,
    );
  },
};
