// `create_task(f())` → `async with asyncio.TaskGroup() as tasks: tasks.create_task(f())`, over the rest of the block.
import { type Fix, type Node, refuse, review } from '../model.js';
import { letsIn } from './awaiting.js';
import { freeName, ownsLine, siblingsOf } from './placing.js';

export const useTaskGroup: Fix<'spawn'> = {
  id: 'use-task-group',
  title: 'Wait for it in a TaskGroup',
  best: 'review',
  offer(spawn, doc) {
    const { fn } = spawn.in;
    if (!fn.fact.async) return refuse(`\`${fn.name}\` is no coroutine, so that it cannot wait for the task`);
    if (fn.fact.generator) return refuse('between two items of a generator a group would stay open');
    if (doc.program.target.python.from < 11) return refuse('`asyncio.TaskGroup` needs Python 3.11');
    if (doc.program.hides('asyncio', spawn.in)) return refuse('`asyncio` is a local name here');
    if (!spawn.api.endsWith('.create_task')) return refuse('`ensure_future` also takes futures, which a group does not');
    const call = doc.node(spawn.call);
    const callee = call.field('function');
    const statement = call.statement();
    if (!callee || statement.type !== 'expression_statement') return refuse('the call is written in a form that is not rewritten');
    const first = outermostLoop(statement);
    if (!ownsLine(first, doc)) return refuse('several statements share the line');
    const rest = siblingsOf(first).filter((it) => it.span.start >= first.span.start);
    const group = freeName(call.up('function_definition') ?? call, ['tasks', 'group', 'task_group']);
    if (!group) return refuse('the names for the group are taken');
    const end = (rest.at(-1) ?? first).span.end - call.span.start + spawn.call.span.start;
    const refused = letsIn({ in: spawn.in, span: { start: end, end } }, doc);
    if (refused) return refused;
    doc.replace(callee, `${group}.create_task`);
    doc.wrap(first, rest.at(-1) ?? first, `async with ${doc.use('asyncio.TaskGroup', spawn.in.chunk)}() as ${group}:`);
    return review(`\`${fn.name}\` then waits for the task, and a task that fails cancels the others`);
  },
};

/** The statement, or the outermost loop around it: a group inside of a loop would wait in each turn. */
function outermostLoop(statement: Node): Node {
  let found = statement;
  for (let it: Node | null = statement; it && it.type !== 'function_definition'; it = it.parent)
    if (it.type === 'for_statement' || it.type === 'while_statement') found = it;
  return found;
}
