// Law 1. A synchronous driver of a database or broker waits for its answer on the thread of the event loop.

import { askInThread } from '../../fixes/ask-in-thread.js';
import { moveToThread } from '../../fixes/move-to-thread.js';
import { useAsyncRedis } from '../../fixes/use-async-redis.js';
import { useAsyncTwin } from '../../fixes/use-async-twin.js';
import { useDeclaredTwin } from '../../fixes/use-declared-twin.js';
import { pressed, rule, runningAt, runningKinds } from '../../model.js';

export default rule({
  id: 'blocking-database',
  law: 'loop',
  title: 'A database stops the event loop',
  on: runningKinds,
  severity: 'warning',
  check(call, program) {
    const stall = program.stall(call);
    if (stall?.topic !== 'database') return undefined;
    const raises = stall.sink.startsWith('django.db.'); // SynchronousOnlyOperation
    return {
      at: runningAt(call),
      message: `\`${stall.sink}\` blocks the event loop for a database round trip${stall.reached}`,
      because: [stall.because, ...stall.others],
      severity: pressed(stall, raises ? 'error' : 'warning'),
    };
  },
  fixes: [useDeclaredTwin, moveToThread, useAsyncTwin, useAsyncRedis, askInThread],
});
