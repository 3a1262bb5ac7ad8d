// Law 1. The thread of the event loop waits for another thread, another process or a person.

import { askInThread } from '../../fixes/ask-in-thread.js';
import { awaitFuture } from '../../fixes/await-future.js';
import { gatherPoolMap } from '../../fixes/gather-pool-map.js';
import { makeAsync } from '../../fixes/make-async.js';
import { moveToThread } from '../../fixes/move-to-thread.js';
import { useAsyncPrimitive } from '../../fixes/use-async-primitive.js';
import { useDeclaredTwin } from '../../fixes/use-declared-twin.js';
import { type Problem, type Program, pressed, rule, runningAt, runningKinds, type Subject } from '../../model.js';

export default rule({
  id: 'blocking-wait',
  law: 'loop',
  title: 'Waiting for others stops the event loop',
  on: [...runningKinds, 'acquire'],
  severity: 'error',
  check(of, program) {
    if (of.kind === 'acquire') return contended(of, program);
    const stall = program.stall(of);
    if (!stall || (stall.topic !== 'wait' && stall.topic !== 'console')) return undefined;
    const person = stall.topic === 'console';
    return {
      at: runningAt(of),
      message: `\`${stall.sink}\` blocks the event loop until ${person ? 'somebody answers' : 'another thread answers'}${stall.reached}`,
      because: [stall.because, ...stall.others],
      severity: pressed(stall, stall.bounded ? 'warning' : 'error'),
    };
  },
  fixes: [useDeclaredTwin, awaitFuture, gatherPoolMap, useAsyncPrimitive, moveToThread, makeAsync, askInThread],
});

/** A short critical section is fine; one whose lock others keep while they wait is not. */
function contended(of: Subject<'acquire'>, program: Program): Problem | undefined {
  const holder = program.slowHolder(of);
  if (!holder) return undefined;
  return {
    at: of.span,
    message: `\`${of.lock.name}\` blocks the event loop until another thread answers: it is held there during slow work`,
    because: [program.here(of, `the event loop takes \`${of.lock.name}\``), holder],
    severity: 'warning',
  };
}
