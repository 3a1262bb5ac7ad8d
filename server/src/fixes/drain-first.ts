// `p.join()` before `q.get()` → after it.
import { type Fix, refuse, safe } from '../model.js';
import { freeName, nextOf, ownsLine } from './placing.js';

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
    const [given] = read.type === 'return_statement' ? read.children : [];
    if (!given) doc.move(read, read, 'before', join);
    else {
      // Behind a `return` nobody would join.
      const name = freeName(join.up('function_definition') ?? join, ['result', 'received', 'answer']);
      if (!name) return refuse('the names for what is read are taken');
      doc.insert('before', join, `${name} = ${given.text}`);
      doc.replace(given, name);
    }
    return safe;
  },
};
