// The execution map of each folder, drawn, with what each node of the drawing stands for and where that is in the source.
import type { Range } from 'vscode-languageserver';
import { draw } from '../map/draw.js';
import { focus } from '../map/focus.js';
import { marksOf } from '../map/marks.js';
import { mapStyle } from '../map/style.js';
import { walk } from '../map/walk.js';
import type { Desk } from './answers.js';

/** What `threadwise/map` answers. */
export interface Maps {
  /** Of the drawings; the colors are the editor's. */
  readonly style: string;
  /** Defines `walkMap`, with which the page makes a drawing walkable. */
  readonly script: string;
  /** One for each folder of the editor. */
  readonly maps: readonly FolderMap[];
}
interface FolderMap {
  readonly uri: string;
  /** undefined where nothing starts a runner or shares memory with one. */
  readonly svg: string | undefined;
  /** In the order of `data-node` in the drawing. */
  readonly nodes: readonly MapNode[];
  /** How much of the map is not drawn, by kind. */
  readonly left: readonly { readonly kind: string; readonly count: number }[];
}
interface MapNode {
  readonly kind: string;
  readonly title: string;
  readonly says: string;
  readonly findings: number;
  readonly places: readonly { readonly uri: string; readonly range: Range; readonly text: string }[];
}

/** Places of one node that are listed. */
const most = 20;

export function mapsOf({ session, context }: Desk): Maps {
  const maps = session.folders().map(({ folder, project }, nth): FolderMap => {
    const map = project.engine.executionMap((file) => project.lists(file));
    const drawn = focus(map, marksOf(map, project.alarms()));
    const nodes = drawn.nodes.map(({ kind, title, says, findings, of }): MapNode => {
      const spots = of.flatMap((it) => it.at).slice(0, most);
      return { kind, title, says, findings, places: spots.map((it) => ({ ...context.places.of(it), text: it.note })) };
    });
    const svg = drawn.nodes.length === 0 ? undefined : draw(drawn, { prefix: `map${nth}`, href: () => '#details' }).svg;
    return { uri: context.uri(folder), svg, nodes, left: drawn.left };
  });
  return { style: mapStyle, script: walk, maps };
}
