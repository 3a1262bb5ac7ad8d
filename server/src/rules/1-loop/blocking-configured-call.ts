// Law 1. A function that the project declares as blocking runs on the thread of the event loop.

import { askInThread } from '../../fixes/ask-in-thread.js';
import { moveToThread } from '../../fixes/move-to-thread.js';
import { useDeclaredTwin } from '../../fixes/use-declared-twin.js';
import { pressed, rule, runningAt, runningKinds } from '../../model.js';

export default rule({
  id: 'blocking-configured-call',
  law: 'loop',
  title: 'A call that the project declares as blocking stops the event loop',
  on: runningKinds,
  severity: 'warning',
  optIn: true,
  check(call, program) {
    const stall = program.stall(call);
    if (stall?.topic !== 'other') return undefined;
    return {
      at: runningAt(call),
      message: `\`${stall.sink}\` is declared blocking by this project and runs on the event loop${stall.reached}`,
      because: [stall.because, ...stall.others],
      severity: pressed(stall, 'warning'),
    };
  },
  fixes: [useDeclaredTwin, moveToThread, askInThread],
});
