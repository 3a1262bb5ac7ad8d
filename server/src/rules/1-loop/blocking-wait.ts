// Law 1. The thread of the event loop waits for another thread, another process or a person.

import { awaitFuture } from '../../fixes/await-future.js';
import { makeAsync } from '../../fixes/make-async.js';
import { moveToThread } from '../../fixes/move-to-thread.js';
import { pressed, rule } from '../../model.js';

export default rule({
  id: 'blocking-wait',
  law: 'loop',
  title: 'Waiting for others stops the event loop',
  on: 'call',
  severity: 'error',
  check(call, program) {
    const stall = program.stall(call);
    if (!stall || (stall.topic !== 'wait' && stall.topic !== 'console')) return undefined;
    const person = stall.topic === 'console';
    return {
      at: call.calleeSpan,
      message: `\`${stall.sink}\` blocks the event loop until ${person ? 'somebody answers' : 'another thread answers'}${stall.reached}`,
      because: [stall.because, ...stall.others],
      severity: pressed(stall, stall.bounded ? 'warning' : 'error'),
    };
  },
  fixes: [awaitFuture, moveToThread, makeAsync],
});
