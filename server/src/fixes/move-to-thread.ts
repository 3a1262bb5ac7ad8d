// `load(url)` → `await asyncio.to_thread(load, url)`.
import { type Editing, type Fix, type Node, type Offer, refuse, review, type Subject, safe } from '../model.js';

export const moveToThread: Fix<'call'> = {
  id: 'move-to-thread',
  title: 'Run it in a thread',
  offer(call, doc) {
    const stall = doc.program.stall(call);
    if (!stall || (stall.topic === 'sleep' && stall.at === call)) return undefined;
    if (doc.program.library(call.in) !== 'asyncio')
      return refuse('this module does not use asyncio: its own library has a call for worker threads');
    if (doc.program.target.python.from < 9) return refuse('`asyncio.to_thread` needs Python 3.9');
    const [lock] = doc.program.locks(call.in);
    if (lock) return refuse(`\`${lock}\` is held here and would stay held across the \`await\``);
    const node = doc.node(call);
    const callee = node.field('function');
    const list = node.field('arguments');
    if (!callee || !list) return undefined;
    if (list.type === 'generator_expression') return refuse('the argument is a generator, which would run in the thread');
    if (node.up('generator_expression', 'lambda')) return refuse('an `await` is not possible inside this expression');
    const moved = `await ${doc.use('asyncio.to_thread', call.in.chunk)}(${withCallee(callee.text, list)})`;
    doc.replace(node, isOperand(node) ? `(${moved})` : moved);
    return tier(call, doc);
  },
};

/** The arguments as written, line breaks and comments too, with the callee in front. */
function withCallee(callee: string, list: Node): string {
  const inside = list.text.slice(1, -1);
  if (list.children.length === 0) return callee;
  return /^\s*\n/.test(inside) ? `${inside.match(/^\s*/)?.[0] ?? ''}${callee},${inside}` : `${callee}, ${inside.trimStart()}`;
}
/** `load(url).text`: the `await` must come first. */
function isOperand(node: Node): boolean {
  const { parent } = node;
  if (parent?.type === 'attribute' || parent?.type === 'subscript') return parent.children[0]?.span.start === node.span.start;
  return (
    parent?.type === 'call' ||
    (parent?.type === 'await' && true) ||
    (parent?.type === 'binary_operator' && parent.field('operator')?.text === '**')
  );
}
function tier(call: Subject<'call'>, doc: Editing): Offer {
  const stall = doc.program.stall(call);
  const method = call.callee.is === 'attr' && doc.program.type(call.callee.of, call.in) !== undefined;
  if (method) return review('the object is then used from another thread: nothing else may use it meanwhile');
  if (stall?.topic === 'sleep') return review('other tasks run while the thread sleeps');
  return stall?.bounded ? safe : review('the call has no timeout, so the thread may be occupied for ever');
}
