// Layered drawing: a graph → columns from left to right, with few crossings, and points that its edges run through. Deterministic.

export interface Box {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export interface Line {
  readonly from: string;
  readonly to: string;
  /** From the right side of one box to the left side of the other; at least two. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
}
export interface Layout {
  readonly boxes: readonly Box[];
  /** In the order of the edges. */
  readonly lines: readonly Line[];
  readonly width: number;
  readonly height: number;
}
export interface Sizes {
  readonly width: number;
  readonly height: number;
  /** Between columns and between boxes of one column. */
  readonly across: number;
  readonly down: number;
  readonly margin: number;
}
interface Ends {
  readonly from: string;
  readonly to: string;
  /** Edges of one bundle that leave the same box run together for as long as they can. */
  readonly bundle: string;
}

/** A box, or the place where a long edge passes a column. */
interface Item {
  readonly id: string;
  readonly column: number;
  readonly real: boolean;
  readonly left: Item[];
  readonly right: Item[];
  at: number;
  y: number;
}
/** Rounds over the columns that look for an order with fewer crossings, and for straighter lines. */
const orderRounds = 24;
const placeRounds = 12;
/** Height of a place where an edge passes. */
const passing = 14;

/** `columnOf` says which column a box stands in; edges lead from lower to higher columns, and others are drawn as they come. */
export function layered(ids: readonly string[], edges: readonly Ends[], columnOf: (id: string) => number, sizes: Sizes): Layout {
  const columns = compact(ids, columnOf);
  const items = new Map(ids.map((id) => [id, item(id, columns.get(id) ?? 0, true)]));
  const all = [...items.values()];
  const passed = new Map<string, Item>();
  const paths = edges.map((edge) => path(edge, items, passed, all));
  const rows = intoColumns(all);
  order(rows);
  place(rows, sizes);
  return measured(all, edges, paths, sizes);
}

/** Columns without boxes are left out. */
function compact(ids: readonly string[], columnOf: (id: string) => number): ReadonlyMap<string, number> {
  const used = [...new Set(ids.map(columnOf))].sort((a, b) => a - b);
  return new Map(ids.map((id) => [id, used.indexOf(columnOf(id))]));
}
const item = (id: string, column: number, real: boolean): Item => ({ id, column, real, left: [], right: [], at: 0, y: 0 });

/** The items that an edge runs over, its ends included. */
function path({ from, to, bundle }: Ends, items: ReadonlyMap<string, Item>, passed: Map<string, Item>, all: Item[]): readonly Item[] {
  const [a, b] = [items.get(from), items.get(to)];
  if (!a || !b) return [];
  const found = [a];
  for (let column = a.column + 1; column < b.column; column++) {
    const id = `${from}\n${bundle}\n${column}`;
    const known = passed.get(id);
    const between = known ?? item(id, column, false);
    if (!known) {
      passed.set(id, between);
      all.push(between);
    }
    found.push(between);
  }
  found.push(b);
  if (a.column >= b.column) return found;
  for (let at = 1; at < found.length; at++) {
    const [left, right] = [found[at - 1] as Item, found[at] as Item];
    if (left.right.includes(right)) continue;
    left.right.push(right);
    right.left.push(left);
  }
  return found;
}
function intoColumns(all: readonly Item[]): readonly Item[][] {
  const rows: Item[][] = [];
  for (const it of all) {
    const row = rows[it.column] ?? [];
    rows[it.column] = row;
    it.at = row.length;
    row.push(it);
  }
  return rows.map((it) => it ?? []);
}

// ── Order in the columns ─────────────────────────────────────────────────────────────────────────

function order(rows: readonly Item[][]): void {
  let best = rows.map((row) => [...row]);
  let fewest = crossings(rows);
  for (let round = 0; round < orderRounds && fewest > 0; round++) {
    const forth = round % 2 === 0;
    for (const row of forth ? rows : [...rows].reverse()) sortRow(row, (it) => (forth ? it.left : it.right));
    const now = crossings(rows);
    if (now < fewest) {
      fewest = now;
      best = rows.map((row) => [...row]);
    }
  }
  rows.forEach((row, column) => {
    row.splice(0, row.length, ...(best[column] ?? []));
    number(row);
  });
}
function sortRow(row: Item[], beside: (it: Item) => readonly Item[]): void {
  const middle = new Map(row.map((it) => [it, mean(beside(it).map((one) => one.at)) ?? it.at]));
  row.sort((a, b) => (middle.get(a) ?? 0) - (middle.get(b) ?? 0) || a.at - b.at);
  number(row);
}
function number(row: readonly Item[]): void {
  row.forEach((it, at) => {
    it.at = at;
  });
}
const mean = (all: readonly number[]): number | undefined =>
  all.length === 0 ? undefined : all.reduce((sum, it) => sum + it, 0) / all.length;

function crossings(rows: readonly Item[][]): number {
  let found = 0;
  for (const row of rows) {
    const lines = row.flatMap((it) => it.right.map((to) => [it.at, to.at] as const));
    for (let a = 0; a < lines.length; a++) {
      for (let b = a + 1; b < lines.length; b++) {
        const [x, y] = [lines[a] as readonly [number, number], lines[b] as readonly [number, number]];
        if ((x[0] - y[0]) * (x[1] - y[1]) < 0) found++;
      }
    }
  }
  return found;
}

// ── Places ───────────────────────────────────────────────────────────────────────────────────────

/** Each item goes to the middle of those beside it, as far as the order and the distances allow. */
function place(rows: readonly Item[][], sizes: Sizes): void {
  const heightOf = (it: Item): number => (it.real ? sizes.height : passing);
  for (const row of rows) {
    let y = 0;
    for (const it of row) {
      it.y = y + heightOf(it) / 2;
      y += heightOf(it) + sizes.down;
    }
  }
  const tallest = Math.max(...rows.map((row) => bottom(row, heightOf)));
  for (const row of rows) shift(row, (tallest - bottom(row, heightOf)) / 2);
  for (let round = 0; round < placeRounds; round++) {
    const forth = round % 2 === 0;
    for (const row of forth ? rows : [...rows].reverse()) {
      const wished = row.map((it) => mean((forth ? it.left : it.right).map((one) => one.y)) ?? it.y);
      settle(row, wished, (a, b) => (heightOf(a) + heightOf(b)) / 2 + sizes.down);
    }
  }
  const top = Math.min(...rows.flatMap((row) => row.map((it) => it.y - heightOf(it) / 2)));
  for (const row of rows) shift(row, -top);
}
const bottom = (row: readonly Item[], heightOf: (it: Item) => number): number => {
  const last = row.at(-1);
  return last ? last.y + heightOf(last) / 2 : 0;
};
function shift(row: readonly Item[], by: number): void {
  for (const it of row) it.y += by;
}
/** The nearest places to those that are wished for: blocks that push each other move as one. */
function settle(row: readonly Item[], wished: readonly number[], gap: (a: Item, b: Item) => number): void {
  const blocks: { start: number; count: number; sum: number }[] = [];
  const offsets: number[] = [];
  row.forEach((it, at) => {
    const before = row[at - 1];
    offsets.push(before ? (offsets[at - 1] as number) + gap(before, it) : 0);
    let block = { start: at, count: 1, sum: (wished[at] as number) - (offsets[at] as number) };
    for (let last = blocks.at(-1); last && last.sum / last.count >= block.sum / block.count; last = blocks.at(-1)) {
      blocks.pop();
      block = { start: last.start, count: last.count + block.count, sum: last.sum + block.sum };
    }
    blocks.push(block);
  });
  for (const { start, count, sum } of blocks)
    for (let at = start; at < start + count; at++) (row[at] as Item).y = sum / count + (offsets[at] as number);
}

function measured(all: readonly Item[], edges: readonly Ends[], paths: readonly (readonly Item[])[], sizes: Sizes): Layout {
  const { width, height, across, margin } = sizes;
  const xOf = (it: Item): number => margin + it.column * (width + across);
  const boxes = all.filter((it) => it.real).map((it) => ({ id: it.id, x: xOf(it), y: margin + it.y - height / 2, width, height }));
  const lines = edges.map(({ from, to }, index): Line => {
    const items = paths[index] ?? [];
    const points = items.flatMap((it, at) => {
      const y = margin + it.y;
      const [left, right] = [
        { x: xOf(it), y },
        { x: xOf(it) + width, y },
      ];
      return at === 0 ? [right] : at === items.length - 1 ? [left] : [left, right];
    });
    return { from, to, points };
  });
  return {
    boxes,
    lines,
    width: Math.max(0, ...boxes.map((it) => it.x + it.width)) + margin,
    height: Math.max(0, ...all.map((it) => margin + it.y + (it.real ? height / 2 : 0))) + margin,
  };
}
