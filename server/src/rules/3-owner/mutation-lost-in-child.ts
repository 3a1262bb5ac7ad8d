// Law 3. A child process changes its own copy, and the parent waits for it and reads another one.
import { returnFromChild } from '../../fixes/return-results.js';
import { shareWithChild } from '../../fixes/share-with-child.js';
import { rule } from '../../model.js';

export default rule({
  id: 'mutation-lost-in-child',
  law: 'owner',
  title: 'The parent reads what only the child has changed',
  on: 'spawn',
  severity: 'error',
  check(spawn, program) {
    if (spawn.runner.kind !== 'process' || !/^(?:multiprocessing|concurrent)\./.test(spawn.api)) return undefined;
    const [first, ...others] = program.lostChanges(spawn);
    if (!first || program.demonstration(spawn.in)) return undefined;
    if (spawn.pool && program.unpicklable(spawn).some((it) => it.what === 'callable')) return undefined; // it never gets that far
    return {
      ...(spawn.callable ? { at: spawn.callable.span } : {}),
      message: `\`${first.name}\` is changed in the child only: the parent reads its own, unchanged copy`,
      because: [first.because, ...others.map((it) => it.because)],
    };
  },
  fixes: [returnFromChild, shareWithChild],
});
