// Law 3. A lock, queue or event is given to workers that it cannot connect.
import { useProcessTwin } from '../../fixes/use-process-twin.js';
import { rule } from '../../model.js';

export default rule({
  id: 'wrong-domain-primitive',
  law: 'owner',
  title: 'A lock or queue for another kind of worker',
  on: 'spawn',
  severity: 'error',
  check(spawn, program) {
    const found = program.wrongDomain(spawn);
    if (!found) return undefined;
    const { name } = found;
    return {
      at: found.span,
      message:
        found.family === 'process'
          ? `\`${name}\` goes to a process when that starts: as an argument of a task it raises RuntimeError`
          : `\`${name}\` does not reach other processes: each side has its own copy or none`,
      because: [found.because],
    };
  },
  fixes: [useProcessTwin],
});
