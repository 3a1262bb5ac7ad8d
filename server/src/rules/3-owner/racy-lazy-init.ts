// Law 3. Something is built on first use, and two threads can both be first.
import { buildAtImport } from '../../fixes/build-at-import.js';
import { doubleCheck } from '../../fixes/double-check.js';
import { rule } from '../../model.js';

export default rule({
  id: 'racy-lazy-init',
  law: 'owner',
  title: 'Two threads can each build what one was meant to',
  on: 'race',
  severity: 'warning',
  check(race, program) {
    const { first, place } = race;
    if (first.op !== 'lazy-init' || race.among === 'tasks' || race.guard) return undefined;
    return {
      message: `\`${place.name}\` is built on first use without a lock: two threads can each build one`,
      because: [first.because, race.second.because],
      severity: program.target.gil === 'off' ? 'error' : 'warning',
    };
  },
  fixes: [doubleCheck, buildAtImport],
});
