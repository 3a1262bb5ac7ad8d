// Law 1. Waiting for a child process, here or any number of synchronous calls below, stops the event loop.

import { askInThread } from '../../fixes/ask-in-thread.js';
import { makeAsync } from '../../fixes/make-async.js';
import { moveToThread } from '../../fixes/move-to-thread.js';
import { subprocessAsync } from '../../fixes/subprocess-async.js';
import { useDeclaredTwin } from '../../fixes/use-declared-twin.js';
import { pressed, rule, runningAt, runningKinds } from '../../model.js';

export default rule({
  id: 'blocking-subprocess',
  law: 'loop',
  title: 'A child process stops the event loop',
  on: runningKinds,
  severity: 'warning',
  check(call, program) {
    const stall = program.stall(call);
    if (stall?.topic !== 'subprocess') return undefined;
    const starts = stall.sink === 'subprocess.Popen'; // only until it runs: milliseconds
    const waits = /\.(?:wait|communicate)$/.test(stall.sink) && !stall.bounded;
    return {
      at: runningAt(call),
      message: `\`${stall.sink}\` blocks the event loop until the child process ${starts ? 'has started' : 'ends'}${stall.reached}`,
      because: [stall.because, ...stall.others],
      severity: pressed(stall, starts ? 'hint' : waits ? 'error' : 'warning'),
    };
  },
  fixes: [useDeclaredTwin, moveToThread, subprocessAsync, makeAsync, askInThread],
});
