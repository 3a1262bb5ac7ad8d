// `create_task(f())` → kept in a set until it is done.
import { type Editing, type Fix, type Node, type Offer, refuse, review, type Subject, safe } from '../model.js';
import { isOutside } from './awaiting.js';
import { declare, freeName, isSame, ownsLine } from './placing.js';

const shape = 'only a call that is a statement, or whose result has a name, is rewritten';

/** For a task that is dropped. */
export const keepTask: Fix<'spawn'> = {
  id: 'keep-task',
  title: 'Keep the task until it is done',
  best: 'safe',
  offer(spawn, doc) {
    const call = doc.node(spawn.call);
    const refused = keep(spawn.call, call, call.text, doc);
    return refused ?? safe;
  },
};
/** For a coroutine that is dropped: somebody may have meant it to run by itself. */
export const keepCoroutine: Fix<'call'> = {
  id: 'start-and-keep-task',
  title: 'Run it as a task of its own',
  best: 'review',
  offer(call, doc) {
    if (call.result === 'tested' || call.result === 'formatted') return undefined;
    if (!call.in.fn.fact.async) return refuse('outside a coroutine there may be no running loop that could run a task');
    if (doc.program.library(call.in) !== 'asyncio')
      return refuse('this module does not use asyncio: its own library has a call that starts tasks');
    if (doc.program.hides('asyncio', call.in)) return refuse('`asyncio` is a local name here');
    const node = doc.node(call);
    const refused = keep(call, node, `${doc.use('asyncio.create_task', call.in.chunk)}(${node.text})`, doc);
    return refused ?? review('it runs beside what follows, which no longer waits for it');
  },
};

/** Writes the three lines; a refusal where they have no place. */
function keep(call: Subject<'call'>, node: Node, text: string, doc: Editing): Offer | undefined {
  if (isOutside(node) && call.in.fn.fact.kind !== 'module') return refuse('a class body or decorator has no place for it');
  const statement = node.statement();
  const expression = statement.children.find((it) => it.type !== 'comment');
  const named = expression?.type === 'assignment' ? expression.field('left') : undefined;
  const value = named ? expression?.field('right') : expression;
  if (statement.type !== 'expression_statement' || !isSame(value, node)) return refuse(shape);
  if (named && named.type !== 'identifier') return refuse(shape);
  if (!ownsLine(statement, doc)) return refuse('several statements share the line');
  const module = doc.module(call.in.chunk);
  const { set, isNew } = keeperFor(module, node);
  if (!set) return refuse('the names for a set of tasks are taken');
  const task =
    named && named.text !== '_' ? named.text : freeName(node.up('function_definition') ?? module, ['task', 'new_task', 'started_task']);
  if (!task) return refuse('the names for the task are taken');
  const margin = doc.indent(statement);
  doc.replace(
    expression ?? statement,
    `${task} = ${text}\n${margin}${set}.add(${task})\n${margin}${task}.add_done_callback(${set}.discard)`,
  );
  if (isNew) declare(module, `${set} = set()`, doc);
  return undefined;
}

/** The set that keeps the tasks of a place: one that is there, else one that has to be declared. */
export function keeperFor(module: Node, at: Node): { readonly set: string | undefined; readonly isNew: boolean } {
  const known = keeperOf(module, at);
  return known ? { set: known, isNew: false } : { set: freeName(module, ['background_tasks', 'running_tasks', 'kept_tasks']), isNew: true };
}
/** A set that the module, or the class around the place, already keeps tasks in. */
function keeperOf(module: Node, at: Node): string | undefined {
  const cls = at.up('class_definition');
  const names = [...module.text.matchAll(/\.add_done_callback\(\s*((?:self\.)?\w+)\.discard\s*\)/g)].map((it) => it[1] ?? '');
  return names.find((it) => {
    if (it.startsWith('self.')) return cls?.text.includes(`${it}.discard`) === true && isMethod(at);
    return module.children.some((one) => new RegExp(`^${it}\\s*(?::[^=]*)?=\\s*(?:set\\(|WeakSet\\(|weakref\\.)`).test(one.text));
  });
}
/** Does `self` mean the object here? */
const isMethod = (at: Node): boolean => /^\(\s*self\b/.test(at.up('function_definition')?.field('parameters')?.text ?? '');
