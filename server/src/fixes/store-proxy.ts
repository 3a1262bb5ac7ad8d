// `d[k] = []` in the proxy of a manager → `d[k] = manager.list()`, whose changes the manager sees.
import { type Fix, type Node, refuse, review } from '../model.js';

export const storeProxy: Fix<'call' | 'bind'> = {
  id: 'store-proxy',
  title: 'Store a proxy in it',
  best: 'review',
  offer(of, doc) {
    const found = doc.program.proxyCopy(of);
    if (!found) return undefined;
    const { callee } = found.made;
    const manager = callee.is === 'attr' && callee.of.is === 'name' ? callee.of.name : undefined;
    if (!manager || !found.onlyBinds) return refuse('what goes into it is not made here');
    if (found.stores.some((it) => it.in.fn !== found.made.in.fn)) return refuse(`\`${manager}\` is not at hand where it is filled`);
    const edits: [Node, string][] = [];
    for (const it of found.stores) {
      const value = doc.node(it).statement().children[0]?.field('right');
      const maker = value?.type === 'list' ? 'list' : value?.type === 'dictionary' ? 'dict' : undefined;
      if (!value || !maker) return refuse('what goes into it is no list or dict that is written out');
      edits.push([value, `${manager}.${maker}(${value.children.length === 0 ? '' : value.text})`]);
    }
    for (const [node, text] of edits) doc.replace(node, text);
    return review('what is read from it is then a proxy as well: each access asks the manager, and `list(…)` makes it plain');
  },
};
