// Functions that call each other in a circle: the strongly connected components of the call graph, by Tarjan's algorithm.
import type { Fn } from '../model.js';
import { calleesOf } from './calls.js';
import { read } from './cells.js';
import { type Linking, once } from './linking.js';
import { question, sameItems } from './question.js';

const component = question<Fn, readonly Fn[]>({ kind: 'component', fallback: [], same: sameItems });

/** The functions of its component, itself included, by id. */
export function componentOf(link: Linking, fn: Fn): readonly Fn[] {
  return once(link, component, fn, fn, () => {
    read(link.cells, link.graph.cell);
    const known = link.graph.components.get(fn);
    if (known) return known;
    // What the search reads belongs to the graph: when a callee of any function in it changes, all of it is forgotten.
    link.cells.stack.push(link.graph.cell);
    try {
      search(link, fn);
    } finally {
      link.cells.stack.pop();
    }
    return link.graph.components.get(fn) ?? [fn];
  });
}

interface Visit {
  readonly fn: Fn;
  readonly callees: readonly Fn[];
  next: number;
  low: number;
  readonly index: number;
}
/** Everything that is reached from one function gets its component; the stack is our own, as programs nest deeper than ours may. */
function search(link: Linking, root: Fn): void {
  const { components } = link.graph;
  const visits = new Map<Fn, Visit>();
  const open: Fn[] = [];
  const waiting = new Set<Fn>();
  const path: Visit[] = [];
  const enter = (fn: Fn): Visit => {
    const callees = calleesOf(link, fn).map((it) => it.fn);
    const visit: Visit = { fn, callees, next: 0, low: visits.size, index: visits.size };
    visits.set(fn, visit);
    open.push(fn);
    waiting.add(fn);
    path.push(visit);
    return visit;
  };
  enter(root);
  for (let at = path.at(-1); at; at = path.at(-1)) {
    const callee = at.callees[at.next++];
    if (callee !== undefined) {
      const seen = visits.get(callee);
      if (!seen && !components.has(callee)) enter(callee);
      else if (seen && waiting.has(callee)) at.low = Math.min(at.low, seen.index);
      continue;
    }
    path.pop();
    const parent = path.at(-1);
    if (parent) parent.low = Math.min(parent.low, at.low);
    if (at.low !== at.index) continue;
    const members = open.splice(open.indexOf(at.fn));
    for (const it of members) waiting.delete(it);
    const sorted = members.sort((a, b) => (a.id < b.id ? -1 : 1));
    for (const it of members) components.set(it, sorted);
  }
}
