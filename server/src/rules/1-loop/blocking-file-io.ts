// Law 1. Contents of files are read, written, copied or unpacked on the thread of the event loop.

import { askInThread } from '../../fixes/ask-in-thread.js';
import { blockToThread } from '../../fixes/block-to-thread.js';
import { moveToThread } from '../../fixes/move-to-thread.js';
import { useDeclaredTwin } from '../../fixes/use-declared-twin.js';
import { pressed, rule, runningAt, runningKinds } from '../../model.js';

export default rule({
  id: 'blocking-file-io',
  law: 'loop',
  title: 'A file stops the event loop',
  on: runningKinds,
  severity: 'warning',
  check(call, program) {
    const stall = program.stall(call);
    if (stall?.topic !== 'file') return undefined;
    return {
      at: runningAt(call),
      message: `\`${stall.sink}\` blocks the event loop while the file is read or written${stall.reached}`,
      because: [stall.because, ...stall.others],
      severity: pressed(stall, 'warning'),
    };
  },
  fixes: [useDeclaredTwin, moveToThread, blockToThread, askInThread],
});
