// `p.join()` before `q.get()` → after it.
import { type Fix, refuse, safe } from '../model.js';
import { nextOf, ownsLine } from './placing.js';

export const drainFirst: Fix<'wait'> = {
  id: 'drain-first',
  title: 'Read the queue first',
  best: 'safe',
  offer(wait, doc) {
    const join = doc.node(wait).statement();
    const read = nextOf(join);
    if (
      join.up('for_statement', 'while_statement') ||
      !read ||
      !/\.(?:get|recv)\(/.test(read.text) ||
      /^(?:for|while|with|if|try)/.test(read.type)
    )
      return refuse('the queue is not read by the next statement: read as many results as there are processes, then join');
    if (!ownsLine(join, doc) || !ownsLine(read, doc)) return refuse('the two share their lines with other statements');
    doc.move(read, read, 'before', join);
    return safe;
  },
};
