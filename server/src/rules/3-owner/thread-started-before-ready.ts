// Law 3. A thread that `__init__` starts may run before the next line of it.
import { startLast } from '../../fixes/start-last.js';
import { rule } from '../../model.js';

export default rule({
  id: 'thread-started-before-ready',
  law: 'owner',
  title: 'A thread starts before its object is complete',
  on: ['spawn', 'call'],
  severity: 'warning',
  optIn: true,
  check(start, program) {
    if (start.kind === 'call' && !(start.callee.is === 'attr' && start.callee.name === 'start')) return undefined;
    const found = program.unready(start);
    if (!found || found.start.in.chunk !== start.in.chunk) return undefined;
    return {
      at: found.start.span,
      message: `\`${found.thread}\` starts before \`${found.name}\` exists: its first read may fail`,
      because: [found.because],
    };
  },
  fixes: [startLast],
});
