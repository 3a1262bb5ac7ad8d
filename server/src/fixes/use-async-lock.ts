// A thread lock that only coroutines use → `asyncio.Lock`, taken by `async with`.
import { type Editing, type Fix, type Node, type Offer, refuse, review, type Subject } from '../model.js';

export const useAsyncLock: Fix<'acquire'> = {
  id: 'use-async-lock',
  title: 'Use an asyncio lock',
  offer({ lock }, doc) {
    const { program } = doc;
    const { made } = lock;
    if (!made || program.called(made)?.name !== 'threading.Lock')
      return refuse(`\`${lock.name}\` is not made by \`threading.Lock()\` where that can be seen`);
    const users = program.acquirers(lock);
    const outside = users.find((it) => !it.in.fn.fact.async);
    if (outside) return refuse(`\`${outside.in.fn.name}\` is no coroutine and takes \`${lock.name}\`, too: the state has to be split`);
    for (const it of users) {
      const refused = rewrite(it, doc);
      if (refused) return refused;
    }
    const callee = doc.node(made).field('function');
    if (!callee) return refuse('the lock is made in a form that is not rewritten');
    doc.replace(callee, doc.use('asyncio.Lock', made.in.chunk));
    return review(
      users.length > 1
        ? `${users.length} coroutines then wait for each other without stopping the loop`
        : 'tasks then wait for each other without stopping the loop',
    );
  },
};
function rewrite(user: Subject<'acquire'>, doc: Editing): Offer | undefined {
  const statement: Node = doc.node(user).statement();
  const items = statement.all('with_item').filter((it) => it.up('with_statement')?.span.start === statement.span.start);
  if (user.by.kind !== 'with' || statement.type !== 'with_statement')
    return refuse(`\`${user.lock.name}\` is taken by \`acquire()\` in \`${user.in.fn.name}\``);
  if (items.length !== 1) return refuse('one `with` takes several things, and not all of them are asynchronous');
  doc.keyword(statement, 'with', 'async with');
  return undefined;
}
