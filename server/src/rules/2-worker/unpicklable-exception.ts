// Law 2. An exception is made again from its `args` when it comes back from a worker.
import { forwardArguments, reduceException } from '../../fixes/forward-arguments.js';
import { rule } from '../../model.js';

export default rule({
  id: 'unpicklable-exception',
  law: 'worker',
  title: 'An exception cannot come back from a worker',
  on: 'spawn',
  severity: 'error',
  check(spawn, program) {
    if (spawn.runner.kind !== 'process') return undefined;
    const [lost, ...others] = program.lostExceptions(spawn);
    if (!lost) return undefined;
    const harm = spawn.api.startsWith('multiprocessing.')
      ? 'a worker that raises it is waited for for ever'
      : 'a worker that raises it breaks the pool';
    return {
      ...(spawn.callable ? { at: spawn.callable.span } : {}),
      message: `\`${spawn.says}\` can raise \`${lost.name}\`, which does not survive pickling: ${harm}`,
      because: [lost.because, ...others.map((it) => it.because)],
    };
  },
  fixes: [forwardArguments, reduceException],
});
