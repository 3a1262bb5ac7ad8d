// `for x in items:` in several threads → one thread fills a queue from the iterator, and the others take from it.
import { type Editing, type Fix, type Node, refuse, review, type Subject } from '../model.js';
import { freeName, ownsLine } from './placing.js';

/** Items that are made before anybody asks for them. */
const ahead = 8;

export const fillQueue: Fix<'loop' | 'call'> = {
  id: 'fill-queue',
  title: 'Fill a queue by one thread',
  best: 'review',
  offer(at, doc) {
    const found = doc.program.sharedIterator(at);
    if (found?.what !== 'generator' || at.kind !== 'loop' || at.in.fn.fact.async) return undefined;
    const { made } = found;
    if (made.in.chunk.file !== at.in.chunk.file) return refuse('the iterator is made in another file');
    const store = doc.node(made).statement();
    const loop = loopOf(at, doc);
    const assignment = store.type === 'expression_statement' ? store.children[0] : undefined;
    const [name, call] = assignment?.type === 'assignment' ? [assignment.field('left'), assignment.field('right')] : [];
    if (!loop || name?.type !== 'identifier' || call?.type !== 'call' || !ownsLine(store, doc))
      return refuse('the loop or the iterator is written in a form that is not rewritten');
    const module = doc.module(at.in.chunk);
    if (!isOnlyUse(loop, found.name) || !areHandedOver(store, name.text, at.in.fn.fact.name))
      return refuse('the iterator is used in other places as well');
    const short = found.name.replace(/^_+/, '').toLowerCase();
    const done = freeName(module, [`${short}_done`, `${short}_end`]);
    const filled = freeName(module, [`filled_${short}`, `queue_of_${short}`]);
    const top = topOf(store);
    if (!done || !filled || !top) return refuse('the names for a queue are taken');
    const { chunk } = at.in;
    const [queue, thread] = [doc.use('queue.Queue', chunk), doc.use('threading.Thread', chunk)];
    doc.insert('before', firstOf(top, topOf(loop.node)), helper(filled, done, queue, thread));
    doc.replace(call, `${filled}(${call.text})`);
    rewrite(loop, found.name, done, doc);
    return review('one thread runs it, and its error ends the others; items are made ahead of those who take them');
  },
};

const helper = (filled: string, done: string, queue: string, thread: string): string =>
  [
    `${done} = object()\n\n`,
    `def ${filled}(source):`,
    `    found = ${queue}(${ahead})\n`,
    '    def fill():',
    '        try:',
    '            for item in source:',
    '                found.put(item)',
    '        finally:',
    `            found.put(${done})\n`,
    `    ${thread}(target=fill, daemon=True).start()`,
    '    return found\n\n',
  ].join('\n');

interface Loop {
  readonly node: Node;
  readonly target: Node;
  readonly body: Node;
}
function loopOf(at: Subject<'loop'>, doc: Editing): Loop | undefined {
  const found = doc.node(at);
  const node = found.type === 'for_statement' ? found : found.up('for_statement');
  const [target, body] = [node?.field('left'), node?.field('body')];
  if (!node || !target || !body || at.form !== 'for' || /^async\b/.test(node.text) || node.field('alternative')) return undefined;
  const head = node.text.slice(0, Math.max(0, node.text.indexOf('\n')));
  const plain = target.type === 'identifier' && ownsLine(node, doc) && head !== '' && !head.includes('#');
  return plain && node.all('yield').length === 0 ? { node, target, body } : undefined;
}
/** The function has nothing but the loop to do with it. */
function isOnlyUse({ node }: Loop, name: string): boolean {
  const fn = node.up('function_definition');
  const over = node.field('right');
  if (!fn || over?.text !== name || over.type !== 'identifier') return false;
  const body = fn.field('body');
  return body !== undefined && body.all('identifier').filter((it) => it.text === name).length === 1;
}
/** Where it is made, it is only handed to threads that run the function. */
function areHandedOver(store: Node, name: string, target: string): boolean {
  const around = store.up('function_definition');
  const body = around?.field('body');
  if (!body) return false;
  const uses = body.all('identifier').filter((it) => it.text === name && !isInside(it, store));
  return uses.length > 0 && uses.every((it) => isArgument(it, target));
}
const isInside = (it: Node, outer: Node): boolean => it.span.start >= outer.span.start && it.span.end <= outer.span.end;
/** `Thread(target=f, args=(items,))`, `submit(f, items)`. */
function isArgument(use: Node, target: string): boolean {
  const list = use.up('argument_list');
  if (!list) return false;
  return list.children.some((it) =>
    it.type === 'keyword_argument' ? it.field('name')?.text === 'target' && it.field('value')?.text === target : it.text === target,
  );
}
function topOf(node: Node): Node | undefined {
  for (let it: Node | null = node; it; it = it.parent) if (it.parent?.type === 'module') return it;
  return undefined;
}
/** The statement of the module that comes first, with what decorates it. */
const firstOf = (a: Node, b: Node | undefined): Node => (b && b.span.start < a.span.start ? b : a);

function rewrite({ node, target, body }: Loop, items: string, done: string, doc: Editing): void {
  const first = body.children.find((it) => it.type !== 'comment');
  const margin = first ? doc.indent(first) : '';
  const unit = doc.indent(node, 1).slice(doc.indent(node).length);
  const lines = [
    'while True:',
    `${margin}${target.text} = ${items}.get()`,
    `${margin}if ${target.text} is ${done}:`,
    `${margin}${unit}${items}.put(${done})`,
    `${margin}${unit}break`,
  ];
  doc.replace(node, lines.join('\n') + node.text.slice(node.text.indexOf('\n')));
}
