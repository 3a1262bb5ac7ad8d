// Law 3. Several processes read, change and write back what they share: some of the updates are lost.

import { holdValueLock } from '../../fixes/hold-value-lock.js';
import { passLock } from '../../fixes/pass-lock.js';
import { rule } from '../../model.js';

export default rule({
  id: 'shared-value-update',
  law: 'owner',
  title: 'Processes update a shared value without its lock',
  on: 'bind',
  severity: 'error',
  check(bind, program) {
    if (bind.from !== 'augmented' && bind.from !== 'assign') return undefined;
    const found = program.processUpdate(bind);
    if (!found) return undefined;
    return {
      message: `\`${found.target}\` is read and written back in each process: updates get lost`,
      because: [found.because],
    };
  },
  fixes: [holdValueLock, passLock],
});
