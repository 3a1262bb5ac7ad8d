// Law 2. A fork copies the locks of all threads and only the one thread that forks.
import { processFirst, useSpawn } from '../../fixes/start-method.js';
import { rule } from '../../model.js';

export default rule({
  id: 'fork-with-threads',
  law: 'worker',
  title: 'A process is forked while threads run',
  on: ['spawn', 'call'],
  severity: 'warning',
  check(subject, program) {
    const name = subject.kind === 'call' ? program.called(subject)?.name : subject.api;
    if (
      subject.kind === 'call'
        ? name !== 'os.fork'
        : subject.runner.kind !== 'process' || !/^(?:multiprocessing|concurrent)\./.test(subject.api)
    )
      return undefined;
    const methods = subject.kind === 'spawn' ? program.startMethods(subject) : undefined;
    if (methods && !methods.can.includes('fork')) return undefined;
    if (subject.kind === 'spawn' && subject.pool?.made && program.tasks(subject.pool)[0] !== subject) return undefined; // told at the first
    const found = program.forkedThreads(subject);
    if (!found || program.demonstration(subject.in)) return undefined;
    if (methods && methods.can.length > 1 && !found.shared) return undefined; // it may never fork, and there may be no lock
    const what =
      subject.kind === 'call' ? '`os.fork`' : subject.pool ? `the fork of \`${subject.pool.name}\`` : `the fork for \`${subject.says}\``;
    return {
      message: `${what} copies only this thread: a lock that \`${found.thread.says}\` holds in another thread stays locked in the child`,
      because: [methods ? [...found.because, methods.because] : found.because],
      severity: found.shared ? 'error' : 'warning',
      ...(methods && methods.can.length > 1 ? { atMost: 'medium' as const } : {}),
    };
  },
  fixes: [useSpawn, processFirst],
});
