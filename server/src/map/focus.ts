// What of an execution map is drawn: outside callers fall together, locks stand in between, and of a large map the rest is counted.
import { type MapKind, mapKinds, type ProgramEdge, type ProgramMap, type ProgramNode } from '../engine/execution-map.js';
import type { Marks } from './marks.js';

export interface DrawnNode {
  readonly id: string;
  readonly kind: MapKind;
  readonly title: string;
  readonly says: string;
  readonly many: boolean;
  readonly findings: number;
  /** The nodes of the map that it stands for. */
  readonly of: readonly ProgramNode[];
}
/** `guards` leads from a lock to what is touched under it; a direct edge to memory is one without a lock. */
export type DrawnKind = 'starts' | 'takes' | 'reads' | 'writes' | 'guards';
export interface DrawnEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: DrawnKind;
  readonly findings: number;
}
export interface DrawnMap {
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
  /** How many nodes of each kind are not drawn; kinds with none are left out. */
  readonly left: readonly { readonly kind: MapKind; readonly count: number }[];
}

/** Nodes drawn of each kind. */
export const drawnMost: { readonly [kind in MapKind]: number } = {
  entry: 8,
  pool: 6,
  thread: 12,
  process: 6,
  interpreter: 4,
  task: 8,
  callback: 5,
  signal: 2,
  lock: 7,
  channel: 6,
  state: 9,
};
export function focus(map: ProgramMap, marks: Marks, most: typeof drawnMost = drawnMost): DrawnMap {
  const { nodes: all, as } = together(map, marks);
  const edges = drawnEdges(map.edges, as, marks);
  const kept = chosen(all, edges, most);
  const nodes = all.filter((it) => kept.has(it.id));
  const left = mapKinds.flatMap((kind) => {
    const count = (of: readonly DrawnNode[]): number => of.filter((it) => it.kind === kind).reduce((sum, it) => sum + it.of.length, 0);
    const gone = count(all) - count(nodes);
    return gone > 0 ? [{ kind, count: gone }] : [];
  });
  return {
    nodes,
    edges: throughLocks(
      edges.filter((it) => kept.has(it.from) && kept.has(it.to)),
      kept,
    ),
    left,
  };
}

// ── What falls together ──────────────────────────────────────────────────────────────────────────

/** As many entries that start nothing are drawn one by one. Where a library is called from matters less than that it is. */
const severalCallers = 3;

interface Together {
  readonly nodes: readonly DrawnNode[];
  /** The drawn node that a node of the map is part of. */
  as(id: string): string;
}
function together(map: ProgramMap, marks: Marks): Together {
  const nodes = new Map(map.nodes.map((it) => [it.id, it]));
  const as = new Map<string, string>();
  const made: DrawnNode[] = [];
  for (const [pool, job] of soleJobs(map)) {
    const [a, b] = [nodes.get(pool), nodes.get(job)];
    if (!a || !b) continue;
    as.set(pool, job);
    made.push({ ...drawn([b, a], marks), says: `${a.says.replace(/^pool of /, '')} of ${a.title}`, many: a.many });
  }
  const starts = new Set(map.edges.flatMap((it) => (it.kind === 'starts' ? [it.from] : [])));
  const callers = map.nodes.filter((it) => /^entry (?:program|import|functions|coroutines) /.test(it.id) && !starts.has(it.id));
  if (callers.length > severalCallers) {
    const functions = new Set(callers.flatMap((it) => it.names)).size;
    for (const it of callers) as.set(it.id, callersId);
    made.unshift({ ...drawn(callers, marks), id: callersId, title: 'callers from outside', says: `of ${functions} functions` });
  }
  const ready = new Set(made.map((it) => it.id));
  const others = map.nodes.filter((it) => !as.has(it.id) && !ready.has(it.id)).map((it) => drawn([it], marks));
  const order = (it: DrawnNode): number => mapKinds.indexOf(it.kind);
  return {
    nodes: [...made, ...others].sort((a, b) => order(a) - order(b) || (a.id < b.id ? -1 : 1)),
    as: (id) => as.get(id) ?? id,
  };
}
const callersId = 'entry callers';
/** Pools that run one callable alone, which nobody else starts: pool and job are one box. */
function soleJobs({ edges, nodes }: ProgramMap): readonly (readonly [pool: string, job: string])[] {
  const starts = edges.filter((it) => it.kind === 'starts');
  return nodes.flatMap(({ id, kind }) => {
    if (kind !== 'pool') return [];
    const [first, ...more] = new Set(starts.filter((it) => it.from === id).map((it) => it.to));
    const sole = first !== undefined && more.length === 0 && starts.every((it) => it.to !== first || it.from === id);
    return sole ? [[id, first] as const] : [];
  });
}
function drawn(of: readonly ProgramNode[], marks: Marks): DrawnNode {
  const { id = '', kind = 'entry', title = '', says = '' } = of[0] ?? {};
  const findings = new Set(of.flatMap((it) => marks.nodes.get(it.id) ?? [])).size;
  return { id, kind, title, says, many: of.some((it) => it.many), findings, of };
}

