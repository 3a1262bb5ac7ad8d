// Law 3. One generator is advanced by several threads, and it can only be in one place at a time.
import { fillQueue } from '../../fixes/fill-queue.js';
import { lockNext } from '../../fixes/lock-next.js';
import { rule } from '../../model.js';

export default rule({
  id: 'shared-iterator',
  law: 'owner',
  title: 'Several threads advance one iterator',
  on: ['loop', 'call'],
  severity: 'error',
  check(at, program) {
    const found = program.sharedIterator(at);
    if (!found || program.demonstration(at.in)) return undefined;
    const { what, name } = found;
    const end = what === 'generator' ? '`generator already executing`, or lost items' : 'items are lost or seen twice without a GIL';
    return {
      ...(at.kind === 'call' ? { at: at.calleeSpan } : {}),
      message: `\`${name}\` is advanced by several threads: ${end}`,
      because: [found.because],
      severity: what === 'generator' || program.target.gil === 'off' ? 'error' : 'hint',
    };
  },
  fixes: [lockNext, fillQueue],
});
