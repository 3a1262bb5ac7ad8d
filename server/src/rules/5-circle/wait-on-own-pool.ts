// Law 5. A task waits for work that only its own pool can run.
import { callDirectly } from '../../fixes/call-directly.js';
import { secondPool } from '../../fixes/second-pool.js';
import { rule } from '../../model.js';

export default rule({
  id: 'wait-on-own-pool',
  law: 'circle',
  title: 'A task waits for its own pool',
  on: 'wait',
  severity: 'error',
  check(wait, program) {
    if (wait.bounded || wait.by.kind !== 'call') return undefined;
    const own = new Set(program.runners(wait.in).map((it) => it.id));
    for (const inner of wait.for) {
      const { pool } = inner;
      if (!pool?.made) continue;
      const outer = program.tasks(pool).find((it) => it !== inner && own.has(it.runner.id));
      if (!outer) continue;
      const one = pool.workers === 1;
      return {
        message: `\`${outer.says}\` runs in \`${pool.name}\` and waits for \`${pool.name}\`: with all workers waiting nothing moves`,
        severity: one || outer.runner.many ? ('error' as const) : ('warning' as const),
        because: [
          outer.runner.because,
          [...program.here(inner, `gives \`${inner.says}\` to the same pool`), ...program.here(wait, 'and waits for it')],
        ],
      };
    }
    return undefined;
  },
  fixes: [callDirectly, secondPool],
});
