// `for x in items:` → `with lock: x = next(items, done)` in each turn.
import { type Editing, type Fix, type Node, type Offer, refuse, review, type Subject } from '../model.js';
import { declare, freeName, isSame, ownsLine } from './placing.js';

export const lockNext: Fix<'loop' | 'call'> = {
  id: 'lock-next',
  title: 'Take each item under a lock',
  best: 'review',
  offer(at, doc) {
    const found = doc.program.sharedIterator(at);
    if (!found) return undefined;
    const { chunk } = at.in;
    const module = doc.module(chunk);
    const short = found.name.split('.').at(-1)?.replace(/^_+/, '').toLowerCase() ?? 'items';
    const lock = freeName(module, [`${short}_lock`, `${short}_guard`]);
    const done = freeName(module, [`${short}_done`, `${short}_end`]);
    if (!lock || !done) return refuse('the names for a lock are taken');
    if (at.in.fn.fact.async) return refuse('a coroutine would wait for the lock of a thread');
    const refused = at.kind === 'call' ? one(at, lock, doc) : each(at, found.name, lock, done, doc);
    if (refused) return refused;
    declare(module, `${lock} = ${doc.use('threading.Lock', chunk)}()${at.kind === 'loop' ? `\n${done} = object()` : ''}`, doc);
    return review('one thread at a time runs it up to its next item; the others wait meanwhile');
  },
};

function one(call: Subject<'call'>, lock: string, doc: Editing): Offer | undefined {
  const statement = doc.node(call).statement();
  const simple = statement.type === 'expression_statement' && ownsLine(statement, doc);
  if (!simple || statement.all('await', 'yield').length > 0) return refuse('the item is taken in a statement that does more');
  doc.wrap(statement, statement, `with ${lock}:`);
  return undefined;
}

function each(loop: Subject<'loop'>, items: string, lock: string, done: string, doc: Editing): Offer | undefined {
  const found = doc.node(loop);
  const node = found.type === 'for_statement' ? found : found.up('for_statement');
  const [target, over, body] = [node?.field('left'), node?.field('right'), node?.field('body')];
  if (!node || !target || !over || !body || loop.form !== 'for' || /^async\b/.test(node.text))
    return refuse('the loop is written in a form that is not rewritten');
  if (node.field('alternative')) return refuse('the loop has an `else`');
  const [first] = body.children;
  if (!first || !ownsLine(node, doc) || !startsLine(first, node)) return refuse('several statements share the line');
  if (node.all('yield').length > 0) return refuse('a `yield` stands in the loop');
  const plain = target.type === 'identifier' ? target.text : freeName(doc.module(loop.in.chunk), ['item', 'found']);
  if (!plain || over.text !== items) return refuse('the loop is written in a form that is not rewritten');
  const margin = doc.indent(body.children.find((it) => it.type !== 'comment') ?? first);
  const unit = doc.indent(node, 1).slice(doc.indent(node).length);
  const lines = [
    'while True:',
    `${margin}with ${lock}:`,
    `${margin}${unit}${plain} = next(${items}, ${done})`,
    `${margin}if ${plain} is ${done}:`,
    `${margin}${unit}break`,
    ...(isSame(target, node) || target.type === 'identifier' ? [] : [`${margin}${target.text} = ${plain}`]),
  ];
  const offset = node.text.indexOf('\n');
  if (offset < 0 || /#/.test(node.text.slice(0, offset))) return refuse('a comment stands on the line of the loop');
  doc.replace(node, lines.join('\n') + node.text.slice(offset));
  return undefined;
}
const startsLine = (first: Node, loop: Node): boolean => first.column > loop.column;
