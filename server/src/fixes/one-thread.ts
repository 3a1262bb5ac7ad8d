// Native threads inside of each process → one, set by the initializer of the pool.
import { type Fix, refuse, review } from '../model.js';
import { argumentsOf, freeName, keywordOf, positionalOf, topLevelOf } from './places.js';

/** How each library is told. NumPy and SciPy leave it to their BLAS, which `threadpoolctl` knows how to tell. */
const setters: readonly { readonly of: RegExp; readonly name: string; readonly library: string }[] = [
  { of: /^torch\./, name: 'torch.set_num_threads', library: 'torch' },
  { of: /^cv2\./, name: 'cv2.setNumThreads', library: 'cv2' },
  { of: /^(?:numpy|scipy|sklearn)\./, name: 'threadpoolctl.threadpool_limits', library: 'threadpoolctl' },
];

export const oneThread: Fix<'spawn'> = {
  id: 'one-thread',
  title: 'Use one native thread in each worker',
  best: 'review',
  offer(spawn, doc) {
    const inner = doc.program.innerWorkers(spawn);
    if (inner?.what === 'pool') return refuse('how many workers the inner pool needs is not known');
    if (inner?.what !== 'native') return undefined;
    const setter = setters.find((it) => it.of.test(inner.name));
    if (!setter) return refuse(`the threads of \`${inner.name}\` are set in the environment, before the program starts`);
    if (setter.library === 'threadpoolctl' && !doc.program.imports('threadpoolctl'))
      return refuse(
        'the threads of BLAS are set in the environment, such as `OMP_NUM_THREADS=1`, or by `threadpoolctl`, which nothing here uses',
      );
    const made = spawn.pool?.made;
    const call = made && doc.node(made);
    const list = call?.field('arguments');
    const [target] = spawn.targets;
    const top = target && topLevelOf(doc.node({ chunk: target.chunk, span: target.fact.span }));
    if (!made || !call || !list || !top || target.chunk.file !== made.in.chunk.file) return refuse('where the pool is made is not known');
    if (positionalOf(call).length > 1 || keywordOf(call, 'initializer')) return refuse('the pool has an initializer already');
    const name = freeName(doc.module(made.in.chunk), 'use_one_thread');
    const last = argumentsOf(call).at(-1);
    if (last) doc.replace(last, `${last.text}, initializer=${name}`);
    else doc.replace(list, `(initializer=${name})`);
    doc.insert('before', top, `def ${name}():\n    ${doc.use(setter.name, made.in.chunk)}(1)\n\n`);
    return review('each worker then computes on one core, and single tasks take longer where cores are idle');
  },
};
