// Law 3. A place is used under one lock nearly everywhere, and here without it.
import { guardWithLock } from '../../fixes/guard-with-lock.js';
import { rule } from '../../model.js';

/** Guarded accesses that are shown beside the bare one. */
const shown = 5;

export default rule({
  id: 'inconsistent-lock-use',
  law: 'owner',
  title: 'A lock is taken nearly everywhere, and not here',
  on: 'gap',
  severity: 'warning',
  check(gap, program) {
    const { guard, touch, place } = gap;
    if (guard.by !== 'majority') return undefined;
    const torn = touch.op === 'update' || touch.op === 'iterate' || program.target.gil === 'off';
    return {
      message: `\`${place.name}\` is guarded by \`${guard.lock.name}\` in ${guard.inside} of ${guard.inside + guard.outside} places, but not here`,
      because: [touch.because, ...gap.others.slice(0, shown).map((it) => it.because)],
      ...(gap.harm === 'high' ? {} : { atMost: 'medium' as const }),
      severity: touch.op === 'iterate' && place.holds === 'builtins.list' ? 'hint' : torn ? 'error' : 'warning',
    };
  },
  fixes: [guardWithLock],
});
