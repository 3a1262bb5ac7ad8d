// A thread lock that only coroutines use → `asyncio.Lock`, taken by `async with`.
import { type Editing, type Fix, type Node, type Offer, refuse, review, type Subject } from '../model.js';
import { awaited, isOutside, letsIn } from './awaiting.js';

export const useAsyncLock: Fix<'acquire'> = {
  id: 'use-async-lock',
  title: 'Use an asyncio lock',
  best: 'review',
  offer({ lock }, doc) {
    const { program } = doc;
    const { made } = lock;
    if (!made || program.called(made)?.name !== 'threading.Lock')
      return refuse(`\`${lock.name}\` is not made by \`threading.Lock()\` where that can be seen`);
    if (program.target.python.from < 10 && !made.in.fn.fact.async)
      return refuse('before Python 3.10 it would be bound to the loop of where it is made');
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
  const refused = letsIn(user, doc);
  if (refused) return refused;
  if (user.by.kind === 'call') return acquired(user, user.by, doc);
  const statement: Node = doc.node(user).statement();
  const items = statement.all('with_item').filter((it) => it.up('with_statement')?.span.start === statement.span.start);
  if (statement.type !== 'with_statement') return refuse(`\`${user.lock.name}\` is taken in a form that is not rewritten`);
  if (items.length !== 1) return refuse('one `with` takes several things, and not all of them are asynchronous');
  doc.keyword(statement, 'with', 'async with');
  return undefined;
}
/** `lock.acquire()` → `await lock.acquire()`; giving it back is the same. */
function acquired({ lock, in: at }: Subject<'acquire'>, call: Subject<'call'>, doc: Editing): Offer | undefined {
  const node = doc.node(call);
  if (call.callee.is !== 'attr' || call.callee.name !== 'acquire' || (node.field('arguments')?.children.length ?? 1) > 0)
    return refuse(`\`${lock.name}\` is taken by \`acquire()\` with a limit in \`${at.fn.name}\``);
  if (isOutside(node) || node.up('lambda', 'generator_expression')) return refuse('an `await` is not possible inside this expression');
  doc.replace(node, awaited(node, node.text));
  return undefined;
}
