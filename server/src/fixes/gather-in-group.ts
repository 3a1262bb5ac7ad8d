// `await gather(*jobs, return_exceptions=True)` → `async with asyncio.TaskGroup() as group: …`.
import { type Fix, refuse, review } from '../model.js';
import { freeName, isSame, ownsLine } from './placing.js';

export const gatherInGroup: Fix<'call'> = {
  id: 'gather-in-group',
  title: 'Use a TaskGroup',
  best: 'review',
  offer(call, doc) {
    if (doc.program.awaitedEnds(call).some((it) => it.how !== 'dropped')) return undefined;
    if (doc.program.target.python.from < 11) return refuse('`asyncio.TaskGroup` needs Python 3.11');
    if (doc.program.hides('asyncio', call.in)) return refuse('`asyncio` is a local name here');
    const node = doc.node(call);
    const statement = node.statement();
    if (!isSame(statement.children[0], node.parent ?? node) || !ownsLine(statement, doc))
      return refuse('the call is written in a form that is not rewritten');
    const given = node.field('arguments')?.children.filter((it) => it.type !== 'keyword_argument') ?? [];
    const scope = node.up('function_definition') ?? node;
    const [group, job] = [freeName(scope, ['group', 'tasks', 'task_group']), freeName(scope, ['job', 'one', 'it'])];
    if (!group || !job || given.some((it) => it.type === 'comment')) return refuse('the names for the group are taken');
    const plain = call.args.filter((it) => it.name === null);
    const tasks = plain.some((it) => it.value.is !== 'star' && !(it.value.is === 'call' && isCoroutine(it.value.event)));
    if (tasks) return refuse('a group takes coroutines alone, and what these are is not known');
    const step = doc.indent(statement, 1);
    const more = doc.indent(statement, 2);
    const lines = given.map((it) =>
      it.type === 'list_splat'
        ? `${step}for ${job} in ${it.text.slice(1)}:\n${more}${group}.create_task(${job})`
        : `${step}${group}.create_task(${it.text})`,
    );
    doc.replace(statement, [`async with ${doc.use('asyncio.TaskGroup', call.in.chunk)}() as ${group}:`, ...lines].join('\n'));
    return review('the first error cancels what is still running, and a group takes coroutines alone, no tasks');

    function isCoroutine(event: number): boolean {
      const inner = call.in.chunk.events[event];
      return inner?.kind === 'call' && doc.program.makes(inner)?.what === 'coroutine';
    }
  },
};
