// Law 3. A worker thread calls what only the thread of the event loop may call.
import { callThreadsafe } from '../../fixes/call-threadsafe.js';
import { rule } from '../../model.js';

export default rule({
  id: 'loop-touched-from-thread',
  law: 'owner',
  title: 'A thread calls what only the event loop may',
  on: 'call',
  severity: 'error',
  check(call, program) {
    const found = program.trespass(call);
    if (found?.of !== 'loop' || program.called(call)?.name !== found.name) return undefined;
    const raises = /^asyncio\.[a-z_]+$/.test(found.name); // a function that looks for the loop of its thread
    const says = call.callee.is === 'attr' || call.callee.is === 'name' ? call.callee.name : found.name;
    return {
      at: call.calleeSpan,
      message: raises
        ? `\`${found.name}\` raises RuntimeError here: no event loop runs in this thread`
        : `\`${says}\` is not thread-safe: from this thread the loop may never notice it`,
      because: [found.because],
      ...(found.ours ? { atMost: 'medium' as const } : {}),
    };
  },
  fixes: [callThreadsafe],
});
