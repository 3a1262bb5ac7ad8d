// A focused execution map → inline SVG, without styles of its own: classes say what a thing is, the page says how that looks.
import { escaped } from './escaped.js';
import type { DrawnEdge, DrawnMap, DrawnNode } from './focus.js';
import { type Box, type Layout, type Line, layered, type Sizes } from './layout.js';

export interface Drawing {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}
export interface DrawOptions {
  /** Prefix of ids in the page. */
  readonly prefix: string;
  /** Where a node leads to. */
  href(node: DrawnNode): string;
}

const sizes: Sizes = { width: 168, height: 46, across: 52, down: 14, margin: 18 };
/** Past it a page may shrink the drawing so far only that it can be read. */
const widest = 1200;
/** Characters that fit into a box. */
const room = { title: 20, says: 27 } as const;

export function draw(map: DrawnMap, options: DrawOptions): Drawing {
  const columns = columnsOf(map);
  const layout = layered(
    map.nodes.map((it) => it.id),
    map.edges.map((it) => ({ ...it, bundle: it.kind === 'reads' || it.kind === 'writes' ? 'touches' : it.kind })),
    (id) => columns.get(id) ?? 0,
    sizes,
  );
  const boxes = new Map(layout.boxes.map((it) => [it.id, it]));
  const indices = new Map(map.nodes.map((it, at) => [it.id, at]));
  const lines = map.edges.map((it, at) => line(it, layout.lines[at], boxes, indices));
  const nodes = map.nodes.map((it, at) => box(it, at, boxes.get(it.id), options));
  const { width, height } = rounded(layout);
  const svg = [
    `<svg class="map${width > widest ? ' wide' : ''}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="group" aria-label="Execution map" xmlns="http://www.w3.org/2000/svg">`,
    `<defs>${['starts', 'takes', 'guards', 'touch', 'alarm'].map((it) => arrow(options.prefix, it)).join('')}</defs>`,
    `<g class="edges" aria-hidden="true">${lines.map((it) => it(options.prefix)).join('')}</g>`,
    `<g class="nodes">${nodes.join('')}</g>`,
    '</svg>',
  ].join('\n');
  return { svg, width, height };
}
const rounded = ({ width, height }: Layout): { width: number; height: number } => ({ width: Math.ceil(width), height: Math.ceil(height) });

/** Runners stand right of who starts them, then the locks, then what is shared. */
function columnsOf({ nodes, edges }: DrawnMap): ReadonlyMap<string, number> {
  const kinds = new Map(nodes.map((it) => [it.id, it.kind]));
  const starters = new Map<string, string[]>();
  for (const it of edges) if (it.kind === 'starts') starters.set(it.to, [...(starters.get(it.to) ?? []), it.from]);
  const found = new Map<string, number>();
  const depth = (id: string, above: ReadonlySet<string>): number => {
    const known = found.get(id);
    if (known !== undefined) return known;
    const from = (starters.get(id) ?? []).filter((it) => !above.has(it) && it !== id);
    const own = kinds.get(id) === 'entry' ? 0 : 1 + Math.max(0, ...from.map((it) => depth(it, new Set([...above, id]))));
    if (above.size === 0) found.set(id, own);
    return own;
  };
  const runners = nodes.filter((it) => !isTouched(it));
  for (const it of runners) depth(it.id, new Set());
  const last = Math.max(0, ...runners.map((it) => found.get(it.id) ?? 0));
  for (const it of nodes) if (isTouched(it)) found.set(it.id, it.kind === 'state' ? last + 2 : last + 1);
  return found;
}
const isTouched = (it: DrawnNode): boolean => it.kind === 'lock' || it.kind === 'channel' || it.kind === 'state';

// ── Boxes ────────────────────────────────────────────────────────────────────────────────────────

