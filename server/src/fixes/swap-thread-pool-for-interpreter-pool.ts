// `ThreadPoolExecutor` → `InterpreterPoolExecutor`: threads with an interpreter and a GIL each, since Python 3.14.
import { type Fix, type Program, refuse, type Subject } from '../model.js';
import { swapPool } from './swap-pool.js';
import { executor } from './swap-thread-pool-for-process-pool.js';

/** The minor version that has them. */
const since = 14;
export const interpreterChanges =
  'tasks run in other interpreters of this process: arguments and results are copied, globals are not shared, and extension modules may not load there';

/** Why tasks cannot run in an interpreter of their own; `null` where the target has none. */
export function noInterpreter(spawn: Subject<'spawn'>, program: Program): string | undefined | null {
  if (program.target.python.from < since) return null;
  const foreign = program.foreign(spawn);
  return foreign && `\`${foreign}\` is imported with the task, and whether it loads in more than one interpreter is not known`;
}

export const swapThreadPoolForInterpreterPool: Fix<'spawn'> = {
  id: 'swap-thread-pool-for-interpreter-pool',
  title: 'Use an InterpreterPoolExecutor',
  best: 'review',
  offer(spawn, doc) {
    if (spawn.pool?.api !== executor || !spawn.pool.made) return undefined;
    const reason = noInterpreter(spawn, doc.program);
    if (reason !== undefined) return reason === null ? undefined : refuse(reason);
    return swapPool(
      spawn,
      { callee: (chunk, at) => at.use('concurrent.futures.InterpreterPoolExecutor', chunk), changes: interpreterChanges },
      doc,
    );
  },
};
