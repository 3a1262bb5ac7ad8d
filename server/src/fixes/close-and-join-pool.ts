// `pool.close()` and `pool.join()` at the end of the `with` of a pool: it then ends when all work is done.
import { type Fix, refuse, review } from '../model.js';
import { ownsLine } from './placing.js';
import { withOf } from './read-in-block.js';

export const closeAndJoinPool: Fix<'spawn'> = {
  id: 'close-and-join-pool',
  title: 'Wait for all work before the pool ends',
  best: 'review',
  offer(spawn, doc) {
    const block = withOf(spawn, doc);
    const last = block
      ?.field('body')
      ?.children.filter((it) => it.type !== 'comment')
      .at(-1);
    if (!block || !last || !spawn.pool) return undefined;
    if (block.all('return_statement').length > 0) return refuse('a `return` leaves the block before that');
    if (!/^\w+$/.test(spawn.pool.name) || !ownsLine(last, doc)) return refuse('the block is written in a form that is not rewritten');
    doc.insert('after', last, `${spawn.pool.name}.close()\n${spawn.pool.name}.join()`);
    return review('the block ends when all work is done, and not before');
  },
};
