// `while True: time.sleep(x)` → `while not stop.is_set(): stop.wait(x)`, and `stop.set()` at the end of the program.
import { type Editing, type Fix, type Node, refuse, review, type Subject } from '../model.js';
import { declare, freeName, ownsLine } from './placing.js';

export const stopEvent: Fix<'spawn'> = {
  id: 'stop-event',
  title: 'Stop it by an event',
  best: 'review',
  offer(spawn, doc) {
    const [target] = spawn.targets;
    if (!target || spawn.pool) return undefined;
    const sleeps = target.chunk.events.filter(
      (it): it is Subject<'call'> => it.kind === 'call' && it.in.fn === target && doc.program.called(it)?.name === 'time.sleep',
    );
    if (sleeps.length === 0) return refuse('it neither sleeps nor polls, so that it would not look at an event in time');
    if (spawn.in.fn.fact.kind !== 'module' || target.chunk.file !== spawn.in.chunk.file)
      return refuse('where the program ends is not in sight: it is not started by the body of this module');
    const loop = loopOf(
      doc,
      target.chunk.events.find((it) => it.kind === 'loop' && it.in.fn === target && it.form === 'while'),
    );
    const test = loop?.field('condition');
    const module = doc.module(spawn.in.chunk);
    const name = freeName(module, ['stop', 'stopped', 'stop_event']);
    const last = module.children.filter((it) => it.type !== 'comment').at(-1);
    if (!loop || !test || !name || !last || !ownsLine(last, doc) || last.type !== 'expression_statement')
      return refuse('the end of the module is no plain statement');
    doc.replace(test, `not ${name}.is_set()`);
    for (const it of sleeps) {
      const callee = doc.node(it).field('function');
      if (callee) doc.replace(callee, `${name}.wait`);
    }
    declare(module, `${name} = ${doc.use('threading.Event', spawn.in.chunk)}()`, doc);
    doc.insert('after', last, `${name}.set()`);
    return review('the worker ends when the body of the module does');
  },
};
function loopOf(doc: Editing, at: Subject | undefined): Node | undefined {
  if (!at) return undefined;
  const node = doc.node(at);
  return node.type === 'while_statement' ? node : (node.up('while_statement') ?? node.all('while_statement')[0]);
}
