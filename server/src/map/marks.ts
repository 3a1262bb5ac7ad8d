// Which findings stand on which nodes and edges of the execution map.
import type { ProgramEdge, ProgramMap } from '../engine/execution-map.js';
import type { Alarm, Spot } from '../model.js';

export interface Marks {
  /** By id of a node: the indices of its findings, in order. */
  readonly nodes: ReadonlyMap<string, readonly number[]>;
  readonly edges: ReadonlyMap<ProgramEdge, readonly number[]>;
}

/**
 * A finding belongs to what starts, makes or defines a node where the finding or a step of its evidence stands, and to the access that it is
 * about, with what is accessed.
 */
export function marksOf(map: ProgramMap, alarms: readonly Alarm[]): Marks {
  const spots = new Map<string, { readonly spot: Spot; readonly node?: string; readonly edge?: ProgramEdge }[]>();
  const add = (spot: Spot, what: { readonly node?: string; readonly edge?: ProgramEdge }): void => {
    const known = spots.get(spot.file);
    if (known) known.push({ spot, ...what });
    else spots.set(spot.file, [{ spot, ...what }]);
  };
  for (const node of map.nodes) for (const spot of node.at) add(spot, { node: node.id });
  for (const edge of map.edges) if (edge.kind !== 'starts') for (const spot of edge.at) add(spot, { edge });
  const nodes = new Map<string, Set<number>>();
  const edges = new Map<ProgramEdge, Set<number>>();
  alarms.forEach((alarm, index) => {
    for (const it of [alarm.at, ...alarm.because.flat()]) {
      for (const { spot, node, edge } of spots.get(it.file) ?? []) {
        if (!overlap(spot, it)) continue;
        if (node !== undefined) note(nodes, node, index);
        if (edge === undefined || !overlap(spot, alarm.at)) continue;
        note(edges, edge, index);
        note(nodes, edge.to, index);
      }
    }
  });
  return { nodes: sorted(nodes), edges: sorted(edges) };
}
const overlap = (a: Spot, b: Spot): boolean => a.span.start < b.span.end && b.span.start < a.span.end;
function note<K>(into: Map<K, Set<number>>, key: K, index: number): void {
  into.set(key, (into.get(key) ?? new Set()).add(index));
}
const sorted = <K>(all: ReadonlyMap<K, ReadonlySet<number>>): Map<K, readonly number[]> =>
  new Map([...all].map(([key, found]) => [key, [...found].sort((a, b) => a - b)]));
