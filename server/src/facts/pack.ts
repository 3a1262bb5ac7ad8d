// Facts ⇄ compact bytes, whatever plain data the facts are: each field of each shape of object is a column with short codes of its own.
import { finish, newWriter, put, putFloat, putText, type Writer } from './bytes.js';

/**
 * Equal data gives equal bytes. What `unpack` makes of them is equal, and parts that were one object are one object again, so linking
 * sees no difference. Any data that survives JSON will do; a field that is `undefined` is left out.
 */
export function pack(plain: unknown): Uint8Array {
  const packing: Packing = { writer: newWriter(), root: newShapes(), shapes: 0, objects: new Map(), spans: new Map(), start: 0 };
  putValue(packing, newColumn(), plain);
  return finish(packing.writer);
}

/** How a value is written where its column has no code for it. */
export const tags = {
  null: 0,
  true: 1,
  false: 2,
  text: 3,
  shape: 4,
  array: 5,
  counts: 6,
  whole: 7,
  float: 8,
  span: 9,
  object: 10,
  knownSpan: 11,
} as const;
/** Codes of a column: what is new, what is the last object again, what was an object elsewhere; from `first` on come its own values. */
export const codes = { escape: 0, last: 1, known: 2, first: 3 } as const;
/** The words of these fields tell kinds of objects apart, so they are part of the shape and cost nothing. */
export const telling: ReadonlySet<string> = new Set(['is', 'kind', 'type']);

/** The values that a field had so far. Its first value decides how the others are written. */
interface Column {
  mode: 'new' | 'symbols' | 'whole' | 'span';
  readonly symbols: Map<unknown, number>;
  whole: number;
  last: object | undefined;
  elements: Column | undefined;
}
const newColumn = (): Column => ({ mode: 'new', symbols: new Map(), whole: 0, last: undefined, elements: undefined });

/** Keys in their order, and words that tell, lead from one node to the next; a node at which an object ends has its shape. */
interface Shapes {
  readonly keys: Map<string, Shapes>;
  readonly words: Map<string, Shapes>;
  shape: Shape | undefined;
}
interface Shape {
  readonly index: number;
  /** Without those that are told. */
  readonly fields: readonly Field[];
  described: boolean;
}
interface Field {
  readonly key: string;
  readonly column: Column;
}
const newShapes = (): Shapes => ({ keys: new Map(), words: new Map(), shape: undefined });

interface Packing {
  readonly writer: Writer;
  readonly root: Shapes;
  shapes: number;
  /** In the order in which they were met. */
  readonly objects: Map<object, number>;
  readonly spans: Map<object, number>;
  /** Start of the last span. */
  start: number;
}
type Plain = { readonly [key: string]: unknown };

function putValue(packing: Packing, column: Column, value: unknown): void {
  if (typeof value === 'number') putNumber(packing, column, value);
  else if (typeof value !== 'object' || value === null) putSymbol(packing, column, value, value === null ? 'null' : nameOf(value));
  else if (isSpan(value)) putSpan(packing, column, value);
  else if (!putKnown(packing, column, value, packing.objects, tags.object)) {
    packing.objects.set(value, packing.objects.size);
    column.last = value;
    if (Array.isArray(value)) putArray(packing, column, value);
    else putObject(packing, column, value as Plain);
  }
}
function nameOf(value: unknown): 'true' | 'false' | 'text' {
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  throw new TypeError(`facts cannot hold a ${typeof value}`);
}

/** A tag before what no code of the column says; the first one says how the column goes on. */
function putTag(packing: Packing, column: Column, tag: keyof typeof tags, mode: Column['mode']): void {
  if (column.mode === 'new') column.mode = mode;
  else put(packing.writer, codes.escape);
  put(packing.writer, tags[tag]);
}
/** Writes the code of something that comes again and again; true where it is new, and its description has to follow. */
function putSymbol(
  packing: Packing,
  column: Column,
  symbol: unknown,
  tag: 'null' | 'true' | 'false' | 'text' | 'shape' | 'array' | 'counts',
): boolean {
  const code = column.mode === 'symbols' ? column.symbols.get(symbol) : undefined;
  if (code !== undefined) {
    put(packing.writer, code);
    return false;
  }
  putTag(packing, column, tag, 'symbols');
  if (column.mode === 'symbols') column.symbols.set(symbol, column.symbols.size + codes.first);
  if (tag === 'text') putText(packing.writer, symbol as string);
  return true;
}

