// Rewrites of places that no rule speaks of: never told as findings, offered where an editor asks for refactorings.
import { loopToProcessPool } from '../fixes/loop-to-process-pool.js';
import { threadsToGather, threadsToTaskGroup } from '../fixes/threads-to-gather.js';
import { type AnyRule, rule, type Topic } from '../model.js';

/** Law 2. A hot loop of one call per turn could use every core. */
const hotLoop = rule({
  id: 'hot-loop',
  law: 'worker',
  title: 'A loop computes on one core',
  on: 'loop',
  severity: 'hint',
  check(loop, program) {
    const turns = program.turns(loop);
    if (!turns) return undefined;
    return {
      at: loop.stmt,
      message: `the turns of this loop compute one after the other: ${turns.economics.says}`,
      because: [turns.because],
    };
  },
  fixes: [loopToProcessPool],
});

/** What a thread of the loop can wait for just as well. */
const carried: ReadonlySet<Topic> = new Set(['http', 'network', 'dns', 'sleep', 'subprocess', 'database', 'file']);
/** Law 1. Threads that do nothing but wait could be tasks of an event loop. */
const waitingThreads = rule({
  id: 'waiting-threads',
  law: 'loop',
  title: 'Threads that only wait',
  on: 'spawn',
  severity: 'hint',
  check(spawn, program) {
    if (spawn.runner.kind !== 'thread' || spawn.targets.length === 0 || (spawn.pool && !spawn.pool.made)) return undefined;
    if (program.work(spawn).bound !== 'waiting') return undefined;
    const waits = spawn.targets.flatMap((it) => program.waits(it));
    const [first] = waits;
    if (!first || !waits.every((it) => carried.has(it.topic))) return undefined;
    return {
      message: 'these threads do nothing but wait: an event loop could carry them',
      because: [spawn.runner.because, program.here(first.at, 'waits here')],
    };
  },
  fixes: [threadsToGather, threadsToTaskGroup],
});

export const refactorings: readonly AnyRule[] = [hotLoop as unknown as AnyRule, waitingThreads as unknown as AnyRule];
