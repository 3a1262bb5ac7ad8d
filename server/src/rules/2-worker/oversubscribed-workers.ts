// Law 2. Workers of a pool that start as many workers as there are cores, each of them; or more of them than any machine has cores for.
import { oneThread } from '../../fixes/one-thread.js';
import { singleJob } from '../../fixes/single-job.js';
import { type InnerWorkers, type Pool, type Problem, type Program, rule, type Subject } from '../../model.js';

export default rule({
  id: 'oversubscribed-workers',
  law: 'worker',
  title: 'Workers start workers of their own',
  on: 'spawn',
  severity: 'hint',
  optIn: true,
  check(spawn, program) {
    const { pool } = spawn;
    if (!pool || pool.kind === 'interpreter' || pool.workers === 1 || !/^(?:multiprocessing|concurrent)\./.test(pool.api)) return undefined;
    if (program.demonstration(spawn.in)) return undefined;
    const inner = program.innerWorkers(spawn);
    if (!inner) return tooMany(spawn, pool, program);
    // A worker of `multiprocessing.Pool` cannot start processes at all.
    if (inner.what === 'pool' && pool.api === 'multiprocessing.pool.Pool' && program.api(inner.name)?.pool?.kind === 'process')
      return undefined;
    return {
      ...(spawn.callable ? { at: spawn.callable.span } : {}),
      message: `\`${inner.name}\` ${words[inner.what]} inside each worker of \`${pool.name}\``,
      because: [inner.because],
      ...(inner.what === 'native' && !program.work(spawn).sized ? { atMost: 'medium' as const } : {}),
    };
  },
  fixes: [singleJob, oneThread],
});
const words: { readonly [what in InnerWorkers['what']]: string } = {
  jobs: 'starts as many workers as there are cores',
  pool: 'starts as many workers as there are cores',
  native: 'computes in threads of its own, as many as there are cores,',
};

/** Four for each core of a machine with 64. */
const most = 256;
function tooMany(spawn: Subject<'spawn'>, pool: Pool, program: Program): Problem | undefined {
  if (pool.kind !== 'process' || !pool.made || (pool.workers ?? 0) < most || program.tasks(pool)[0] !== spawn) return undefined;
  const { bound, because } = program.work(spawn);
  if (bound !== 'interpreter' && bound !== 'native') return undefined;
  return {
    ...(spawn.callable ? { at: spawn.callable.span } : {}),
    message: `\`${pool.name}\` has ${pool.workers} processes for work that only computes: more than there are cores, and each has its memory`,
    because: [[...spawn.runner.because, ...because]],
  };
}