interface JoinedEdge extends DrawnEdge {
  readonly kind: ProgramEdge['kind'];
  readonly under: readonly string[];
}
function drawnEdges(edges: readonly ProgramEdge[], as: (id: string) => string, marks: Marks): readonly JoinedEdge[] {
  const found = new Map<string, JoinedEdge>();
  for (const it of edges) {
    const [from, to] = [as(it.from), as(it.to)];
    if (from === to) continue;
    const key = [from, to, it.kind, ...it.under].join('\n');
    const findings = (marks.edges.get(it)?.length ?? 0) + (found.get(key)?.findings ?? 0);
    found.set(key, { from, to, kind: it.kind, under: it.under, findings });
  }
  return [...found.values()];
}

// ── What is kept ─────────────────────────────────────────────────────────────────────────────────

const touchable: ReadonlySet<MapKind> = new Set(['lock', 'channel', 'state']);
const weight = { finding: 40, actor: 3, write: 2, lock: 4, start: 3, touch: 2 } as const;

function chosen(nodes: readonly DrawnNode[], edges: readonly JoinedEdge[], most: typeof drawnMost): ReadonlySet<string> {
  const kept = new Set<string>();
  const kinds = new Map(nodes.map((it) => [it.id, it.kind]));
  const best = (kind: MapKind, score: (it: DrawnNode) => number): void => {
    const own = nodes
      .filter((it) => it.kind === kind && !kept.has(it.id))
      .map((it) => ({ it, score: score(it) + weight.finding * it.findings }));
    own.sort((a, b) => b.score - a.score || (a.it.id < b.it.id ? -1 : 1));
    for (const { it } of own.slice(0, most[kind])) kept.add(it.id);
  };
  const incoming = grouped(edges, (it) => it.to);
  const outgoing = grouped(edges, (it) => it.from);
  for (const kind of mapKinds.filter((it) => touchable.has(it))) {
    best(kind, ({ id }) => {
      const own = incoming.get(id) ?? [];
      // What runs beside the rest says more than what is called from outside.
      const actors = new Set(own.map((it) => it.from).filter((it) => kinds.get(it) !== 'entry')).size;
      return weight.actor * actors + sum(own, (it) => (it.kind === 'writes' ? weight.write : 0) + weight.lock * it.under.length);
    });
  }
  const does = ({ id }: DrawnNode): number =>
    sum(outgoing.get(id) ?? [], (it) => (it.kind === 'starts' ? weight.start : kept.has(it.to) ? weight.touch : 0));
  for (const kind of mapKinds.filter((it) => !touchable.has(it) && it !== 'entry')) best(kind, does);
  const startsKept = (it: DrawnNode): number => sum(outgoing.get(it.id) ?? [], (edge) => (kept.has(edge.to) ? weight.start : 0));
  best('entry', (it) => startsKept(it) + does(it));
  return linked(kept, kinds, incoming, outgoing);
}
/** Nothing hangs in the air: who starts something comes along, and what nobody drawn touches goes. */
function linked(
  kept: Set<string>,
  kinds: ReadonlyMap<string, MapKind>,
  incoming: ReadonlyMap<string, readonly JoinedEdge[]>,
  outgoing: ReadonlyMap<string, readonly JoinedEdge[]>,
): ReadonlySet<string> {
  for (const id of [...kept]) {
    for (let at: string | undefined = id; at !== undefined; ) {
      if (touchable.has(kinds.get(at) ?? 'state') || kinds.get(at) === 'entry') break;
      const starters: readonly string[] = (incoming.get(at) ?? []).filter((it) => it.kind === 'starts').map((it) => it.from);
      if (starters.length === 0 || starters.some((it) => kept.has(it))) break;
      at = starters[0];
      if (at !== undefined) kept.add(at);
    }
  }
  for (const id of [...kept]) {
    const kind = kinds.get(id) ?? 'state';
    const ends = touchable.has(kind) ? incoming.get(id) : kind === 'entry' || kind === 'pool' ? outgoing.get(id) : undefined;
    if (ends && !ends.some((it) => kept.has(touchable.has(kind) ? it.from : it.to))) kept.delete(id);
  }
  return kept;
}
function grouped(edges: readonly JoinedEdge[], by: (it: JoinedEdge) => string): ReadonlyMap<string, readonly JoinedEdge[]> {
  const found = new Map<string, JoinedEdge[]>();
  for (const it of edges) {
    const own = found.get(by(it));
    if (own) own.push(it);
    else found.set(by(it), [it]);
  }
  return found;
}
const sum = <T>(all: readonly T[], of: (it: T) => number): number => all.reduce((total, it) => total + of(it), 0);

// ── Locks in between ─────────────────────────────────────────────────────────────────────────────

function throughLocks(edges: readonly JoinedEdge[], kept: ReadonlySet<string>): readonly DrawnEdge[] {
  const found = new Map<string, DrawnEdge>();
  const add = (it: DrawnEdge): void => {
    const key = `${it.from}\n${it.to}`;
    const known = found.get(key);
    // One line for two relations: who writes may read as well.
    const kind = known === undefined || it.kind === 'writes' ? it.kind : known.kind;
    found.set(key, { from: it.from, to: it.to, kind, findings: it.findings + (known?.findings ?? 0) });
  };
  for (const { from, to, kind, under, findings } of edges) {
    const locks = kind === 'reads' || kind === 'writes' ? under.filter((it) => kept.has(it)) : [];
    for (const lock of locks) {
      add({ from, to: lock, kind: 'takes', findings: 0 });
      add({ from: lock, to, kind: 'guards', findings });
    }
    if (locks.length === 0 && from !== to) add({ from, to, kind, findings });
  }
  return [...found.values()];
}
