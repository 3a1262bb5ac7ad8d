// `ThreadPool` or the pool of `multiprocessing.dummy` → the pool of Ray, in projects that use Ray: processes of one machine or of many.
import type { Fix } from '../model.js';
import { swapPool } from './swap-pool.js';

export const useRayPool: Fix<'spawn'> = {
  id: 'use-ray-pool',
  title: 'Use a pool of Ray',
  best: 'review',
  offer(spawn, doc) {
    if (spawn.pool?.api !== 'multiprocessing.pool.ThreadPool' || !doc.program.imports('ray')) return undefined;
    return swapPool(
      spawn,
      {
        callee: (chunk, at) => at.use('ray.util.multiprocessing.Pool', chunk),
        changes:
          'tasks run in the workers of a Ray cluster, here or on other machines: arguments and results are copied, and modules have to be there',
      },
      doc,
    );
  },
};
