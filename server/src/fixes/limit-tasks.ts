// `gather(*[fetch(u) for u in urls])` → the same behind a semaphore.
import { type Fix, refuse, review } from '../model.js';
import { freeName } from './places.js';

/** Tasks at once: a guess that is easy to see and to change. */
const atOnce = 20;

export const limitTasks: Fix<'call'> = {
  id: 'limit-tasks',
  title: 'Limit them with a semaphore',
  best: 'review',
  offer(call, doc) {
    const node = doc.node(call);
    const comprehension = node.all('list_comprehension', 'generator_expression', 'set_comprehension')[0] ?? node.up('list_comprehension');
    const clause = comprehension?.children.find((it) => it.type === 'for_in_clause');
    const clauses = comprehension?.children.filter((it) => it.type === 'for_in_clause' || it.type === 'if_clause');
    const target = clause?.field('left');
    if (
      !comprehension ||
      !clause ||
      !target ||
      (clauses?.length ?? 0) > 2 ||
      clauses?.filter((it) => it.type === 'for_in_clause').length !== 1
    )
      return refuse('only tasks that are made in one comprehension are limited');
    const element = comprehension.children[0];
    const inner =
      element?.type === 'call' && /(?:create_task|ensure_future)$/.test(element.field('function')?.text ?? '')
        ? element.field('arguments')?.children[0]
        : element;
    if (inner?.type !== 'call') return refuse('what a task runs is not called here');
    if (doc.program.library(call.in) !== 'asyncio') return refuse('another library has limits of its own');
    const scope = node.up('function_definition');
    if (!scope) return refuse('it stands in no coroutine');
    const names = target.type === 'identifier' ? [target.text] : target.children.map((it) => it.text);
    if (target.type !== 'identifier' && target.children.some((it) => it.type !== 'identifier'))
      return refuse('the loop takes its items apart further down');
    const [limit, one] = [freeName(scope, 'limit'), freeName(scope, 'one')];
    const indent = ' '.repeat(4);
    const text = [
      `${limit} = ${doc.use('asyncio.Semaphore', call.in.chunk)}(${atOnce})`,
      `async def ${one}(${names.join(', ')}):`,
      `${indent}async with ${limit}:`,
      `${indent}${indent}return await ${inner.text}`,
    ].join('\n');
    if (inner.text.includes('\n')) return refuse('the call spans several lines');
    doc.replace(inner, `${one}(${names.join(', ')})`);
    doc.insert('before', node.statement(), text);
    return review(`at most ${atOnce} of them run at once; each still is a task of its own`);
  },
};
