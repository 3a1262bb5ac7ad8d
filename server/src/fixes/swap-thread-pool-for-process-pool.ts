// `ThreadPoolExecutor` → `ProcessPoolExecutor`, with `chunksize` and a main guard where they are needed.
import { type Editing, type Fix, type Node, refuse, review, type Subject } from '../model.js';
import { guarded } from './main-guard.js';

const executor = 'concurrent.futures.ThreadPoolExecutor';

export const swapThreadPoolForProcessPool: Fix<'spawn'> = {
  id: 'swap-thread-pool-for-process-pool',
  title: 'Use a ProcessPoolExecutor',
  offer(spawn, doc) {
    const { pool } = spawn;
    if (pool?.kind !== 'thread') return undefined;
    if (!pool.made)
      return refuse('the default executor belongs to the event loop; a process pool of your own would have to be made and kept');
    if (pool.api !== executor)
      return refuse(`\`${pool.api.split('.').at(-1)}\` has methods that executors lack; \`multiprocessing.Pool\` is its twin`);
    const obstacles = doc.program.obstacles(spawn);
    const hard = obstacles.find((it) => it.what !== 'main-guard');
    if (hard) return refuse(hard.say);
    const waiting = doc.program.tasks(pool).find((it) => doc.program.work(it).bound === 'waiting');
    if (waiting) return refuse(`\`${waiting.says}\` is given to the same pool and mostly waits: give the two kinds of work a pool each`);
    const made = doc.node(pool.made);
    const threadOnly = made.field('arguments')?.children.find((it) => it.field('name')?.text === 'thread_name_prefix');
    if (threadOnly) return refuse('`thread_name_prefix` has no meaning for processes');
    const callee = made.field('function');
    if (!callee) return undefined;
    if (escapes(pool.name, made)) return refuse(`\`${pool.name}\` is handed on, and what is given to it there is not known`);
    doc.replace(callee, doc.use('concurrent.futures.ProcessPoolExecutor', pool.made.in.chunk));
    for (const task of doc.program.tasks(pool)) chunked(task, doc);
    return guarded(obstacles, doc) ?? review('tasks run in other processes: arguments and results are copied, and globals are not shared');
  },
};

/** Is the pool's name used for anything but its methods? */
function escapes(name: string, made: Node): boolean {
  const scope = made.up('function_definition', 'module');
  const uses = scope?.all('identifier').filter((it) => it.text === name) ?? [];
  return uses.some((it) => {
    const { parent } = it;
    if (
      parent?.type === 'attribute' ||
      parent?.type === 'as_pattern_target' ||
      parent?.type === 'assignment' ||
      parent?.type === 'keyword_argument'
    ) {
      return parent.type === 'keyword_argument' && parent.field('value')?.span.start === it.span.start;
    }
    return parent?.type === 'argument_list' || parent?.type === 'return_statement' || parent?.type === 'tuple' || parent?.type === 'list';
  });
}

/** One task per message costs about 0.1 ms; with many small tasks that adds up. */
function chunked(task: Subject<'spawn'>, doc: Editing): void {
  const { chunk } = doc.program.economics(task);
  if (task.api !== `${executor}.map` || chunk === 1) return;
  const given = doc.node(task.call).field('arguments')?.children ?? [];
  const last = given.at(-1);
  if (last && !given.some((it) => it.field('name')?.text === 'chunksize')) doc.replace(last, `${last.text}, chunksize=${chunk}`);
}
