// Law 1. A coroutine computes for so long between two awaits that every other task notices.
import { moveToProcess } from '../../fixes/move-to-process.js';
import { moveToThread } from '../../fixes/move-to-thread.js';
import { pressed, rule } from '../../model.js';

export default rule({
  id: 'cpu-bound-coroutine',
  law: 'loop',
  title: 'Computing stops the event loop',
  on: ['call', 'loop'],
  severity: 'warning',
  check(of, program) {
    const stall = of.kind === 'call' ? program.stall(of) : undefined;
    if (stall && of.kind === 'call') {
      if (stall.topic !== 'compute') return undefined; // the worse of two topics speaks
      return {
        at: of.calleeSpan,
        message: `\`${stall.sink}\` computes for about ${stall.costs} between awaits: every other task waits${stall.reached}`,
        because: [stall.because, ...stall.others],
        severity: pressed(stall, 'warning'),
      };
    }
    const work = program.burden(of);
    if (!work) return undefined;
    const name = of.kind === 'call' ? (program.callees(of)[0]?.name ?? program.called(of)?.name) : of.in.fn.name;
    return {
      ...(of.kind === 'call' ? { at: of.calleeSpan } : {}),
      message: `\`${name ?? of.in.fn.name}\` computes for ${work.says} between awaits: every other task waits`,
      because: [work.because],
      severity: work.sized ? 'warning' : 'hint',
    };
  },
  fixes: [moveToThread, moveToProcess],
});
