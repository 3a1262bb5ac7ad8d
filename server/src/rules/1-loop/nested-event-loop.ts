// Law 1. A loop is started where one runs already: in a coroutine, below one, in a callback or in the cell of a notebook.

import { awaitCoroutine } from '../../fixes/await-coroutine.js';
import { makeAsync } from '../../fixes/make-async.js';
import { rule, runningAt, runningKinds } from '../../model.js';

export default rule({
  id: 'nested-event-loop',
  law: 'loop',
  title: 'An event loop inside of an event loop',
  on: runningKinds,
  severity: 'error',
  check(call, program) {
    const stall = program.stall(call);
    if (stall?.topic !== 'loop') return undefined;
    return {
      at: runningAt(call),
      message: `\`${stall.sink}\` raises RuntimeError here: a loop already runs in this thread${stall.reached}`,
      because: [stall.because, ...stall.others],
    };
  },
  fixes: [awaitCoroutine, makeAsync],
});
