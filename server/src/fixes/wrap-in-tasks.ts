// `asyncio.wait([step()])` → `asyncio.wait([asyncio.create_task(step())])`.
import { type Fix, refuse, safe } from '../model.js';

export const wrapInTasks: Fix<'call'> = {
  id: 'wrap-in-tasks',
  title: 'Make each coroutine a task',
  best: 'safe',
  offer(call, doc) {
    const it = doc.program.implicitLoop(call);
    if (it?.form !== 'coroutines') return undefined;
    if (!call.in.fn.fact.async) return refuse('outside of a coroutine there is no running loop that could make tasks');
    if (doc.program.hides('asyncio', call.in)) return refuse('`asyncio` is a local name here');
    for (const one of it.coroutines) {
      const node = doc.node(one);
      doc.replace(node, `${doc.use('asyncio.create_task', call.in.chunk)}(${node.text})`);
    }
    return safe;
  },
};
