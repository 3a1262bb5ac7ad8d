// Moves a wait at the end of a `with lock:` block behind the block.
import { type Fix, refuse, review } from '../model.js';
import { nextOf, ownsLine, previousOf } from './placing.js';

export const moveOutOfLock: Fix<'call' | 'wait'> = {
  id: 'move-out-of-lock',
  title: 'Wait after the lock is given back',
  best: 'review',
  offer(subject, doc) {
    const statement = doc.node(subject).statement();
    const block = statement.parent;
    const holder = block?.parent;
    if (!block || holder?.type !== 'with_statement' || statement.type !== 'expression_statement')
      return refuse('the wait is part of what the lock guards: moving it would open a race');
    if (nextOf(statement) || !previousOf(statement)) return refuse('something under the lock comes after the wait, or nothing before it');
    if (!ownsLine(statement, doc) || holder.all('with_item').length !== 1)
      return refuse('the block is written in a form that is not rewritten');
    doc.move(statement, statement, 'after', holder);
    return review('others may then change what the lock guards before the wait is over');
  },
};
