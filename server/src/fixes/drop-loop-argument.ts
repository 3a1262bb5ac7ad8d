// `asyncio.sleep(1, loop=loop)` → `asyncio.sleep(1)`.
import { type Fix, type Node, refuse, safe } from '../model.js';

export const dropLoopArgument: Fix<'call'> = {
  id: 'drop-loop-argument',
  title: 'Leave out the loop',
  best: 'safe',
  offer(call, doc) {
    if (doc.program.implicitLoop(call)?.form !== 'argument') return undefined;
    const list = doc.node(call).field('arguments');
    const all = list?.children.filter((it) => it.type !== 'comment') ?? [];
    const at = all.findIndex((it) => it.type === 'keyword_argument' && it.field('name')?.text === 'loop');
    const it = all[at];
    if (!list || !it) return refuse('the arguments are not all written out');
    if (!isPlain(it.field('value'))) return refuse('what stands for the loop does something of its own');
    if (list.children.length !== all.length) return refuse('there is a comment among the arguments');
    const left = all.filter((one) => one !== it).map((one) => one.text);
    doc.replace(list, `(${left.join(', ')})`);
    return safe;
  },
};
const isPlain = (it: Node | undefined): boolean => it?.type === 'identifier' || it?.type === 'attribute' || it?.type === 'none';
