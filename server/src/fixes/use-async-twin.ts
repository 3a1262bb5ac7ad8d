// `Article.objects.get(pk=1)` → `await Article.objects.aget(pk=1)`: the same method of the same object, awaited.
import { type Fix, refuse, review } from '../model.js';
import { awaited, noAwait, noPause } from './awaiting.js';

export const useAsyncTwin: Fix<'call'> = {
  id: 'use-async-twin',
  title: 'Await the asynchronous method',
  best: 'review',
  offer(call, doc) {
    const stall = doc.program.stall(call);
    const twin = stall?.at === call ? doc.program.api(stall.sink)?.twin : undefined;
    if (!stall || !twin || last(twin) !== `a${last(stall.sink)}` || !stall.sink.startsWith('django.')) return undefined;
    const node = doc.node(call);
    const refused = noPause(call, doc) ?? noAwait(call.in, node, doc);
    if (refused) return refused;
    const method = node.field('function')?.field('attribute');
    if (!method) return refuse('the method is called under another name');
    const name = last(twin);
    const callee = node.field('function')?.text ?? '';
    const list = node.field('arguments')?.text ?? '()';
    doc.replace(node, awaited(node, `${callee.slice(0, callee.length - method.text.length)}${name}${list}`));
    return review(`\`${name}\` needs a Django that has it, 4.1 or newer for most`);
  },
};
const last = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
