// An object that threads may not share without a lock → every use of it under one, made beside it.
import { type Editing, type Fix, type Node, refuse, review, type Subject } from '../model.js';
import { freeName, nextOf, ownsLine } from './placing.js';

export const lockEachUse: Fix<'call'> = {
  id: 'lock-each-use',
  title: 'Hold a lock over each use',
  best: 'review',
  offer(call, doc) {
    const found = doc.program.unsafeUse(call);
    if (!found || found.safety === 'incompatible') return undefined; // no lock makes it another thread's
    const { made } = found;
    const node = doc.node(made);
    const name = node.parent?.type === 'assignment' ? node.parent.field('left') : undefined;
    if (made.in.kind !== 'module' || name?.type !== 'identifier' || !ownsLine(node.statement(), doc))
      return refuse('only a global that is made in one line is rewritten');
    if (doc.program.imported(name.text, made.in)) return refuse(`other modules use \`${name.text}\` as well`);
    const module = doc.module(made.in.chunk);
    const lock = freeName(module, [`${name.text}_lock`, `${name.text}_guard`]);
    if (!lock) return refuse('the names for a lock are taken');
    const uses = module.all('identifier').filter((it) => it.text === name.text && it.span.start !== name.span.start && !isLabel(it));
    const statements = distinct(uses.map((it) => it.statement())).filter((it) => it.up('function_definition'));
    for (const it of statements) {
      const reason = unlockable(it, doc);
      if (reason) return refuse(reason);
    }
    for (const { first, last } of runs(statements)) doc.wrap(first, last, `with ${lock}:`);
    doc.insert('after', node.statement(), `${lock} = ${doc.use('threading.Lock', made.in.chunk)}()`);
    return review('the threads use it one after the other; what belongs together has to stand under one `with`');
  },
};
const isLabel = (it: Node): boolean =>
  (it.parent?.type === 'keyword_argument' && it.parent.field('name')?.span.start === it.span.start) ||
  (it.parent?.type === 'attribute' && it.parent.field('attribute')?.span.start === it.span.start);
const distinct = (all: readonly Node[]): readonly Node[] =>
  all.filter((it, at) => all.findIndex((one) => one.span.start === it.span.start) === at);

/** Why a lock must not be held over the statement. */
function unlockable(it: Node, doc: Editing): string | undefined {
  if (it.type !== 'expression_statement' && it.type !== 'return_statement') return 'it is used in the head of a block';
  if (!ownsLine(it, doc)) return 'several statements share the line';
  if (it.up('function_definition')?.text.startsWith('async')) return 'a coroutine uses it: a thread lock would stop the loop';
  const event = it.chunk.events.find(
    (one): one is Subject<'call'> =>
      one.kind === 'call' && doc.node(one).span.start >= it.span.start && doc.node(one).span.end <= it.span.end,
  );
  const hazard = event && doc.program.hazard(event.in, event.stmt, ['wait']);
  return hazard && `\`${hazard.says}\` would run while the lock is held`;
}
/** Statements that follow each other are one stretch. */
function runs(all: readonly Node[]): readonly { readonly first: Node; readonly last: Node }[] {
  const found: { first: Node; last: Node }[] = [];
  for (const it of all) {
    const before = found.at(-1);
    const next = before && nextOf(before.last);
    if (before && next?.span.start === it.span.start) before.last = it;
    else found.push({ first: it, last: it });
  }
  return found;
}
