// `item = q.get()`, then its use → `try:` … `finally: q.task_done()` around the use.
import { type Editing, type Fix, type Node, type Offer, refuse, type Subject, safe } from '../model.js';
import { ownsLine, siblingsOf } from './placing.js';

export const taskDoneInFinally: Fix<'wait'> = {
  id: 'task-done-in-finally',
  title: 'Say that the item is done, whatever happens',
  best: 'safe',
  offer(wait, doc) {
    const made = doc.program.object(wait.of, wait.by.in)?.made;
    const gets = made ? doc.program.methodsOn(made, ['get', 'get_nowait']).calls : [];
    if (gets.length === 0) return undefined;
    for (const it of gets) {
      const refused = wrapped(it, doc);
      if (refused) return refused;
    }
    return safe;
  },
};

function wrapped(get: Subject<'call'>, doc: Editing): Offer | undefined {
  const call = doc.node(get);
  const queue = call.field('function')?.field('object')?.text;
  const statement = call.statement();
  const [assignment] = statement.children;
  const name = assignment?.type === 'assignment' ? assignment.field('left') : undefined;
  const right = assignment?.field('right');
  const alone = right?.text === call.text || right?.text === `await ${call.text}`;
  if (!queue || !name || name.type !== 'identifier' || !alone) return refuse('an item is taken in a form that is not rewritten');
  if (!ownsLine(statement, doc)) return refuse('several statements share the line');
  const rest = siblingsOf(statement).filter((it) => it.span.start >= statement.span.end);
  const done = rest.filter((it) => it.text === `${queue}.task_done()`);
  const used = rest.filter((it) => !done.includes(it));
  const [first, last] = [used[0], used.at(-1)];
  if (!first || !last || !rest.some((it) => mentions(it, name.text)))
    return refuse('what is done with the item does not follow in the same block');
  if (
    done.length > 1 ||
    (done[0] && done[0] !== rest.at(-1)) ||
    rest.some((it) => !done.includes(it) && it.text.includes(`${queue}.task_done(`))
  )
    return refuse('`task_done()` stands on some ways already');
  const step = doc.indent(statement, 1).slice(doc.indent(statement).length);
  for (const it of done) doc.remove(it);
  doc.wrap(first, last, 'try:');
  doc.insert('after', last, `finally:\n${step}${queue}.task_done()`);
  return undefined;
}
const mentions = (node: Node, name: string): boolean => node.text === name || node.all('identifier').some((it) => it.text === name);
