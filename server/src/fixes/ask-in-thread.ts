// `page.text`, where the property waits → `await asyncio.to_thread(getattr, page, "text")`; what has no such form is refused in words.
import { type Editing, type Fix, type Offer, type Running, refuse, review, type Stall, type Step, type Subject } from '../model.js';
import { awaited, noAwait, noPause } from './awaiting.js';
import { isPath } from './places.js';

export const askInThread: Fix<Running> = {
  id: 'ask-in-thread',
  title: 'Ask for it in a thread',
  best: 'review',
  offer(of, doc) {
    if (of.kind === 'call') return undefined;
    const stall = doc.program.stall(of);
    if (!stall) return undefined;
    const method = stall.because[1]?.note.replace(/^calls /, '') ?? 'a method';
    if (of.kind === 'with')
      return refuse(`${method} waits at the edge of the block: the class would need \`__aenter__\` and \`__aexit__\``);
    if (of.kind === 'loop') return refuse(`${method} waits at each turn: the class would need \`__aiter__\` and \`__anext__\``);
    const places = [of, ...stall.others.map((it) => placeOf(it[1]))];
    if (stall.more > 0 || !places.every((it) => it !== undefined)) return refuse('other coroutines lead to the same wait in another way');
    for (const it of places) {
      const refused = noPause(it, doc) ?? ask(it, stall, doc);
      if (refused) return refused;
    }
    return review('the object is then used from another thread: nothing else may use it meanwhile');
  },
};

type Asked = Subject<'read' | 'operate'>;
/** The same question of another coroutine. */
function placeOf(step: Step | undefined): Asked | undefined {
  return step?.chunk.events.find(
    (it): it is Asked =>
      (it.kind === 'read' || it.kind === 'operate') && it.span.start === step.span.start && it.span.end === step.span.end,
  );
}

/** Rewrites one place; a refusal where that has no such form. */
function ask(of: Asked, stall: Stall, doc: Editing): Offer | undefined {
  const node = doc.node(of);
  const refused = noAwait(of.in, node, doc);
  if (refused) return refused;
  if (doc.program.library(of.in) !== 'asyncio') return refuse('this module does not use asyncio');
  if (doc.program.target.python.from < 9) return refuse('`asyncio.to_thread` needs Python 3.9');
  if (doc.program.hides('asyncio', of.in)) return refuse('`asyncio` is a local name here');
  if (stall.topic === 'database') return refuse('the connection would be used from another thread');
  const holder = of.kind === 'read' ? (of.value.is === 'attr' ? of.value.of : undefined) : of.left;
  if (!holder || !isPath(holder)) return refuse('what it is asked of is no plain name');
  const { chunk } = of.in;
  const [first, second] = node.children;
  if (of.kind === 'read' && node.type === 'attribute' && first && second) {
    doc.replace(node, awaited(node, `${doc.use('asyncio.to_thread', chunk)}(getattr, ${first.text}, "${second.text}")`));
  } else if (of.kind === 'operate' && of.op === '[]' && node.type === 'subscript' && node.children.length === 2 && first && second) {
    const get = doc.use('operator.getitem', chunk);
    doc.replace(node, awaited(node, `${doc.use('asyncio.to_thread', chunk)}(${get}, ${first.text}, ${second.text})`));
  } else return refuse('an operator is not handed to a thread');
  return undefined;
}
