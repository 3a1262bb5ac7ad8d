// Law 3. What a test found no longer holds when the next statement trusts it.
import { getNowait } from '../../fixes/get-nowait.js';
import { guardWithLock } from '../../fixes/guard-with-lock.js';
import { useSetdefault } from '../../fixes/use-setdefault.js';
import { rule } from '../../model.js';

export default rule({
  id: 'check-then-act',
  law: 'owner',
  title: 'A test is trusted after another thread could change what it saw',
  on: 'race',
  severity: 'warning',
  check(race, program) {
    const { first, place } = race;
    if (first.op !== 'check-act' || race.among === 'tasks' || race.guard) return undefined;
    const queue = place.part === 'contents' && place.holds !== undefined && program.api(place.holds)?.is === 'queue';
    const what = queue ? `\`${place.name}\` was not empty` : `what was found in \`${place.name}\``;
    const rest = queue ? 'may be over when the item is taken: then it waits for ever' : 'may no longer hold when it is acted on';
    return {
      message: `${what} ${rest}, because another thread can act in between`,
      because: [first.because, race.second.because],
      severity: queue || program.target.gil === 'off' ? 'error' : 'warning',
    };
  },
  fixes: [getNowait, useSetdefault, guardWithLock],
});
