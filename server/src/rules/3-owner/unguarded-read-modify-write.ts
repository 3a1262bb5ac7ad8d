// Law 3. A shared value is read, changed and written back while another thread may do the same.
import { guardWithLock } from '../../fixes/guard-with-lock.js';
import { rule, type Severity } from '../../model.js';

/** Numbers that nobody relies on. */
const counter = /(?:^|[._])(?:counts?|counter|stats|hits)$/i;
const lower: Readonly<Record<Severity, Severity>> = { error: 'warning', warning: 'info', info: 'hint', hint: 'hint' };

export default rule({
  id: 'unguarded-read-modify-write',
  law: 'owner',
  title: 'A shared value is read and written back without a lock',
  on: 'race',
  severity: 'warning',
  check(race, program) {
    if (race.first.op !== 'update' || race.among === 'tasks' || race.guard) return undefined;
    const { target } = program;
    const worst = target.gil === 'off' || target.python.from < 10;
    const severity: Severity = worst ? 'error' : race.window === 'none' ? 'hint' : 'warning';
    const accident = severity === 'hint' ? ', although this Python happens not to switch threads in between' : '';
    return {
      message: `\`${race.place.name}\` is read and written back without a lock: updates from other threads get lost${accident}`,
      because: [race.first.because, race.second.because],
      severity: counter.test(race.place.name) ? lower[severity] : severity,
    };
  },
  fixes: [guardWithLock],
});
