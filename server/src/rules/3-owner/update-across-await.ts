// Law 3. A task reads, waits, and then writes what it made of an old value.
import { guardWithTaskLock } from '../../fixes/guard-with-task-lock.js';
import { updateAfterAwait } from '../../fixes/update-after-await.js';
import { rule } from '../../model.js';

export default rule({
  id: 'update-across-await',
  law: 'owner',
  title: 'A value is read before an await and written after it',
  on: 'race',
  severity: 'warning',
  check(race) {
    const { first, place } = race;
    if (race.window !== 'await' || race.among !== 'tasks' || race.guard || first.op === 'iterate') return undefined;
    return {
      message: `\`${place.name}\` is read before an \`await\` and written after it: another task can write in between`,
      because: [first.because, race.second.because],
    };
  },
  fixes: [updateAfterAwait, guardWithTaskLock],
});
