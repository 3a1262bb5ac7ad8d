// A list of threads, started and joined → `ProcessPoolExecutor.map`, or the same with interpreters.
import { type Editing, type Fix, type Node, type Offer, type QName, refuse, type Subject } from '../model.js';
import { guarded } from './main-guard.js';
import { leaving, staysHere } from './other-process.js';
import { freeName } from './places.js';
import { interpreterChanges, noInterpreter } from './swap-thread-pool-for-interpreter-pool.js';
import { feedOf, type ThreadList, threadListOf } from './thread-list.js';

const shape = 'only threads that are made in one list, started and joined right after it are rewritten';

export const threadsToProcessPool: Fix<'spawn'> = {
  id: 'threads-to-process-pool',
  title: 'Use a ProcessPoolExecutor',
  best: 'review',
  offer: (spawn, doc) =>
    toPool(
      spawn,
      'concurrent.futures.ProcessPoolExecutor',
      'tasks run in other processes: arguments are copied, globals are not shared, and an exception in one is raised here',
      doc,
    ),
};

export const threadsToInterpreterPool: Fix<'spawn'> = {
  id: 'threads-to-interpreter-pool',
  title: 'Use an InterpreterPoolExecutor',
  best: 'review',
  offer(spawn, doc) {
    if (spawn.pool || !threadListOf(doc.node(spawn.call))) return undefined;
    const reason = noInterpreter(spawn, doc.program);
    if (reason !== undefined) return reason === null ? undefined : refuse(reason);
    return toPool(spawn, 'concurrent.futures.InterpreterPoolExecutor', interpreterChanges, doc);
  },
};

function toPool(spawn: Subject<'spawn'>, executor: QName, changes: string, doc: Editing): Offer {
  const refused = staysHere(spawn, [spawn], doc) ?? mapped(spawn, doc, executor, workersFor(spawn));
  return refused ?? guarded(doc.program.obstacles(spawn), doc) ?? leaving(spawn, changes, doc);
}
/** Writes the list of threads or processes as tasks of a pool; a refusal where it has another shape. */
export function mapped(spawn: Subject<'spawn'>, doc: Editing, executor: QName, workers: string): Offer | undefined {
  const call = doc.node(spawn.call);
  const list = threadListOf(call);
  if (!list) return refuse(shape);
  const feed = feedOf(spawn, call, list, doc);
  if (!feed) return refuse('the arguments of the threads are written in a form that is not rewritten');
  const scope = list.first.up('function_definition', 'module') ?? call;
  const [pool, future] = [freeName(scope, 'pool'), freeName(scope, 'future')];
  const tasks = feed.text(pool);
  const body = feed.gives === 'results' ? [`list(${tasks})`] : [`for ${future} in ${tasks}:`, `${one}${future}.result()`];
  replaceThreads(list, spawn, { executor, pool, workers, body }, doc);
  return undefined;
}
const workersFor = ({ count }: Subject<'spawn'>): string => (count.from === 'guess' ? '' : `max_workers=${Math.min(count.n, 61)}`);
const one = ' '.repeat(4);

interface Written {
  readonly executor: QName;
  readonly pool: string;
  readonly body: readonly string[];
  readonly workers?: string;
}
/** A pool with these lines below it, in the place of the threads. */
export function replaceThreads(
  list: ThreadList,
  spawn: Subject<'spawn'>,
  { executor, pool, body, workers = workersFor(spawn) }: Written,
  doc: Editing,
): void {
  const { chunk } = spawn.in;
  const lines = [`with ${doc.use(executor, chunk)}(${workers}) as ${pool}:`, ...body.map((it) => one + it)];
  for (const it of list.run) doc.remove(it);
  if (list.last !== list.first) doc.remove(list.last);
  doc.replace(list.first, indented(lines, list.first));
}
const indented = (lines: readonly string[], at: Node): string => lines.join(`\n${' '.repeat(at.column)}`);
