// `for i in ids: out.append(await fetch(i))` → tasks of an `asyncio.TaskGroup`, whose results are read behind it.
import { type Fix, refuse, review } from '../model.js';
import { collectingLoop } from './gather-awaits.js';
import { emptyList } from './launch-then-wait.js';
import { freeName } from './placing.js';

export const awaitInGroup: Fix<'loop'> = {
  id: 'await-in-group',
  title: 'Await them together in a TaskGroup',
  best: 'review',
  offer(loop, doc) {
    if (doc.program.target.python.from < 11) return undefined;
    const found = collectingLoop(loop, doc);
    if (typeof found === 'string') return refuse(found);
    if (doc.program.hides('asyncio', loop.in)) return refuse('`asyncio` is a local name here');
    const { statement, list, call, over } = found;
    const scope = statement.up('function_definition') ?? statement;
    const [group, tasks, task] = [
      freeName(scope, ['group', 'task_group']),
      freeName(scope, ['tasks', 'running']),
      freeName(scope, ['task', 'one']),
    ];
    if (!group || !tasks || !task) return refuse('the names for the group are taken');
    const results = `[${task}.result() for ${task} in ${tasks}]`;
    const born = emptyList(statement, list);
    if (born) doc.remove(born);
    const lines = [
      `async with ${doc.use('asyncio.TaskGroup', loop.in.chunk)}() as ${group}:`,
      `${doc.indent(statement, 1)}${tasks} = [${group}.create_task(${call.text}) ${over}]`,
      `${doc.indent(statement)}${born ? `${list} = ${results}` : `${list}.extend(${results})`}`,
    ];
    doc.replace(statement, lines.join('\n'));
    return review('all of them run at once; the first that fails cancels the others, and its error comes in a group');
  },
};
