// `pool.submit(f, x).result()` → `await loop.run_in_executor(pool, f, x)`, and `future.result()` → `await asyncio.wrap_future(future)`.
import { type Editing, type Fix, type Node, type Offer, refuse, review, type Subject, safe } from '../model.js';
import { awaited, noAwait, noPause } from './awaiting.js';

export const awaitFuture: Fix<'call' | 'acquire'> = {
  id: 'await-future',
  title: 'Await the future',
  best: 'safe',
  offer(call, doc) {
    if (call.kind !== 'call') return undefined;
    const stall = doc.program.stall(call);
    if (stall?.sink !== 'concurrent.futures.Future.result' || stall.at !== call) return undefined;
    const node = doc.node(call);
    const refused = noPause(call, doc) ?? noAwait(call.in, node, doc);
    if (refused) return refused;
    if (doc.program.library(call.in) !== 'asyncio') return refuse('this module does not use asyncio');
    if (doc.program.hides('asyncio', call.in)) return refuse('`asyncio` is a local name here');
    const callee = node.field('function');
    const future = callee?.type === 'attribute' ? callee.children[0] : undefined;
    const list = node.field('arguments');
    if (!future || !list) return refuse('the call is written in a form that is not rewritten');
    const given = submitted(future, call, doc) ?? `${doc.use('asyncio.wrap_future', call.in.chunk)}(${future.text})`;
    return limited(list, node, given, call, doc);
  },
};

/** `pool.submit(f, x)` as what a loop gives to the pool. */
function submitted(future: Node, call: Subject<'call'>, doc: Editing): string | undefined {
  const method = future.type === 'call' ? future.field('function') : undefined;
  const list = future.field('arguments');
  if (method?.type !== 'attribute' || method.field('attribute')?.text !== 'submit' || !list) return undefined;
  const pool = method.children[0]?.text;
  const all = list.children.filter((it) => it.type !== 'comment');
  const named = all.some((it) => it.type === 'keyword_argument' || it.type === 'dictionary_splat');
  const inside = list.text.slice(1, -1).trim().replace(/,$/, '');
  const args = named ? `${doc.use('functools.partial', call.in.chunk)}(${inside})` : inside;
  return `${doc.use('asyncio.get_running_loop', call.in.chunk)}().run_in_executor(${pool}, ${args})`;
}
/** With a timeout `asyncio.wait_for` gives up; its error is the same class since Python 3.11. */
function limited(list: Node, node: Node, given: string, call: Subject<'call'>, doc: Editing): Offer {
  const [limit, more] = list.children.filter((it) => it.type !== 'comment');
  if (!limit) {
    doc.replace(node, awaited(node, given));
    return safe;
  }
  if (more || limit.type === 'list_splat' || limit.type === 'dictionary_splat') return refuse('the arguments are not all written out');
  if (doc.program.target.python.from < 11) return refuse('before Python 3.11 the `TimeoutError` of asyncio is another class');
  const seconds = limit.type === 'keyword_argument' ? limit.field('value')?.text : limit.text;
  doc.replace(node, awaited(node, `${doc.use('asyncio.wait_for', call.in.chunk)}(${given}, ${seconds})`));
  return review('after the timeout the future is cancelled, which a task that already runs does not notice');
}
