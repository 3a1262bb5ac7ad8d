// Law 2. A library call that keeps the GIL stops every other thread while it runs, event loops among them.
import { columnsForRows, isRowByRow } from '../../fixes/columns-for-rows.js';
import { runInProcessPool } from '../../fixes/run-in-process-pool.js';
import { swapThreadPoolForProcessPool } from '../../fixes/swap-thread-pool-for-process-pool.js';
import { threadsToProcessPool } from '../../fixes/threads-to-process-pool.js';
import { useJoblibProcesses } from '../../fixes/use-joblib-processes.js';
import { vectorizeCall } from '../../fixes/vectorize-call.js';
import { type Program, type Reached, rule } from '../../model.js';

/** Nanoseconds of one C call from which others notice that they stand still: of many calls, and of the one that is made now and then. */
const noticeable = { often: 10e6, once: 50e6 };
export default rule({
  id: 'gil-holding-call',
  law: 'worker',
  title: 'A library call keeps the GIL',
  on: 'spawn',
  severity: 'warning',
  check(spawn, program) {
    if (spawn.runner.kind !== 'thread' || program.target.gil === 'off' || program.demonstration(spawn.in)) return undefined;
    if (program.work(spawn).bound === 'interpreter') return undefined; // told as computing
    const reached = program.reached(spawn);
    const long = reached.find((it) => isLong(it, spawn.runner.many, program));
    const rows = spawn.runner.many ? reached.find((it) => isRowByRow(it)) : undefined;
    const found = long ?? rows;
    if (!found) return undefined;
    const work = long ? program.work(long.call) : undefined;
    const last = found.because.at(-1) ?? found.because[0];
    const note = work ? `\`${found.name}\` keeps the GIL: ${work.says}` : `\`${found.name}\` runs byte code for each row or element`;
    return {
      ...(spawn.callable ? { at: spawn.callable.span } : {}),
      message: `\`${found.name}\` keeps the GIL while it runs in \`${spawn.says}\`: ${long ? 'other threads and the event loop stand still' : 'the threads take turns'}`,
      because: [[...found.because.slice(0, -1), { ...last, note }] as unknown as typeof found.because],
      severity: long ? 'warning' : 'hint',
      ...(work?.sized ? {} : { atMost: 'medium' as const }),
    };
  },
  fixes: [vectorizeCall, columnsForRows, swapThreadPoolForProcessPool, runInProcessPool, threadsToProcessPool, useJoblibProcesses],
});
/** One C call that holds the GIL, for as long as its sizes show. */
function isLong({ call, api }: Reached, many: boolean, program: Program): boolean {
  if (api?.gil !== 'holds') return false;
  const work = program.work(call);
  return work.sized && work.held >= (many || program.loop(call.in) ? noticeable.often : noticeable.once);
}
