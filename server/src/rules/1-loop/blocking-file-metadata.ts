// Law 1. The file system is asked about files on the thread of the event loop; on a network mount that takes its time.
import { moveToThread } from '../../fixes/move-to-thread.js';
import { useDeclaredTwin } from '../../fixes/use-declared-twin.js';
import { type Program, pressed, rule, type Subject } from '../../model.js';

export default rule({
  id: 'blocking-file-metadata',
  law: 'loop',
  title: 'A question to the file system stops the event loop',
  on: 'call',
  severity: 'hint',
  optIn: true,
  check(call, program) {
    const stall = program.stall(call);
    if (stall?.topic !== 'metadata' || told(call, program)) return undefined;
    return {
      at: call.calleeSpan,
      message: `\`${stall.sink}\` asks the file system on the event loop: slow on network mounts${stall.reached}`,
      because: [stall.because, ...stall.others],
      severity: pressed(stall, 'hint'),
    };
  },
  fixes: [useDeclaredTwin, moveToThread],
});

/** One alarm a function: an earlier call of it speaks for all. */
const told = (call: Subject<'call'>, program: Program): boolean =>
  call.in.chunk.events.some(
    (it) => it.kind === 'call' && it.in.fn === call.in.fn && it.span.start < call.span.start && program.stall(it)?.topic === 'metadata',
  );
