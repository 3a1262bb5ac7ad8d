// `lock.acquire(timeout=5)` → `if not lock.acquire(timeout=5): raise TimeoutError(…)`.
import { type Fix, refuse, review } from '../model.js';
import { isSame, ownsLine } from './placing.js';

export const checkAcquire: Fix<'acquire'> = {
  id: 'check-acquire',
  title: 'Raise when the lock is still taken',
  best: 'review',
  offer(acquire, doc) {
    if (acquire.by.kind !== 'call' || !acquire.bounded) return undefined;
    const call = doc.node(acquire.by);
    const statement = call.statement();
    const lock = call.field('function')?.field('object')?.text;
    if (!lock || !isSame(statement.children[0], call) || !ownsLine(statement, doc))
      return refuse('the call is written in a form that is not rewritten');
    if (doc.program.hides('TimeoutError', acquire.in)) return refuse('`TimeoutError` is a local name here');
    doc.replace(call, `if not ${call.text}:\n${doc.indent(statement, 1)}raise TimeoutError("${lock.replaceAll('"', "'")} is still taken")`);
    return review('what follows runs only with the lock, and whoever calls gets the exception');
  },
};
