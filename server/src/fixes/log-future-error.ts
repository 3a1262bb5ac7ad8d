// `pool.submit(f, x)` → `pool.submit(f, x).add_done_callback(log_error)`.
import { type Fix, refuse, review } from '../model.js';
import { declare, freeName, isSame } from './placing.js';

export const logFutureError: Fix<'spawn'> = {
  id: 'log-future-error',
  title: 'Log an error when it is done',
  best: 'review',
  offer(spawn, doc) {
    if (spawn.api.endsWith('.map')) return undefined;
    const call = doc.node(spawn.call);
    const statement = call.statement();
    const [only] = statement.children.filter((it) => it.type !== 'comment');
    if (!isSame(only, call)) return refuse('the call is written in a form that is not rewritten');
    const module = doc.module(spawn.in.chunk);
    const known = /^def (\w+)\(\w+\):\n(?: +.*\n)*? +.*\.exception\(\)/m.exec(module.text)?.[1];
    const name = known ?? freeName(module, ['log_error', 'log_future_error']);
    if (!name) return refuse('the names for the callback are taken');
    const indent = doc.indent(statement, 1).slice(doc.indent(statement).length);
    doc.replace(call, `${call.text}.add_done_callback(${name})`);
    if (!known) {
      const log = doc.use('logging.error', spawn.in.chunk);
      const lines = [
        `def ${name}(future):`,
        `${indent}if not future.cancelled() and future.exception() is not None:`,
        `${indent}${indent}${log}("a task failed", exc_info=future.exception())`,
      ];
      declare(module, `\n\n${lines.join('\n')}`, doc);
    }
    return review('an exception is logged when the task is done, and raised nowhere');
  },
};
