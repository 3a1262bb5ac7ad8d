// Law 2. Threads that compute under the GIL take turns instead of running in parallel.
import { returnResults } from '../../fixes/return-results.js';
import { threadToProcess } from '../../fixes/thread-to-process.js';
import { threadsToInterpreterPool, threadsToProcessPool } from '../../fixes/threads-to-process-pool.js';
import { type Program, rule, type Step, type Subject } from '../../model.js';

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
    const own = !spawn.runner.many && rivals.length === 0 && work.sized ? ownWork(spawn, program) : undefined;
    if (own) {
      const [here] = program.here(own, 'meanwhile this computes, too');
      return {
        message: `\`${spawn.says}\` computes under the GIL, and so does the code that has started it: the two take turns`,
        because: [
          [...spawn.runner.because, ...work.because],
          [here, ...program.work(own).because],
        ],
        severity: 'hint',
      };
    }
    if (!spawn.runner.many && (rivals.length === 0 || rivals.some(([it]) => isBefore(it, spawn)))) return undefined; // one alone, or told at the first
    const n = spawn.runner.many ? (spawn.count.from === 'guess' ? '' : `${spawn.count.says} `) : `${rivals.length + 1} `;
    return {
      message: `\`${spawn.says}\` computes under the GIL: ${n}threads take turns and finish no sooner than one`,
      because: [[...spawn.runner.because, ...work.because], ...rivals],
    };
  },
  fixes: [threadsToProcessPool, returnResults, threadToProcess, threadsToInterpreterPool],
});
/** What the function that starts a thread computes itself while the thread runs: after its start, and before anything is joined. */
function ownWork({ start }: Subject<'spawn'>, program: Program): Subject<'call'> | undefined {
  for (const it of start?.in.chunk.events ?? []) {
    if (!start || it.in !== start.in || it.span.start < start.span.end) continue;
    if (it.kind !== 'call') continue;
    if (it.callee.is === 'attr' && it.callee.name === 'join') return undefined;
    const { bound, sized } = program.work(it);
    if (bound === 'interpreter' && sized) return it;
  }
  return undefined;
}
const isBefore = (it: Step, spawn: Subject<'spawn'>): boolean =>
  it.chunk.order < spawn.in.chunk.order || (it.chunk === spawn.in.chunk && it.span.start < spawn.span.start);
