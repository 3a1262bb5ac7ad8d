// Law 2. The workers of `multiprocessing.Pool` are daemons, and daemons may not have children.
import { poolToExecutor } from '../../fixes/pool-to-executor.js';
import { innerPoolToLoop } from '../../fixes/pool-to-loop.js';
import { type Reached, type Region, rule } from '../../model.js';

const starts = /^(?:multiprocessing\.(?:Process\.start|Manager)|concurrent\.futures\.ProcessPoolExecutor)$/;

export default rule({
  id: 'nested-pool',
  law: 'worker',
  title: 'A worker of a pool starts processes',
  on: 'spawn',
  severity: 'error',
  check(spawn, program) {
    const { pool } = spawn;
    if (pool?.kind !== 'process' || pool.api !== 'multiprocessing.pool.Pool') return undefined;
    const reached = program.reached(spawn);
    if (reached.some((it) => it.name === 'multiprocessing.current_process' || it.name === 'multiprocessing.parent_process'))
      return undefined;
    const isStart = ({ name }: Reached): boolean =>
      starts.test(name) || (name.startsWith('multiprocessing.') && program.api(name)?.pool?.kind === 'process');
    const inner = reached.find(isStart);
    if (!inner) return undefined;
    return {
      message: `\`${inner.name}\` cannot start in \`${spawn.says}\`: workers of \`multiprocessing.Pool\` may not have children`,
      because: [inner.because],
      ...(isConditional(inner.call.in) ? { atMost: 'medium' as const } : {}),
    };
  },
  fixes: [poolToExecutor, innerPoolToLoop],
});
/** Started only if some condition holds, which may say no in a worker. */
function isConditional(at: Region): boolean {
  for (let it: Region | null = at; it && it.kind !== 'function'; it = it.parent) if (it.kind === 'branch') return true;
  return false;
}
