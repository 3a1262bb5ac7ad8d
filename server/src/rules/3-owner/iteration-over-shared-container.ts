// Law 3. A loop walks a container that another thread adds to or takes from meanwhile.
import { guardWithLock } from '../../fixes/guard-with-lock.js';
import { snapshotLoop } from '../../fixes/snapshot-loop.js';
import { rule } from '../../model.js';

export default rule({
  id: 'iteration-over-shared-container',
  law: 'owner',
  title: 'A container changes size while a loop walks it',
  on: 'race',
  severity: 'warning',
  check(race, program) {
    const { first, place } = race;
    if (first.op !== 'iterate' || race.among === 'tasks' || race.guard) return undefined;
    const list = place.holds === 'builtins.list';
    const free = program.target.gil === 'off';
    const end = list ? ', so that items are skipped or seen twice' : '';
    return {
      message: `\`${place.name}\` changes size in another thread while this loop walks it${end}`,
      because: [first.because, race.second.because],
      severity: !list ? 'error' : free ? 'warning' : 'hint',
    };
  },
  fixes: [snapshotLoop, guardWithLock],
});
