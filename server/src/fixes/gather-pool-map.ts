// `list(pool.map(f, xs))` → `await asyncio.gather(*(asyncio.get_running_loop().run_in_executor(pool, f, x) for x in xs))`.
import { type Fix, refuse, review } from '../model.js';
import { awaited, noAwait, noPause } from './awaiting.js';
import { isPath } from './places.js';

export const gatherPoolMap: Fix<'call'> = {
  id: 'gather-pool-map',
  title: 'Gather what the pool works on',
  best: 'review',
  offer(call, doc) {
    const stall = doc.program.stall(call);
    if (call.kind !== 'call' || stall?.at !== call || !/^concurrent\.futures\.\w+\.map$/.test(stall.sink)) return undefined;
    const node = doc.node(call);
    const list = node.parent?.parent;
    const refused = noPause(call, doc) ?? noAwait(call.in, node, doc);
    if (refused) return refused;
    if (doc.program.library(call.in) !== 'asyncio') return refuse('this module does not use asyncio');
    if (doc.program.hides('asyncio', call.in)) return refuse('`asyncio` is a local name here');
    const alone = list?.type === 'call' && list.field('function')?.text === 'list' && list.field('arguments')?.children.length === 1;
    if (!list || !alone || doc.program.hides('list', call.in))
      return refuse('the results are waited for one by one where they are used: make a `list` of them first');
    const given = node.field('arguments')?.children ?? [];
    const [task, items, more] = given;
    if (!task || !items || more || given.some((it) => /^(?:keyword_argument|\w+_splat|comment)$/.test(it.type)))
      return refuse('the pool is given more than one function and one iterable');
    if (call.callee.is !== 'attr' || !isPath(call.callee.of)) return refuse('the pool is no plain name');
    const pool = node.field('function')?.field('object')?.text;
    const name = ['item', 'one', 'each'].find((it) => ![task, items].some((of) => new RegExp(`\\b${it}\\b`).test(of.text)));
    if (!pool || !name) return refuse('the call is written in a form that is not rewritten');
    const loop = `${doc.use('asyncio.get_running_loop', call.in.chunk)}()`;
    const each = `${loop}.run_in_executor(${pool}, ${task.text}, ${name}) for ${name} in ${items.text}`;
    doc.replace(list, awaited(list, `${doc.use('asyncio.gather', call.in.chunk)}(*(${each}))`));
    return review('of several errors the first in time comes out, and other tasks run while the pool works');
  },
};