function box(node: DrawnNode, index: number, at: Box | undefined, options: DrawOptions): string {
  if (!at) return '';
  const { x, y, width, height } = at;
  const findings = node.findings === 0 ? '' : node.findings === 1 ? ', 1 finding' : `, ${node.findings} findings`;
  const label = `${node.kind} ${node.title}, ${node.says}${findings}`;
  const behind = node.many
    ? `<rect class="behind" x="${x + 4}" y="${fixed(y - 4)}" width="${width}" height="${height}" rx="${corner(node)}"/>`
    : '';
  return [
    `<a class="node ${node.kind}${node.findings > 0 ? ' found' : ''}" href="${escaped(options.href(node))}" data-node="${index}" aria-label="${escaped(label)}">`,
    `<title>${escaped(label)}</title>`,
    behind,
    `<rect class="body" x="${x}" y="${fixed(y)}" width="${width}" height="${height}" rx="${corner(node)}"/>`,
    `<text class="says" x="${x + 12}" y="${fixed(y + 17)}">${escaped(cut(saysOf(node), room.says))}</text>`,
    `<text class="name" x="${x + 12}" y="${fixed(y + 35)}">${escaped(cut(node.title, room.title))}</text>`,
    node.findings === 0 ? '' : badge(node.findings, x + width, y),
    '</a>',
  ].join('');
}
const corner = (node: DrawnNode): number => (node.kind === 'entry' ? 24 : node.kind === 'lock' ? 12 : node.kind === 'state' ? 2 : 7);
const saysOf = ({ kind, says }: DrawnNode): string =>
  kind === 'channel' ? `channel: ${says}` : kind === 'state' ? `shared: ${says}` : says;
function badge(count: number, x: number, y: number): string {
  const text = count > 99 ? '99+' : String(count);
  const width = 12 + 7 * text.length;
  return `<rect class="badge" x="${x - width + 8}" y="${fixed(y - 9)}" width="${width}" height="18" rx="9"/><text class="count" x="${x - width / 2 + 8}" y="${fixed(y + 4)}" text-anchor="middle">${text}</text>`;
}
/** The ends of a name tell more than its middle. */
function cut(text: string, most: number): string {
  const letters = [...text];
  if (letters.length <= most) return text;
  const tail = Math.floor((most - 1) / 2);
  return `${letters.slice(0, most - 1 - tail).join('')}…${letters.slice(-tail).join('')}`;
}

// ── Lines ────────────────────────────────────────────────────────────────────────────────────────

const arrow = (prefix: string, kind: string): string =>
  `<marker id="${prefix}-${kind}" class="arrow ${kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path d="M0 0.5 8 4 0 7.5z"/></marker>`;

function line(
  edge: DrawnEdge,
  at: Line | undefined,
  boxes: ReadonlyMap<string, Box>,
  indices: ReadonlyMap<string, number>,
): (prefix: string) => string {
  const points = at && at.points.length >= 2 ? ordered(at, boxes) : [];
  const found = edge.findings > 0 && edge.kind !== 'starts' ? ' found' : '';
  const head = found !== '' ? 'alarm' : edge.kind === 'reads' || edge.kind === 'writes' ? 'touch' : edge.kind;
  const ends = `data-from="${indices.get(edge.from)}" data-to="${indices.get(edge.to)}"`;
  return (prefix) =>
    points.length === 0
      ? ''
      : `<path class="edge ${edge.kind}${found}" ${ends} d="${curve(points)}" marker-end="url(#${prefix}-${head})"/>`;
}
type Point = Line['points'][number];
/** An edge within one column, or back to an earlier one, leaves and arrives on the right. */
function ordered(at: Line, boxes: ReadonlyMap<string, Box>): readonly Point[] {
  const [from, to] = [boxes.get(at.from), boxes.get(at.to)];
  if (!from || !to || from.x < to.x) return at.points;
  return [
    { x: from.x + from.width, y: from.y + from.height / 2 + 6 },
    { x: to.x + to.width, y: to.y + to.height / 2 + 6 },
  ];
}
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return '';
  let before = first;
  const parts = [`M${fixed(first.x)} ${fixed(first.y)}`];
  for (const it of rest) {
    const bend = it.x > before.x ? Math.max(24, (it.x - before.x) / 2) : -40;
    const back = it.x <= before.x;
    // A passage through a column is straight.
    if (it.y === before.y && !back) parts.push(`L${fixed(it.x)} ${fixed(it.y)}`);
    else
      parts.push(
        `C${fixed(before.x + Math.abs(bend))} ${fixed(before.y)} ${fixed(it.x - bend)} ${fixed(it.y)} ${fixed(it.x)} ${fixed(it.y)}`,
      );
    before = it;
  }
  return parts.join('');
}
const fixed = (it: number): string => String(Math.round(it * 10) / 10);
