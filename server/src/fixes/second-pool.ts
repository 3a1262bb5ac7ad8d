// `pool.submit(leaf)` inside of a task of the same pool → a pool of its own for the inner work.
import { type Editing, type Fix, type Node, refuse, review, type Subject } from '../model.js';
import { freeName, isSame, ownsLine } from './placing.js';

export const secondPool: Fix<'wait'> = {
  id: 'second-pool',
  title: 'Give the inner work a pool of its own',
  best: 'review',
  offer(wait, doc) {
    const inner = wait.for.find((it) => it.pool?.made);
    const made = inner?.pool?.made;
    if (!inner || !made) return undefined;
    const call = doc.node(made);
    const statement = call.statement();
    const pool = call.parent?.type === 'assignment' ? call.parent.field('left') : undefined;
    const receiver = doc.node(inner.call).field('function')?.field('object');
    if (!pool || !isNamed(pool) || !isSame(call.parent?.field('right'), call) || !ownsLine(statement, doc))
      return refuse('the pool is made in a form that is not rewritten: a second one beside it keeps the two kinds of work apart');
    if (receiver?.text !== pool.text || inner.call.in.chunk.file !== made.in.chunk.file)
      return refuse(
        `the inner work reaches \`${pool.text}\` under another name, so that a second pool would have to be handed over as well`,
      );
    const again = doc.program.tasks(inner.pool).find((it) => doc.program.runners(it.in).some((one) => one.id === inner.runner.id));
    if (again) return refuse(`\`${inner.says}\` gives tasks to \`${pool.text}\` as well: two pools would wait for each other`);
    const second = secondName(pool, doc.module(made.in.chunk));
    if (!second) return refuse('the names for a second pool are taken');
    const ends = endsOf(pool.text, made, doc);
    if (!ends) return refuse(`\`${pool.text}\` is ended in a way that is not followed: the second pool has to be ended after it`);
    doc.insert('after', statement, `${second} = ${call.text}`);
    doc.replace(receiver, second);
    for (const it of ends) doc.insert('after', it, it.text.replace(pool.text, second));
    const end =
      ends.length > 0
        ? `\`${second}\` is shut down after \`${pool.text}\`, whose tasks wait for it`
        : `nothing shuts \`${pool.text}\` down, nor \`${second}\``;
    return review(`as many workers again; ${end}`);
  },
};
/** A name, or an attribute of the object itself. */
const isNamed = (it: Node): boolean =>
  it.type === 'identifier' || (it.type === 'attribute' && it.field('object')?.type === 'identifier' && it.field('object')?.text === 'self');
function secondName(pool: Node, module: Node): string | undefined {
  const own = pool.field('attribute') ?? pool;
  const plain = own.text.replace(/^_+/, '');
  const hidden = own.text.slice(0, own.text.length - plain.length);
  const free = freeName(module, [`${hidden}inner_${plain}`, `${hidden}second_${plain}`]);
  return free && pool.text.slice(0, pool.text.length - own.text.length) + free;
}
/** The statements that shut the pool down; undefined where something else ends it. */
function endsOf(pool: string, made: Subject<'call'>, doc: Editing): readonly Node[] | undefined {
  const module = doc.module(made.in.chunk);
  if (module.all('with_item').some((it) => it.text === pool || it.text.startsWith(`${pool} as `))) return undefined;
  const calls = module.all('call').filter((it) => it.field('function')?.text === `${pool}.shutdown`);
  const statements = calls.map((it) => it.statement());
  const plain = statements.every(
    (it, at) => it.type === 'expression_statement' && isSame(it.children[0], calls[at] as Node) && ownsLine(it, doc),
  );
  return plain ? statements : undefined;
}
