// `Thread(target=f)` → `Thread(target=f, daemon=True)`.
import { type Fix, refuse, review } from '../model.js';

export const daemonThread: Fix<'spawn'> = {
  id: 'daemon-thread',
  title: 'Make it a daemon',
  best: 'review',
  offer(spawn, doc) {
    if (spawn.pool) return refuse('threads of the default executor are joined at the end of the program');
    if (!/^threading\.Thread$/.test(spawn.api) || !spawn.callable) return refuse('the class decides whether its threads are daemons');
    const body = spawn.targets[0]?.chunk.regions[spawn.targets[0].fact.body];
    const held = body && doc.program.within(body).find((it) => it.kind === 'with');
    if (held) return refuse('it holds something in a `with`, which a daemon leaves as it is at the end of the program');
    const list = doc.node(spawn.call).field('arguments');
    const last = list?.children.filter((it) => it.type !== 'comment').at(-1);
    if (!list || !last) return refuse('the call is written in a form that is not rewritten');
    const old = list.children.find((it) => it.field('name')?.text === 'daemon')?.field('value');
    if (old) doc.replace(old, 'True');
    else doc.replace(last, `${last.text}, daemon=True`);
    return review('it is stopped without warning when the program ends');
  },
};
