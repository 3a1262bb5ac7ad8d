// `asyncio.to_thread(f, x)`, `loop.run_in_executor(None, f, x)` → the same task in a pool of processes.
import { type Editing, type Fix, type Node, refuse, type Subject } from '../model.js';
import { guarded } from './main-guard.js';
import { leaving, staysHere } from './other-process.js';
import { positionalOf } from './places.js';
import { poolOf } from './process-pool.js';

const byThread = 'asyncio.to_thread';
/** Is the task given to the pool of threads that each event loop has? */
export const isDefault = ({ pool, api }: Subject<'spawn'>): boolean =>
  pool?.kind === 'thread' && pool.made === null && (api === byThread || api.endsWith('.run_in_executor'));

export const runInProcessPool: Fix<'spawn'> = {
  id: 'run-in-process-pool',
  title: 'Run it in a process pool',
  best: 'review',
  offer(spawn, doc) {
    if (!isDefault(spawn)) return undefined;
    const stays = staysHere(spawn, [spawn], doc);
    if (stays) return stays;
    const call = doc.node(spawn.call);
    const refused = rewritten(spawn, call, doc);
    if (refused) return refuse(refused);
    const changes =
      'it runs in another process: arguments and results are copied, context variables stay behind, and the pool lives as long as the program';
    return guarded(doc.program.obstacles(spawn), doc) ?? leaving(spawn, changes, doc);
  },
};

/** Why it is not rewritten. */
function rewritten(spawn: Subject<'spawn'>, call: Node, doc: Editing): string | undefined {
  const { chunk } = spawn.in;
  const [callee, list, [first]] = [call.field('function'), call.field('arguments'), positionalOf(call)];
  if (!callee || !first || list?.type !== 'argument_list') return 'the call is written in a form that is not rewritten';
  const coroutine = spawn.api === byThread;
  if (coroutine && !spawn.in.fn.fact.async) return 'nothing says that an event loop runs here';
  if (coroutine && needsCoroutine(call)) return 'a task is made of it, which takes a coroutine and no future';
  const pool = poolOf(doc.module(chunk), doc, doc.node(spawn.call), chunk);
  if (!pool) return '`process_pool` means something else in this module';
  if (!coroutine) {
    doc.replace(first, pool);
    return undefined;
  }
  const named = list.children.some((it) => it.type === 'keyword_argument' || it.type === 'dictionary_splat');
  const args = list.text.slice(1, -1).trim().replace(/,$/, '');
  const bare = named ? `${doc.use('functools.partial', chunk)}(${args})` : args;
  doc.replace(call, `${doc.use('asyncio.get_running_loop', chunk)}().run_in_executor(${pool}, ${bare})`);
  return undefined;
}
function needsCoroutine(call: Node): boolean {
  const outer = call.parent?.type === 'argument_list' ? call.parent.parent?.field('function')?.text : undefined;
  return /(?:^|\.)(?:create_task|run|run_until_complete|run_coroutine_threadsafe|start_soon)$/.test(outer ?? '');
}
