// Law 2. Threads that compute under the GIL take turns instead of running in parallel.
import { returnResults } from '../../fixes/return-results.js';
import { threadToProcess } from '../../fixes/thread-to-process.js';
import { threadsToInterpreterPool, threadsToProcessPool } from '../../fixes/threads-to-process-pool.js';
import { rule, type Step, type Subject } from '../../model.js';

export default rule({
  id: 'cpu-bound-thread',
  law: 'worker',
  title: 'Threads compute under the GIL',
  on: 'spawn',
  severity: 'warning',
  check(spawn, program) {
    if (spawn.runner.kind !== 'thread' || spawn.pool || program.target.gil === 'off') return undefined;
    if (program.demonstration(spawn.in)) return undefined;
    const work = program.work(spawn);
    if (work.bound !== 'interpreter') return undefined;
    const rivals = spawn.runner.many ? [] : program.rivals(spawn);
    if (!spawn.runner.many && (rivals.length === 0 || rivals.some(([it]) => isBefore(it, spawn)))) return undefined; // one alone, or told at the first
    const n = spawn.runner.many ? (spawn.count.from === 'guess' ? '' : `${spawn.count.says} `) : `${rivals.length + 1} `;
    return {
      message: `\`${spawn.says}\` computes under the GIL: ${n}threads take turns and finish no sooner than one`,
      because: [[...spawn.runner.because, ...work.because], ...rivals],
    };
  },
  fixes: [threadsToProcessPool, returnResults, threadToProcess, threadsToInterpreterPool],
});
const isBefore = (it: Step, spawn: Subject<'spawn'>): boolean =>
  it.chunk.order < spawn.in.chunk.order || (it.chunk === spawn.in.chunk && it.span.start < spawn.span.start);
