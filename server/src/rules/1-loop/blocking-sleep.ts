// Law 1. `time.sleep`, called here or any number of synchronous calls below, stops the event loop.

import { askInThread } from '../../fixes/ask-in-thread.js';
import { makeAsync } from '../../fixes/make-async.js';
import { moveToThread } from '../../fixes/move-to-thread.js';
import { sleepAsync } from '../../fixes/sleep-async.js';
import { useDeclaredTwin } from '../../fixes/use-declared-twin.js';
import { pressed, rule, runningAt, runningKinds } from '../../model.js';

export default rule({
  id: 'blocking-sleep',
  law: 'loop',
  title: 'A sleep stops the event loop',
  on: runningKinds,
  severity: 'warning',
  check(call, program) {
    const stall = program.stall(call);
    if (stall?.topic !== 'sleep') return undefined;
    const [given] = stall.at.args;
    const yielding = given?.value.is === 'literal' && given.value.value === 0;
    return {
      at: runningAt(call),
      message: `\`${stall.sink}\` blocks the event loop: no other task runs until it returns${stall.reached}`,
      because: [stall.because, ...stall.others],
      severity: yielding ? 'hint' : pressed(stall, 'warning'),
    };
  },
  fixes: [useDeclaredTwin, sleepAsync, moveToThread, makeAsync, askInThread],
});
