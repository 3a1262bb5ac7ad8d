// `while True: item = q.get()` → ends at None, which the end of the program puts.
import { type Fix, refuse, review, type Subject } from '../model.js';
import { isSame, ownsLine } from './placing.js';

export const stopSentinel: Fix<'spawn'> = {
  id: 'stop-sentinel',
  title: 'Stop it by a last item',
  best: 'review',
  offer(spawn, doc) {
    const [target] = spawn.targets;
    if (!target || spawn.pool) return undefined;
    const get = target.chunk.events.find(
      (it): it is Subject<'call'> =>
        it.kind === 'call' &&
        it.in.fn === target &&
        it.callee.is === 'attr' &&
        it.callee.name === 'get' &&
        doc.program.object(it.callee.of, it.in)?.role === 'queue',
    );
    if (!get) return undefined;
    if (spawn.in.fn.fact.kind !== 'module' || target.chunk.file !== spawn.in.chunk.file)
      return refuse('where the program ends is not in sight: it is not started by the body of this module');
    if (spawn.runner.many) return refuse('several workers take from the queue, and each needs a last item of its own');
    const call = doc.node(get);
    const statement = call.statement();
    const [assignment] = statement.children;
    const name = assignment?.type === 'assignment' && isSame(assignment.field('right'), call) ? assignment.field('left') : undefined;
    const queue = call.field('function')?.field('object')?.text;
    const module = doc.module(spawn.in.chunk);
    const last = module.children.filter((it) => it.type !== 'comment').at(-1);
    if (name?.type !== 'identifier' || !queue || !ownsLine(statement, doc))
      return refuse('an item is taken in a form that is not rewritten');
    if (!/^\w+$/.test(queue) || !module.children.some((it) => it.text.startsWith(`${queue} =`)))
      return refuse('the queue is no name of the module');
    if (last?.type !== 'expression_statement' || !ownsLine(last, doc)) return refuse('the end of the module is no plain statement');
    const step = doc.indent(statement, 1).slice(doc.indent(statement).length);
    doc.insert('after', statement, `if ${name.text} is None:\n${step}break`);
    doc.insert('after', last, `${queue}.put(None)`);
    return review('the worker ends when it gets to the last item');
  },
};
