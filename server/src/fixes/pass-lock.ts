// `table["n"] += 1` in several processes → the same under a `multiprocessing.Lock` that each of them is given.
import { type Editing, type Fix, type Node, type ProcessUpdate, refuse, review, type Subject } from '../model.js';
import { keywordOf } from './places.js';
import { freeName, ownsLine } from './placing.js';

export const passLock: Fix<'bind'> = {
  id: 'pass-lock',
  title: 'Give each process one lock',
  best: 'review',
  offer(bind, doc) {
    const found = doc.program.processUpdate(bind);
    if (!found || found.own) return undefined;
    const { fn } = bind.in;
    const { chunk } = found.made.in;
    const module = doc.module(chunk);
    const definition = doc.node({ chunk: fn.chunk, span: fn.fact.span }).up('function_definition');
    const params = definition?.field('parameters');
    if (!definition || !params || definition.parent?.type !== 'module' || fn.chunk.file !== chunk.file)
      return refuse('the function is no plain one of this file');
    if (fn.fact.params.some((it) => it.kind !== 'plain' || it.preset)) return refuse('the arguments of the function leave no place for it');
    if (isElsewhere(bind, found, doc))
      return refuse(`\`${found.target}\` is changed in other places as well, which would need the same lock`);
    const uses = module.all('identifier').filter((it) => it.text === fn.fact.name && it.parent?.type !== 'attribute');
    if (uses.length !== found.starts.length + 1 || doc.program.imported(fn.fact.name, bind.in))
      return refuse(`\`${fn.name}\` is used in other places as well`);
    const tuples = found.starts.map((it) => argumentsOf(it, found, fn.fact.params.length, doc));
    const maker = doc.node(found.made).statement();
    const statement = doc.node(bind).statement();
    const name = freeName(module, ['lock', 'update_lock', `${fn.fact.name}_lock`]);
    if (!name || tuples.includes(undefined) || maker.type === 'with_statement' || !ownsLine(maker, doc) || !ownsLine(statement, doc))
      return refuse('the processes are started in a form that is not rewritten');
    const hazard = doc.program.hazard(bind.in, bind.stmt, ['wait']);
    if (hazard) return refuse(`\`${hazard.says}\` would run while the lock is held`);
    doc.insert('after', maker, `${name} = ${doc.use('multiprocessing.Lock', chunk)}()`);
    for (const it of tuples) if (it) doc.replace(it, `(${[...it.children.map((one) => one.text), name].join(', ')})`);
    doc.replace(params, `(${[params.text.slice(1, -1).trim().replace(/,$/, ''), name].join(', ')})`);
    doc.wrap(statement, statement, `with ${name}:`);
    return review('the processes wait for each other at this line');
  },
};
/** Another update of the same object. */
const isElsewhere = (bind: Subject<'bind'>, { made }: ProcessUpdate, { program }: Editing): boolean =>
  bind.in.chunk.events.some((it) => it.kind === 'bind' && it !== bind && program.processUpdate(it)?.made === made);
/** The tuple of a process that is started where the object is made. */
function argumentsOf(spawn: Subject<'spawn'>, { made }: ProcessUpdate, count: number, doc: Editing): Node | undefined {
  if (spawn.pool || spawn.in.fn !== made.in.fn || !/Process$/.test(spawn.api)) return undefined;
  const tuple = keywordOf(doc.node(spawn.call), 'args');
  return tuple?.type === 'tuple' && tuple.children.length === count ? tuple : undefined;
}
