// An execution map under construction: nodes and edges that are met again and again become one each, in an order of their own.
import { limits } from '../limits.js';
import type { QName, RunnerKind, Step } from '../model.js';

/**
 * `entry` is where runs begin: a module that is started or imported, functions for others to call, a framework. `channel` is what runners
 * talk through: who puts or sets `writes`, who gets or waits `reads`.
 */
export type MapKind = 'entry' | Exclude<RunnerKind, 'main' | 'handler'> | 'pool' | 'lock' | 'channel' | 'state';
export const mapKinds = [
  'entry',
  'pool',
  'thread',
  'process',
  'interpreter',
  'task',
  'callback',
  'signal',
  'lock',
  'channel',
  'state',
] as const satisfies readonly MapKind[];

/** One of a kind, and several. */
export const mapWords: { readonly [kind in MapKind]: readonly [one: string, several: string] } = {
  entry: ['entry point', 'entry points'],
  pool: ['pool', 'pools'],
  thread: ['thread', 'threads'],
  process: ['process', 'processes'],
  interpreter: ['interpreter', 'interpreters'],
  task: ['task', 'tasks'],
  callback: ['callback', 'callbacks'],
  signal: ['signal handler', 'signal handlers'],
  lock: ['lock', 'locks'],
  channel: ['channel', 'channels'],
  state: ['piece of shared memory', 'pieces of shared memory'],
};

/** `At` is a place in the source with what happens there: a step of the link, or a spot of a file. */
export interface MapNode<At> {
  readonly id: string;
  readonly kind: MapKind;
  /** As the source calls it: `work`, `pool`, `Counter`. */
  readonly title: string;
  /** What it is, in a few words. */
  readonly says: string;
  /** Can several of it live at once? */
  readonly many: boolean;
  /** Its module; empty for what is outside of the workspace. */
  readonly module: QName;
  /** Functions that it runs, or variables that it stands for; sorted. */
  readonly names: readonly string[];
  /** Where it is started, made or defined; at most `limits.mapPlaces`. */
  readonly at: readonly At[];
}
/** `starts` goes from who starts to what runs, and from a pool to its jobs; the others from who runs to what is touched. */
export type MapRelation = 'starts' | 'takes' | 'reads' | 'writes';
export interface MapEdge<At> {
  readonly from: string;
  readonly to: string;
  readonly kind: MapRelation;
  /** Ids of the locks that are held each time; sorted. */
  readonly under: readonly string[];
  /** How many places of the source do it. */
  readonly count: number;
  /** At most `limits.mapPlaces` of them. */
  readonly at: readonly At[];
}
/** Nodes by kind and id, edges by their ends: the same program gives the same map. */
export interface ExecutionMap<At> {
  readonly nodes: readonly MapNode<At>[];
  readonly edges: readonly MapEdge<At>[];
}

type Draft<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };
export type NewNode = Omit<MapNode<Step>, 'names' | 'at'> & { readonly names?: readonly string[]; readonly at?: readonly Step[] };

export interface MapDraft {
  /** Adds a node, or what is new about a known one; gives its id. */
  node(it: NewNode): string;
  edge(from: string, to: string, kind: MapRelation, at: Step, under?: readonly string[]): void;
  has(id: string): boolean;
  done(): ExecutionMap<Step>;
}

export function newDraft(): MapDraft {
  const nodes = new Map<string, Draft<MapNode<Step>>>();
  const edges = new Map<string, Draft<MapEdge<Step>>>();
  return {
    has: (id) => nodes.has(id),
    node(it) {
      const known = nodes.get(it.id);
      if (!known) {
        nodes.set(it.id, { ...it, names: [...(it.names ?? [])].sort(), at: [...(it.at ?? [])] });
        return it.id;
      }
      if (it.many && !known.many) {
        known.many = true;
        known.says = it.says;
      }
      known.names = [...new Set([...known.names, ...(it.names ?? [])])].sort();
      for (const step of it.at ?? []) if (!known.at.some((one) => isSamePlace(one, step))) known.at.push(step);
      return it.id;
    },
    edge(from, to, kind, at, under = []) {
      const locks = [...under].sort();
      const key = [from, to, kind, ...locks].join('\n');
      const known = edges.get(key);
      if (!known) edges.set(key, { from, to, kind, under: locks, count: 1, at: [at] });
      else if (!known.at.some((one) => isSamePlace(one, at))) {
        known.count++;
        known.at.push(at);
      }
    },
    done() {
      const joined = new Set([...edges.values()].flatMap((it) => [it.from, it.to]));
      return {
        nodes: [...nodes.values()]
          .filter((it) => joined.has(it.id))
          .map((it) => ({ ...it, at: first(it.at) }))
          .sort(byKind),
        edges: [...edges.values()].map((it) => ({ ...it, at: first(it.at) })).sort(byEnds),
      };
    },
  };
}
const isSamePlace = (a: Step, b: Step): boolean => a.chunk === b.chunk && a.span.start === b.span.start && a.note === b.note;
const first = (all: readonly Step[]): Step[] => [...all].sort(bySource).slice(0, limits.mapPlaces);
function bySource(a: Step, b: Step): number {
  if (a.chunk.file !== b.chunk.file) return a.chunk.file < b.chunk.file ? -1 : 1;
  return a.chunk.order - b.chunk.order || a.span.start - b.span.start || (a.note < b.note ? -1 : 1);
}
const byKind = (a: MapNode<Step>, b: MapNode<Step>): number =>
  mapKinds.indexOf(a.kind) - mapKinds.indexOf(b.kind) || (a.id < b.id ? -1 : 1);
const endsOf = (it: MapEdge<Step>): string => [it.from, it.to, it.kind, ...it.under].join('\n');
const byEnds = (a: MapEdge<Step>, b: MapEdge<Step>): number => (endsOf(a) < endsOf(b) ? -1 : 1);
