// `p.join()` before `q.get()` → after it; `for p in ps: p.join()` before as many reads → after them.
import { type Editing, type Fix, type Node, type Offer, refuse, review, safe } from '../model.js';
import { freeName, nextOf, ownsLine } from './placing.js';

export const drainFirst: Fix<'wait'> = {
  id: 'drain-first',
  title: 'Read the queue first',
  best: 'safe',
  offer(wait, doc) {
    const join = doc.node(wait).statement();
    const loop = join.up('for_statement', 'while_statement');
    if (loop) return afterAll(loop, join, doc);
    const read = nextOf(join);
    if (!read || !reads.test(read.text) || /^(?:for|while|with|if|try)/.test(read.type))
      return refuse('the queue is not read by the next statement: read as many results as there are processes, then join');
    return swap(read, join, doc) ?? safe;
  },
};
const reads = /\.(?:get|recv)\(/;

/** The loop does nothing but join, and what follows it reads once for each turn of it. */
function afterAll(loop: Node, join: Node, doc: Editing): Offer {
  const body = loop.field('body')?.children.filter((it) => it.type !== 'comment') ?? [];
  const over = loop.field('right')?.text;
  const read = nextOf(loop);
  if (loop.type !== 'for_statement' || body.length !== 1 || body[0]?.span.start !== join.span.start || loop.field('alternative'))
    return refuse('the loop does more than to join: read as many results as there are processes, then join');
  if (!read || over === undefined || !readsFor(read, over))
    return refuse(
      'the queue is not read once for each process by the next statement: read as many results as there are processes, then join',
    );
  const each = 'as many results are read as there are processes, so each of them has to put exactly one';
  return swap(read, loop, doc) ?? review(each);
}
/** `[q.get() for _ in processes]`, or a loop over the same that reads once in each turn. */
function readsFor(read: Node, over: string): boolean {
  const turns = [...read.all('for_in_clause'), ...(read.type === 'for_statement' ? [read] : [])];
  const same = turns.filter((it) => [over, `range(len(${over}))`].includes(it.field('right')?.text ?? ''));
  return (
    turns.length === 1 && same.length === 1 && read.text.split(reads).length === 2 && read.all('if_clause', 'if_statement').length === 0
  );
}

/** Undefined where the read stands before the join now. */
function swap(read: Node, join: Node, doc: Editing): Offer | undefined {
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
  return undefined;
}
