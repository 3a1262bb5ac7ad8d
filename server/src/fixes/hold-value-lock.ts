// `counter.value += 1` in a process → the same under `with counter.get_lock():`.
import { type Fix, refuse, review, type Subject, safe } from '../model.js';
import { ownsLine } from './placing.js';

export const holdValueLock: Fix<'bind'> = {
  id: 'hold-value-lock',
  title: 'Hold the lock of the value',
  best: 'safe',
  offer(bind, doc) {
    const found = doc.program.processUpdate(bind);
    if (!found || (bind.target.is !== 'attr' && bind.target.is !== 'item')) return undefined;
    if (!found.own) return refuse('it has no lock of its own');
    const statement = doc.node(bind).statement();
    const target = (statement.type === 'expression_statement' ? statement.children[0] : statement)?.field('left');
    const holder = target?.field('object') ?? target?.field('value');
    if (!holder || !/^[\w.]+$/.test(holder.text)) return refuse('the value is reached by an expression that may do something each time');
    if (!ownsLine(statement, doc)) return refuse('several statements share the line');
    const hazard = doc.program.hazard(bind.in, bind.stmt);
    if (hazard) return refuse(`\`${hazard.says}\` would run while the lock is held`);
    doc.wrap(statement, statement, `with ${holder.text}.get_lock():`);
    return computes(bind) ? review('the other processes wait while the new value is worked out') : safe;
  },
};
/** What stands on the right is more than numbers and names. */
const computes = (bind: Subject<'bind'>): boolean =>
  bind.in.chunk.events.some((it) => it.kind === 'call' && it.span.start >= bind.stmt.start && it.span.end <= bind.stmt.end);
