// A flag that is polled → `threading.Event`, which wakes who waits.
import { type Editing, type Fix, type Node, type Offer, refuse, review, type Subject } from '../model.js';

export const flagToEvent: Fix<'loop'> = {
  id: 'flag-to-event',
  title: 'Wait for an event instead',
  best: 'review',
  offer(loop, doc) {
    const { program } = doc;
    const { test } = loop;
    const flag = test?.is === 'op' && test.op === 'not' ? test.args[0] : undefined;
    if (!flag) return refuse('the loop runs while the flag is set: an event is waited for until it is set');
    if (flag.is !== 'name') return refuse('the flag is an attribute, whose other uses may not all be in sight');
    const place = program.place(flag, loop.in);
    const statement = doc.node(loop).statement();
    if (!place?.born || statement.type !== 'while_statement' || place.home !== 'global')
      return refuse('where the flag is made is not plain to see');
    if (loop.in.fn.fact.async) return refuse('in a coroutine the event has to be one of asyncio');
    const uses = program.touches(flag, loop.in).map((it) => it.event);
    for (const use of new Set(uses)) {
      const refused = rewrite(use, place.born, statement, doc);
      if (refused) return refused;
    }
    doc.replace(statement, `${flag.name}.wait()`);
    return review('the loop ends as soon as the event is set, and whoever reads the flag reads the event');
  },
};
/** One use of the flag: its first value, `done = True`, or a read. */
function rewrite(use: Subject<'access'>, born: Subject<'bind'>, loop: Node, doc: Editing): Offer | undefined {
  const node = doc.node(use);
  const statement = node.statement();
  if (statement.span.start >= loop.span.start && statement.span.end <= loop.span.end) return undefined;
  if (use.op === 'read') {
    doc.replace(node, `${node.text}.is_set()`);
    return undefined;
  }
  const assignment = statement.children[0];
  const value = assignment?.field('right')?.text;
  if (use.op !== 'write' || assignment?.type !== 'assignment') return refuse('the flag is more than set and read');
  const right = assignment.field('right');
  const first = use.in.chunk === born.in.chunk && born.span.start >= use.stmt.start && born.span.end <= use.stmt.end;
  if (first && value === 'False' && right) doc.replace(right, `${doc.use('threading.Event', use.in.chunk)}()`);
  else if (value === 'True') doc.replace(assignment, `${node.text}.set()`);
  else if (value === 'False') doc.replace(assignment, `${node.text}.clear()`);
  else return refuse('the flag is given other values than `True` and `False`');
  return undefined;
}
