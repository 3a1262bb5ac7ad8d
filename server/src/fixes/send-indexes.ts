// Rows that a pool sends to its workers → the index of each: the workers have the rows, from their import or from the fork.
import { type Editing, type Fix, type Node, type Offer, refuse, review, type Subject } from '../model.js';
import { argumentsOf, freeName, keywordOf, positionalOf, topLevelOf } from './places.js';

export const sendIndexes: Fix<'spawn'> = {
  id: 'send-indexes',
  title: 'Send indexes',
  best: 'review',
  offer(spawn, doc) {
    const { pool, callable } = spawn;
    const [target, more] = spawn.targets;
    if (!pool?.made || !/\.(?:map|imap|imap_unordered|map_async)$/.test(spawn.api) || !callable || !target || more) return undefined;
    const call = doc.node(spawn.call);
    const [named, items, third] = positionalOf(call);
    if (!named || !items || third || named.type !== 'identifier' || target.fact.kind === 'lambda')
      return refuse('the task is written in a form that is not rewritten');
    if (items.type !== 'identifier') return refuse('what is sent has no name to be found under');
    if (target.chunk.module !== spawn.in.chunk.module) return refuse(`\`${named.text}\` stands in another module`);
    const given = spawn.call.args.find((it) => it.name === null && it !== callable)?.value;
    const type = given && doc.program.type(given, spawn.in);
    if (!given || !/^(?:builtins\.(?:list|tuple)|numpy\.ndarray)$/.test(type ?? ''))
      return refuse(`\`${items.text}\` is not known to be a list, a tuple or an array`);
    const { total, sized } = doc.program.economics(spawn);
    if (sized && total * saved(pool.workers) < startUp)
      return refuse('the tasks compute too little for processes, whatever is sent to them');
    const at: Place = { spawn, call, named, items, module: doc.module(spawn.in.chunk) };
    return doc.program.hides(items.text, spawn.in) ? fromFork(at, doc) : fromImport(at, given, doc);
  },
};
/** What two thirds of the gain of several workers are, as a part of the work; and seconds in which they start. */
const saved = (workers: number | null): number => 1 - 1 / (workers ?? 4) - 1 / 3;
const startUp = 0.25;
interface Place {
  readonly spawn: Subject<'spawn'>;
  readonly call: Node;
  readonly named: Node;
  readonly items: Node;
  readonly module: Node;
}

/** A global that each worker has: a copy of the parent's, or its own after the import. */
function fromImport({ spawn, call, named, items, module }: Place, value: Subject<'bind'>['value'], doc: Editing): Offer {
  const bound = module.all('assignment', 'augmented_assignment').filter((it) => it.field('left')?.text === items.text);
  const [only] = bound.filter((it) => !it.up('function_definition'));
  const onImport = only?.parent?.type === 'expression_statement' && only.parent.parent?.type === 'module';
  const isGlobal = module.all('global_statement').some((it) => it.children.some((one) => one.text === items.text));
  const forks = canOnlyFork(spawn, doc);
  if (!onImport || isGlobal || bound.filter((it) => !it.up('function_definition')).length !== 1)
    return forks ? refuse(`\`${items.text}\` gets its value in several places`) : refuse(`\`${items.text}\` is not set on import alone`);
  const changed = doc.program.touches(value, spawn.in, 'contents').find((it) => it.op !== 'read' && it.op !== 'iterate');
  if (changed) return refuse(`\`${items.text}\` changes after the import, and a worker may have it as it was`);
  const top = topLevelOf(call);
  if (!top) return refuse('the task is written in a form that is not rewritten');
  const name = freeName(module, `${named.text}_at`);
  doc.insert('before', top, `def ${name}(index):\n    return ${named.text}(${items.text}[index])\n\n`);
  return mapped({ named, items }, name, doc);
}
/** A local: a forked worker has what its initializer is given without anything being sent. */
function fromFork({ spawn, call, named, items, module }: Place, doc: Editing): Offer {
  if (!canOnlyFork(spawn, doc)) return refuse(`each spawned worker would be sent all of \`${items.text}\``);
  const made = spawn.pool?.made;
  const pool = made && doc.node(made);
  const list = pool?.field('arguments');
  const top = topLevelOf(call);
  if (!pool || !list || !top || made.in.fn !== spawn.in.fn) return refuse('where the pool is made is not known');
  if (positionalOf(pool).length > 1 || keywordOf(pool, 'initializer')) return refuse('the pool has an initializer already');
  const scope = pool.up('function_definition') ?? module;
  const late = scope
    .all('assignment', 'augmented_assignment', 'for_statement')
    .some((it) => it.field('left')?.text === items.text && it.span.end > pool.span.start);
  if (late) return refuse(`\`${items.text}\` gets its value after the pool is made`);
  const [own, setter, name] = [`worker_${items.text}`, `set_${items.text}`, `${named.text}_at`].map((it) => freeName(module, it));
  const last = argumentsOf(pool).at(-1);
  const added = `initializer=${setter}, initargs=(${items.text},)`;
  if (last) doc.replace(last, `${last.text}, ${added}`);
  else doc.replace(list, `(${added})`);
  doc.insert('before', top, `def ${setter}(value):\n    global ${own}\n    ${own} = value\n\n`);
  doc.insert('before', top, `def ${name}(index):\n    return ${named.text}(${own}[index])\n\n`);
  return mapped({ named, items }, name as string, doc);
}
function mapped({ named, items }: Pick<Place, 'named' | 'items'>, name: string, doc: Editing): Offer {
  doc.replace(named, name);
  doc.replace(items, `range(len(${items.text}))`);
  return review('each worker keeps all of it in its memory, and changes that a task makes to its row stay in the worker');
}
function canOnlyFork(spawn: Subject<'spawn'>, doc: Editing): boolean {
  const { can } = doc.program.startMethods(spawn);
  return can.length === 1 && can[0] === 'fork';
}
