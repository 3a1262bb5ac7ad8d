// Law 2. Many threads that do nothing but wait for the network, where one event loop would carry it.
import { threadsToGather, threadsToTaskGroup } from '../../fixes/threads-to-gather.js';
import { rule, type Topic } from '../../model.js';

/** So many at once that the memory and the switching of threads matter. */
const many = 64;
const network: ReadonlySet<Topic> = new Set(['http', 'network', 'dns', 'sleep']);

export default rule({
  id: 'threaded-io-fan-out',
  law: 'worker',
  title: 'Many threads that only wait',
  on: 'spawn',
  severity: 'hint',
  optIn: true,
  check(spawn, program) {
    const { pool } = spawn;
    if (spawn.runner.kind !== 'thread' || !pool?.made || program.demonstration(spawn.in)) return undefined;
    const n = pool.workers ?? 0;
    if (n < many || spawn.targets.length === 0 || program.work(spawn).bound !== 'waiting') return undefined;
    const waits = spawn.targets.flatMap((it) => program.waits(it));
    if (waits.length === 0 || !waits.every((it) => network.has(it.topic))) return undefined;
    return {
      message: `\`${pool.name}\` keeps ${n} threads that only wait: asyncio carries the same in one thread`,
      because: [spawn.runner.because, ...waits.slice(0, 1).map((it) => program.here(it.at, 'waits for the network'))],
    };
  },
  fixes: [threadsToGather, threadsToTaskGroup],
});
