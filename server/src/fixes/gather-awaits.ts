// `for i in ids: out.append(await fetch(i))` → `out = await asyncio.gather(*[fetch(i) for i in ids])`.
import { type Editing, type Fix, type Node, refuse, review, type Subject } from '../model.js';
import { emptyList } from './launch-then-wait.js';
import { positionalOf } from './places.js';

export const gatherAwaits: Fix<'loop'> = {
  id: 'gather-awaits',
  title: 'Await them together',
  best: 'review',
  offer(loop, doc) {
    const found = collectingLoop(loop, doc);
    if (typeof found === 'string') return refuse(found);
    const { statement, list, call, over } = found;
    const gathered = `await ${doc.use('asyncio.gather', loop.in.chunk)}(*[${call.text} ${over}])`;
    const born = emptyList(statement, list);
    if (born) doc.remove(born);
    doc.replace(statement, born ? `${list} = ${gathered}` : `${list}.extend(${gathered})`);
    return review('all of them run at once; the first that fails is raised while the others go on');
  },
};

interface Collecting {
  readonly statement: Node;
  /** The list as written, and the call that is awaited for each item. */
  readonly list: string;
  readonly call: Node;
  /** `for i in ids` */
  readonly over: string;
}
/** A loop that does nothing but put what it awaits into a list; a text for any other. */
export function collectingLoop(loop: Subject<'loop'>, doc: Editing): Collecting | string {
  const odd = 'the loop is written in a form that is not rewritten';
  const await_ = doc.program.within(doc.program.body(loop)).find((it) => it.kind === 'await');
  const node = await_ && doc.node(await_);
  const statement = node?.up('for_statement');
  const body = statement?.field('body');
  const [target, items] = [statement?.field('left'), statement?.field('right')];
  const append = body?.children[0]?.children[0];
  const list = append?.field('function')?.field('object');
  const value = append && positionalOf(append)[0];
  if (!node || !statement || !body || !target || !items || body.children.length !== 1) return odd;
  if (statement.field('alternative') || /^async\b/.test(statement.text)) return odd;
  if (statement.all('comment').length > 0) return 'a comment in the loop would be lost';
  if (!list || value?.span.start !== node.span.start || value.span.end !== node.span.end || node.type !== 'await')
    return 'the loop does more than collect what it awaits';
  const call = node.children[0];
  return call ? { statement, list: list.text, call, over: `for ${target.text} in ${items.text}` } : odd;
}