function putNumber(packing: Packing, column: Column, value: number): void {
  const isWhole = Number.isSafeInteger(value) && !Object.is(value, -0) && Math.abs(value) < 2 ** 50;
  if (!isWhole) {
    putTag(packing, column, 'float', 'whole');
    putFloat(packing.writer, value);
    return;
  }
  const way = value - column.whole;
  column.whole = value;
  if (column.mode === 'whole') put(packing.writer, zigzag(way) + 1);
  else {
    putTag(packing, column, 'whole', 'whole');
    put(packing.writer, zigzag(way));
  }
}
const zigzag = (it: number): number => (it < 0 ? -2 * it - 1 : 2 * it);

/** Is it already in the bytes? Then a code or two say where. */
function putKnown(packing: Packing, column: Column, value: object, all: ReadonlyMap<object, number>, tag: number): boolean {
  const at = all.get(value);
  if (at === undefined) return false;
  const { writer } = packing;
  const coded = tag === tags.object ? column.mode === 'symbols' : column.mode === 'span';
  if (coded && column.last === value) put(writer, codes.last);
  else {
    if (coded) put(writer, codes.known);
    else {
      if (column.mode !== 'new') put(writer, codes.escape);
      put(writer, tag);
    }
    put(writer, all.size - 1 - at);
    column.last = value;
  }
  return true;
}

interface SpanLike {
  readonly start: number;
  readonly end: number;
}
/** Whole, not negative, not -0, and of 31 bits. */
const isSmall = (it: unknown): it is number => typeof it === 'number' && it >= 0 && (it | 0) === it && !Object.is(it, -0);
function isSpan(value: object): value is SpanLike {
  const { start, end } = value as Partial<SpanLike>;
  if (!isSmall(start) || !isSmall(end) || end < start) return false;
  let count = 0;
  for (const key in value) if (count++ === 0 && key !== 'start') return false;
  return count === 2;
}
function putSpan(packing: Packing, column: Column, value: SpanLike): void {
  const { writer } = packing;
  if (putKnown(packing, column, value, packing.spans, tags.knownSpan)) return;
  packing.spans.set(value, packing.spans.size);
  column.last = value;
  const way = zigzag(value.start - packing.start);
  packing.start = value.start;
  if (column.mode === 'span') put(writer, way + codes.first);
  else {
    putTag(packing, column, 'span', 'span');
    put(writer, way);
  }
  put(writer, value.end - value.start);
}

function putObject(packing: Packing, column: Column, value: Plain): void {
  const shape = shapeOf(packing, value);
  if (putSymbol(packing, column, shape, 'shape')) {
    put(packing.writer, shape.index);
    if (!shape.described) describe(packing.writer, shape, value);
  }
  for (const field of shape.fields) putValue(packing, field.column, value[field.key]);
}
function shapeOf(packing: Packing, value: Plain): Shape {
  let node = packing.root;
  for (const key in value) {
    const it = value[key];
    if (it === undefined) continue;
    node = nextTo(node.keys, key);
    if (typeof it === 'string' && telling.has(key)) node = nextTo(node.words, it);
  }
  node.shape ??= { index: packing.shapes++, fields: fieldsOf(value), described: false };
  return node.shape;
}
function nextTo(nodes: Map<string, Shapes>, key: string): Shapes {
  let next = nodes.get(key);
  if (next === undefined) {
    next = newShapes();
    nodes.set(key, next);
  }
  return next;
}
const isTold = (key: string, value: unknown): value is string => typeof value === 'string' && telling.has(key);
function fieldsOf(value: Plain): readonly Field[] {
  return Object.keys(value).flatMap((key) => (value[key] === undefined || isTold(key, value[key]) ? [] : [{ key, column: newColumn() }]));
}
/** All keys, those that are told with their words. */
function describe(writer: Writer, shape: Shape, value: Plain): void {
  shape.described = true;
  const keys = Object.keys(value).filter((key) => value[key] !== undefined);
  put(writer, keys.length);
  for (const key of keys) {
    const it = value[key];
    putText(writer, key);
    put(writer, isTold(key, it) ? 1 : 0);
    if (isTold(key, it)) putText(writer, it);
  }
}

/** Arrays of one length are one symbol. Where most of many numbers are 0, a bit for each says which are not. */
function putArray(packing: Packing, column: Column, value: readonly unknown[]): void {
  const { writer } = packing;
  const counts = value.length >= 4 && value.every(isSmall);
  if (putSymbol(packing, column, counts ? -value.length : value.length, counts ? 'counts' : 'array')) put(writer, value.length);
  if (!counts) {
    column.elements ??= newColumn();
    for (const it of value) putValue(packing, column.elements, it);
    return;
  }
  for (let from = 0; from < value.length; from += 7) {
    let bits = 0;
    for (let at = 0; at < 7; at++) if (value[from + at]) bits |= 1 << at;
    put(writer, bits);
  }
  for (const it of value as readonly number[]) if (it > 0) put(writer, it);
}
