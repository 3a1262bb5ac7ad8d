// Law 2. Each access to what a manager holds is a message to its process: in a loop they are what takes the time.
import { localCopy } from '../../fixes/local-copy.js';
import { rule } from '../../model.js';

export default rule({
  id: 'hot-manager-proxy',
  law: 'worker',
  title: 'A loop asks a manager at each turn',
  on: 'loop',
  severity: 'hint',
  optIn: true,
  check(loop, program) {
    const found = program.hotProxy(loop);
    const [first] = found?.accesses ?? [];
    if (!found || !first || program.demonstration(loop.in)) return undefined;
    return {
      at: first.at.span,
      message: `\`${found.name}\` is a proxy: each access is a message to the manager process, ${found.accesses.length === 1 ? 'one' : `${found.accesses.length} of them`} in each turn of the loop`,
      because: [found.because],
      ...(found.sure ? {} : { atMost: 'medium' as const }),
    };
  },
  fixes: [localCopy],
});
