// `primes(n)` in a coroutine → `await loop.run_in_executor(process_pool, primes, n)`.
import { type Editing, type Fix, type Node, type Offer, refuse, review, type Subject } from '../model.js';
import { awaited, noAwait, noPause } from './awaiting.js';
import { moveLoop } from './move-loop-to-process.js';
import { poolOf } from './process-pool.js';

export const moveToProcess: Fix<'call' | 'loop'> = {
  id: 'move-to-process',
  title: 'Compute it in another process',
  best: 'review',
  offer(of, doc) {
    if (of.kind === 'loop') return doc.program.burden(of) && moveLoop(of, doc);
    if (!doc.program.burden(of) || doc.program.stall(of)) return undefined;
    if (doc.program.library(of.in) !== 'asyncio')
      return refuse('this module does not use asyncio: its own library has a call for worker processes');
    const node = doc.node(of);
    const refused = noPause(of, doc) ?? noAwait(of.in, node, doc);
    if (refused) return refused;
    const obstacle = doc.program.sendable(of).find((it) => it.what !== 'gain');
    if (obstacle) return refuse(obstacle.say);
    return rewrite(of, node, doc);
  },
};

function rewrite(call: Subject<'call'>, node: Node, doc: Editing): Offer {
  const { chunk } = call.in;
  const callee = node.field('function');
  const list = node.field('arguments');
  if (!callee || list?.type !== 'argument_list') return refuse('the call is written in a form that is not rewritten');
  if (doc.program.hides('asyncio', call.in)) return refuse('`asyncio` is a local name here');
  const pool = poolOf(doc.module(chunk), doc, node, chunk);
  if (!pool) return refuse('`process_pool` means something else in this module');
  const named = list.children.some((it) => it.type === 'keyword_argument' || it.type === 'dictionary_splat');
  const inside = list.text.slice(1, -1).trim();
  const args = inside === '' ? callee.text : `${callee.text}, ${inside}`;
  const bare = named ? `${doc.use('functools.partial', chunk)}(${args})` : args;
  doc.replace(node, awaited(node, `${doc.use('asyncio.get_running_loop', chunk)}().run_in_executor(${pool}, ${bare})`));
  return review('it runs in another process: arguments and the result are copied, and the pool lives as long as the program');
}
