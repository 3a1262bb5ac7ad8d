// `loop.call_soon(f)` → a small callback before it that starts `f` as a task and keeps it.
import { type Fix, refuse, review } from '../model.js';
import { keeperFor } from './keep-task.js';
import { declare, freeName, ownsLine } from './placing.js';

export const startTaskInCallback: Fix<'spawn' | 'call'> = {
  id: 'start-task-in-callback',
  title: 'Start a task from a callback',
  best: 'review',
  offer(spawn, doc) {
    if (spawn.kind !== 'spawn' || spawn.runner.kind !== 'callback' || !spawn.callable) return undefined;
    if (doc.program.hides('asyncio', spawn.in)) return refuse('`asyncio` is a local name here');
    const given = doc.node({ chunk: spawn.in.chunk, span: spawn.callable.span });
    const callable = given.type === 'keyword_argument' ? given.field('value') : given;
    if (callable?.type !== 'identifier' && callable?.type !== 'attribute') return refuse('only a function that has a name is rewritten');
    const statement = callable.statement();
    if (!ownsLine(statement, doc)) return refuse('several statements share the line');
    const module = doc.module(spawn.in.chunk);
    const name = freeName(module, [`start_${callable.text.split('.').at(-1)}`, 'start_task']);
    const { set, isNew } = keeperFor(module, callable);
    if (!name || !set) return refuse('the names for the callback and its tasks are taken');
    const indent = doc.indent(statement, 1).slice(doc.indent(statement).length);
    const create = doc.use('asyncio.create_task', spawn.in.chunk);
    const lines = [
      `def ${name}(*args):`,
      `task = ${create}(${callable.text}(*args))`,
      `${set}.add(task)`,
      `task.add_done_callback(${set}.discard)`,
    ];
    doc.insert('before', statement, lines.map((it, at) => (at === 0 ? it : indent + it)).join('\n'));
    doc.replace(callable, name);
    if (isNew) declare(module, `${set} = set()`, doc);
    return review('the callback returns at once, and the task runs beside what follows');
  },
};
