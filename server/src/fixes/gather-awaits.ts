// `for i in ids: out.append(await fetch(i))` → `out = await asyncio.gather(*[fetch(i) for i in ids])`.
import { type Fix, refuse, review } from '../model.js';
import { emptyList } from './launch-then-wait.js';
import { positionalOf } from './places.js';

export const gatherAwaits: Fix<'loop'> = {
  id: 'gather-awaits',
  title: 'Await them together',
  offer(loop, doc) {
    const await_ = doc.program.within(doc.program.body(loop)).find((it) => it.kind === 'await');
    const node = await_ && doc.node(await_);
    const statement = node?.up('for_statement');
    const body = statement?.field('body');
    const [target, items] = [statement?.field('left'), statement?.field('right')];
    const append = body?.children[0]?.children[0];
    const list = append?.field('function')?.field('object');
    const value = append && positionalOf(append)[0];
    if (
      !node ||
      !statement ||
      !body ||
      !target ||
      !items ||
      body.children.length !== 1 ||
      statement.field('alternative') ||
      /^async\b/.test(statement.text)
    )
      return refuse('the loop is written in a form that is not rewritten');
    if (!list || value?.span.start !== node.span.start || value.span.end !== node.span.end || node.type !== 'await')
      return refuse('the loop does more than collect what it awaits');
    const call = node.children[0];
    if (!call) return refuse('the loop is written in a form that is not rewritten');
    const gathered = `await ${doc.use('asyncio.gather', loop.in.chunk)}(*[${call.text} for ${target.text} in ${items.text}])`;
    const born = emptyList(statement, list.text);
    if (born) doc.remove(born);
    doc.replace(statement, born ? `${list.text} = ${gathered}` : `${list.text}.extend(${gathered})`);
    return review('all of them run at once; the first that fails is raised while the others go on');
  },
};
