// Law 2. A task that is pickled for longer than it computes is faster without the pool.
import { poolToLoop } from '../../fixes/pool-to-loop.js';
import { sendIndexes } from '../../fixes/send-indexes.js';
import { rule } from '../../model.js';

export default rule({
  id: 'payload-outweighs-work',
  law: 'worker',
  title: 'Processes are sent more than they compute',
  on: 'spawn',
  severity: 'hint',
  check(spawn, program) {
    const { pool } = spawn;
    if (pool?.kind !== 'process' || !pool.made || spawn.targets.length !== 1 || program.demonstration(spawn.in)) return undefined;
    const work = program.work(spawn);
    if (work.wait > 0 || work.unclear > 0) return undefined;
    const [computing, moving] = [(work.held + work.free) / 1e9, program.economics(spawn).payload];
    const workers = pool.workers ?? 4;
    if (workers < 2 || moving <= computing * (1 - 1 / workers) || computing === 0 || moving < worthAWord) return undefined;
    const exact = work.sized && spawn.count.from !== 'guess';
    return {
      message: `\`${pool.name}\` ships more than it computes: about ${time(moving)} of pickling for each ${time(computing)} that \`${spawn.says}\` works`,
      because: [[...spawn.runner.because, ...work.because]],
      severity: exact ? 'warning' : 'hint',
      ...(exact ? {} : { atMost: 'medium' as const }),
    };
  },
  fixes: [sendIndexes, poolToLoop],
});
/** Seconds of one task: below it, the message itself is what costs. */
const worthAWord = 10e-6;
const time = (seconds: number): string => (seconds < 1e-3 ? `${Math.round(seconds * 1e6)} µs` : `${(seconds * 1e3).toPrecision(2)} ms`);
