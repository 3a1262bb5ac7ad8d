// `myorm.fetch(pk)` → `await myorm.afetch(pk)`, where the project declares the one as the twin of the other.
import { type Fix, refuse, review } from '../model.js';
import { awaited, noAwait, noPause } from './awaiting.js';

export const useDeclaredTwin: Fix<'call'> = {
  id: 'use-declared-twin',
  title: 'Await the call that the project declares instead',
  best: 'review',
  offer(call, doc) {
    if (call.kind !== 'call') return undefined;
    const called = doc.program.called(call);
    const twin = called?.api.ownTwin;
    if (!twin || !doc.program.stall(call)) return undefined;
    const node = doc.node(call);
    const refused = noPause(call, doc) ?? noAwait(call.in, node, doc);
    if (refused) return refused;
    const list = node.field('arguments');
    if (list?.type !== 'argument_list') return refuse('the call is written in a form that is not rewritten');
    const method = node.field('function')?.type === 'attribute' && called.receiver !== undefined;
    const callee = node.field('function');
    const name = twin.slice(twin.lastIndexOf('.') + 1);
    const own = twin === `${call.in.chunk.module}.${name}`;
    if (own && doc.program.hides(name, call.in)) return refuse(`\`${name}\` is a local name here`);
    const text = method ? `${callee?.children[0]?.text}.${name}` : own ? name : doc.use(twin, call.in.chunk);
    doc.replace(node, awaited(node, `${text}${list.text}`));
    return review(`the project says that \`${twin}\` does the same`);
  },
};
