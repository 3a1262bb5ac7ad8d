// A thread or process for each item → a pool with a bound.
import { type Fix, refuse, review } from '../model.js';
import { mapped } from './threads-to-process-pool.js';

/** Threads that wait at once: enough for most servers on the other side. */
const atOnce = 8;

export const workersToPool: Fix<'spawn'> = {
  id: 'workers-to-pool',
  title: 'Use a pool',
  best: 'review',
  offer(spawn, doc) {
    const { program } = doc;
    const partner = program
      .reached(spawn)
      .find((it) => ['barrier', 'condition', 'event', 'queue'].includes(program.called(it.call)?.api.waits ?? ''));
    if (partner) return refuse(`\`${spawn.says}\` calls \`${partner.name}\`: in a pool it could wait for a task that has no worker yet`);
    const isThread = spawn.runner.kind === 'thread';
    const executor = isThread ? 'concurrent.futures.ThreadPoolExecutor' : 'concurrent.futures.ProcessPoolExecutor';
    const closed = isThread ? undefined : program.unpicklable(spawn)[0];
    if (closed) return refuse(`\`${closed.spelled}\` ${closed.says} and cannot be sent to the workers of a pool`);
    return (
      mapped(spawn, doc, executor, isThread ? `max_workers=${atOnce}` : '') ??
      review(
        `at most ${isThread ? `${atOnce} of them run` : 'as many of them run as there are cores'} at once, and an exception in one is raised here`,
      )
    );
  },
};
