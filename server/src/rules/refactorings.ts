// Rewrites of places that no rule speaks of: never told as findings, offered where an editor asks for refactorings.
import { loopToProcessPool } from '../fixes/loop-to-process-pool.js';
import { type AnyRule, rule } from '../model.js';

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

export const refactorings: readonly AnyRule[] = [hotLoop as unknown as AnyRule];
