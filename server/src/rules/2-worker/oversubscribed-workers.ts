// Law 2. Workers of a pool that start as many workers as there are cores, each of them.
import { singleJob } from '../../fixes/single-job.js';
import { rule, type Subject, type Value } from '../../model.js';

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
    const inner = program.reached(spawn).find((it) => usesAllCores(it.call));
    if (!inner) return undefined;
    return {
      ...(spawn.callable ? { at: spawn.callable.span } : {}),
      message: `\`${inner.name}\` starts as many workers as there are cores inside each worker of \`${pool.name}\``,
      because: [inner.because],
    };
  },
  fixes: [singleJob],
});
/** `n_jobs=-1` */
const usesAllCores = ({ args }: Subject<'call'>): boolean => args.some((it) => it.name === 'n_jobs' && isMinusOne(it.value));
const isMinusOne = (value: Value): boolean =>
  (value.is === 'literal' && value.value === -1) ||
  (value.is === 'op' && value.op === '-' && value.args.length === 1 && value.args[0]?.is === 'literal' && value.args[0].value === 1);
