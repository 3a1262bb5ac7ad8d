// `load(url)` → `await asyncio.to_thread(load, url)`, at every coroutine that leads to the same blocking call.

import {
  type Chunk,
  type Editing,
  type Fix,
  type Node,
  type Offer,
  type Region,
  refuse,
  review,
  type Span,
  type Subject,
  safe,
} from '../model.js';
import { isOutside } from './sleep-async.js';

export const moveToThread: Fix<'call'> = {
  id: 'move-to-thread',
  title: 'Run it in a thread',
  offer(call, doc) {
    const { program } = doc;
    const stall = program.stall(call);
    if (!stall || (stall.topic === 'sleep' && stall.at === call)) return undefined;
    const { fn } = call.in;
    if (!fn.fact.async) return refuse(`\`${fn.name}\` is a callback, not a coroutine: it has no place for an \`await\``);
    if (program.library(call.in) !== 'asyncio')
      return refuse('this module does not use asyncio: its own library has a call for worker threads');
    if (program.target.python.from < 9) return refuse('`asyncio.to_thread` needs Python 3.9');
    const others = stall.more > 0 ? [] : stall.others; // more than anybody would review: then this place alone
    const places = [call, ...others.flatMap((it) => (it[1] ? [{ in: regionOf(it[1].chunk, it[1].span), span: it[1].span }] : []))];
    const bound = program.loopBound(call);
    if (bound) return refuse(`it reaches \`${bound}\`, and in another thread there is no running loop`);
    const shared = program.interleaved(call);
    if (shared) return refuse(`\`${shared}\` is read before and written after: during an \`await\` another task could change it`);
    for (const place of places) {
      const refused = move(place.in, place.span, doc);
      if (refused) return refused;
    }
    return tier(call, doc, places.length);
  },
};

/** The region of the call at a span. */
function regionOf(chunk: Chunk, span: Span): Region {
  const call = chunk.events.find((it) => it.kind === 'call' && it.span.start === span.start && it.span.end === span.end);
  return (call?.in ?? chunk.regions[0]) as Region;
}

/** Rewrites one call; a refusal when its surroundings forbid it. */
function move(at: Region, span: Span, doc: Editing): Offer | undefined {
  const [lock] = doc.program.locks(at);
  if (lock) return refuse(`\`${lock}\` is held here and would stay held across the \`await\``);
  if (doc.program.hides('asyncio', at)) return refuse('`asyncio` is a local name here');
  const node = doc.node({ chunk: at.chunk, span });
  const callee = node.field('function');
  const list = node.field('arguments');
  if (!callee || !list) return refuse('the call is written in a form that is not rewritten');
  if (list.children.some((it) => /^stream\s*=\s*True$/.test(it.text)))
    return refuse('with `stream=True` the body is read later, on the event loop');
  if (isOutside(node)) return refuse('an `await` is not possible in a class body or a decorator');
  if (list.type === 'generator_expression') return refuse('the argument is a generator, which would run in the thread');
  if (node.up('generator_expression', 'lambda')) return refuse('an `await` is not possible inside this expression');
  if (node.parent?.type === 'with_item' || (node.parent?.type === 'as_pattern' && node.parent.parent?.type === 'with_item')) {
    return refuse('what it opens is used in the block under it: the whole block would have to move to a thread');
  }
  const moved = `await ${doc.use('asyncio.to_thread', at.chunk)}(${withCallee(callee.text, list)})`;
  doc.replace(node, isOperand(node) ? `(${moved})` : moved);
  return undefined;
}

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
    parent?.type === 'call' || parent?.type === 'await' || (parent?.type === 'binary_operator' && parent.field('operator')?.text === '**')
  );
}
function tier(call: Subject<'call'>, doc: Editing, places: number): Offer {
  const stall = doc.program.stall(call);
  if (places > 1) return review(`${places} coroutines lead to the same call, and each then runs it in a thread`);
  const method = call.callee.is === 'attr' && doc.program.type(call.callee.of, call.in) !== undefined;
  if (method) return review('the object is then used from another thread: nothing else may use it meanwhile');
  if (stall?.topic === 'sleep') return review('other tasks run while the thread sleeps');
  return stall?.bounded ? safe : review('the call has no timeout, so the thread may be occupied for ever');
}
