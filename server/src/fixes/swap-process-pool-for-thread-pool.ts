// `ProcessPoolExecutor` → `ThreadPoolExecutor`, `multiprocessing.Pool` → `ThreadPool`, for tasks that wait.
import { type Fix, refuse, review } from '../model.js';
import { argumentsOf } from './places.js';

const twins: { readonly [name: string]: string } = {
  'concurrent.futures.ProcessPoolExecutor': 'concurrent.futures.ThreadPoolExecutor',
  'multiprocessing.Pool': 'multiprocessing.pool.ThreadPool',
  'multiprocessing.pool.Pool': 'multiprocessing.pool.ThreadPool',
};
/** Of processes alone. */
const own = /^(?:mp_context|max_tasks_per_child|maxtasksperchild|context)$/;

export const swapProcessPoolForThreadPool: Fix<'spawn'> = {
  id: 'swap-process-pool-for-thread-pool',
  title: 'Use a pool of threads',
  best: 'review',
  offer(spawn, doc) {
    const made = spawn.pool?.made;
    if (!made) return undefined;
    const call = doc.node(made);
    const callee = call.field('function');
    const twin = twins[doc.program.meaning(made.callee, made.in) ?? ''];
    if (!callee || !twin) return refuse('the pool is made in a form that is not rewritten');
    const odd = argumentsOf(call).find((it) => own.test(it.field('name')?.text ?? ''));
    if (odd) return refuse(`\`${odd.field('name')?.text}\` has no meaning for threads`);
    const shared = doc.program.obstacles(spawn).find((it) => it.what === 'shared-state' || it.what === 'handle');
    if (shared)
      return refuse(`threads would share what processes have a copy of each: ${shared.say.replace(/, (?:and another|which).*$/, '')}`);
    doc.replace(callee, doc.use(twin, made.in.chunk));
    return review('the tasks then share memory, and one that crashes the interpreter takes the program with it');
  },
};
