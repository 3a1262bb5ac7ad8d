// `multiprocessing.Pool` → `ProcessPoolExecutor`, whose workers may have children.
import { type Fix, type Node, refuse, review } from '../model.js';
import { argumentsOf, positionalOf } from './places.js';
import { withAround } from './pool-to-loop.js';

export const poolToExecutor: Fix<'spawn'> = {
  id: 'pool-to-executor',
  title: 'Use a ProcessPoolExecutor',
  best: 'review',
  offer(spawn, doc) {
    const { pool } = spawn;
    if (!pool?.made || pool.api !== 'multiprocessing.pool.Pool') return undefined;
    const call = doc.node(pool.made);
    const found = withAround(call);
    const callee = call.field('function');
    if (!found || !callee) return refuse('only a pool that one `with` block holds is exchanged');
    if (doc.program.startMethods(pool.made).pinned && callee.type === 'attribute')
      return refuse('the pool belongs to a context, which an executor takes as `mp_context`');
    const odd = argumentsOf(call).find(
      (it) => it.type === 'keyword_argument' && !['processes', 'initializer', 'initargs'].includes(it.field('name')?.text ?? ''),
    );
    if (odd || positionalOf(call).length > 1)
      return refuse(`\`${odd?.field('name')?.text ?? 'a second argument'}\` means something else for an executor`);
    const uses = found.body
      .all('identifier')
      .filter((it) => it.text === found.name && it.parent?.field('attribute')?.span.start !== it.span.start);
    for (const use of uses) {
      const mapped = use.parent?.type === 'attribute' ? (use.parent.parent ?? undefined) : undefined;
      if (mapped?.type !== 'call' || use.parent?.field('attribute')?.text !== 'map')
        return refuse(`\`${found.name}\` is used for more than \`map\``);
      doc.replace(mapped, `list(${withKeyword(mapped)})`);
    }
    doc.replace(callee, doc.use('concurrent.futures.ProcessPoolExecutor', pool.made.in.chunk));
    const processes = argumentsOf(call)
      .find((it) => it.field('name')?.text === 'processes')
      ?.field('name');
    if (processes) doc.replace(processes, 'max_workers');
    return review('items are sent one by one unless `chunksize` says otherwise, and a worker that dies breaks the pool');
  },
};
/** The third argument of `Pool.map` is `chunksize`, which executors take by name. */
function withKeyword(call: Node): string {
  const chunk = positionalOf(call)[2];
  if (!chunk) return call.text;
  const at = chunk.span.start - call.span.start;
  return `${call.text.slice(0, at)}chunksize=${call.text.slice(at)}`;
}
