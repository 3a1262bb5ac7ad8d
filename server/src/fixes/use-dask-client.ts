// `ThreadPoolExecutor` → the executor of a Dask client, in projects that use Dask: processes of one machine or of many.
import { type Fix, refuse, review } from '../model.js';
import { argumentsOf, freeName, positionalOf } from './places.js';
import { withAround } from './pool-to-loop.js';
import { swapPool } from './swap-pool.js';
import { executor } from './swap-thread-pool-for-process-pool.js';

export const useDaskClient: Fix<'spawn'> = {
  id: 'use-dask-client',
  title: 'Use the executor of a Dask client',
  best: 'review',
  offer(spawn, doc) {
    const { pool } = spawn;
    if (pool?.api !== executor || !pool.made) return undefined;
    const library = ['dask', 'distributed'].find((it) => doc.program.imports(it));
    if (!library) return undefined;
    const call = doc.node(pool.made);
    const around = withAround(call);
    if (!around) return refuse('only a pool that one `with` block holds is exchanged');
    const workers =
      positionalOf(call)[0]?.text ??
      argumentsOf(call)
        .find((it) => it.field('name')?.text === 'max_workers')
        ?.field('value')?.text;
    const others = argumentsOf(call).filter((it) => it.type === 'keyword_argument' && it.field('name')?.text !== 'max_workers');
    if (others.length + positionalOf(call).length > 1) return refuse('a Dask client takes other arguments');
    const client = freeName(doc.module(pool.made.in.chunk), 'client');
    const made = doc.use(library === 'dask' ? 'dask.distributed.Client' : 'distributed.Client', pool.made.in.chunk);
    const text = `${made}(${workers === undefined ? '' : `n_workers=${workers}, threads_per_worker=1`}) as ${client}, ${client}.get_executor`;
    const given = call.field('arguments');
    const offer = swapPool(spawn, { callee: () => text, changes: '' }, doc);
    if (!offer || offer.tier === 'refused' || !given) return offer;
    doc.replace(given, '()');
    return review(
      'tasks run in the workers of a Dask cluster, here or on other machines: arguments and results are copied, and modules have to be there',
    );
  },
};
