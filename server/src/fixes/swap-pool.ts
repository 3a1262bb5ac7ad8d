// A pool of threads → a pool of another kind with the same methods: what the rewrites have in common.
import { type Editing, type Node, type Offer, refuse, type Subject } from '../model.js';
import { guarded } from './main-guard.js';
import { escapes, leaving, staysHere } from './other-process.js';
import { argumentsOf } from './places.js';

export interface Swap {
  /** How the new pool is made, in place of the callee of the old one. */
  readonly callee: (chunk: Subject['in']['chunk'], doc: Editing) => string;
  /** What a reader of the change has to know. */
  readonly changes: string;
  /** Names of constructor arguments that the new pool lacks, with the reason. */
  readonly lacks?: readonly string[];
}

export function swapPool(spawn: Subject<'spawn'>, swap: Swap, doc: Editing): Offer | undefined {
  const { pool } = spawn;
  if (!pool?.made) return undefined;
  const { program } = doc;
  const tasks = program.tasks(pool);
  const stays = staysHere(spawn, tasks, doc);
  if (stays) return stays;
  const waiting = tasks.find((it) => program.work(it).bound === 'waiting');
  if (waiting) return refuse(`\`${waiting.says}\` is given to the same pool and mostly waits: give the two kinds of work a pool each`);
  const made = doc.node(pool.made);
  const lacking = argumentsOf(made).find((it) => swap.lacks?.includes(it.field('name')?.text ?? ''));
  if (lacking) return refuse(`\`${lacking.field('name')?.text}\` has no meaning for processes`);
  const callee = made.field('function');
  if (!callee) return undefined;
  const calls = tasks.map((it) => doc.node(it.call).span.start);
  if (escapes(pool.name, made, (it) => calls.includes(it.span.start)))
    return refuse(`\`${pool.name}\` is handed on, and what is given to it there is not known`);
  const text = swap.callee(pool.made.in.chunk, doc);
  doc.replace(callee, text);
  annotated(made, callee, text, doc);
  for (const task of tasks) chunked(task, doc);
  return guarded(program.obstacles(spawn), doc) ?? leaving(spawn, swap.changes, doc);
}
/** `pool: ThreadPoolExecutor = ThreadPoolExecutor()` */
function annotated(made: Node, callee: Node, text: string, doc: Editing): void {
  const type = made.parent?.type === 'assignment' ? made.parent.field('type') : undefined;
  if (type?.text === callee.text) doc.replace(type, text);
}

/** One task per message costs about 0.1 ms; with many small tasks that adds up. The `map` of `multiprocessing` makes chunks itself. */
function chunked(task: Subject<'spawn'>, doc: Editing): void {
  const { chunk } = doc.program.economics(task);
  if (!/(?:Executor\.map|\.imap(?:_unordered)?)$/.test(task.api) || chunk === 1) return;
  const given = argumentsOf(doc.node(task.call));
  const last = given.at(-1);
  if (last && !given.some((it) => it.field('name')?.text === 'chunksize')) doc.replace(last, `${last.text}, chunksize=${chunk}`);
}
