// The execution map with places in files instead of chunks: what the command line prints and the editor draws.
import { executionMap } from '../link/execution-map.js';
import type { ExecutionMap, MapEdge, MapNode } from '../link/map-draft.js';
import type { Linked } from '../link/program.js';
import type { Chunk, Spot, Step } from '../model.js';

export type { MapKind, MapRelation } from '../link/map-draft.js';
export { mapKinds, mapWords } from '../link/map-draft.js';
/** Each place of it is a span of a file with a note. */
export type ProgramMap = ExecutionMap<Spot>;
export type ProgramNode = MapNode<Spot>;
export type ProgramEdge = MapEdge<Spot>;

/** `startOf` is where a chunk stands in its file. */
export function programMap(linked: Linked, asked: (file: string) => boolean, startOf: (chunk: Chunk) => number): ProgramMap {
  const { nodes, edges } = executionMap(linked.link, asked);
  const spot = ({ chunk, span, note }: Step): Spot => {
    const start = startOf(chunk);
    return { file: chunk.file, span: { start: start + span.start, end: start + span.end }, note };
  };
  return {
    nodes: nodes.map((it) => ({ ...it, at: it.at.map(spot) })),
    edges: edges.map((it) => ({ ...it, at: it.at.map(spot) })),
  };
}
