// Compact bytes → facts: what `pack.ts` wrote, step for step.
import { damaged, open, type Reader, take, takeFloat, takeText } from './bytes.js';
import { codes, tags } from './pack.js';
import type { Scanned } from './scan.js';

/** Facts of a file; undefined for bytes that are damaged or something else. */
export function unpackFacts(bytes: Uint8Array): Scanned | undefined {
  const found = unpack(bytes) as Partial<Scanned> | null | undefined;
  return Array.isArray(found?.chunks) ? (found as Scanned) : undefined;
}
/** What `pack` was given; undefined for bytes that are damaged or something else. Never throws. */
export function unpack(bytes: Uint8Array): unknown {
  try {
    const reader = open(bytes);
    const unpacking: Unpacking = { reader, shapes: [], objects: [], spans: [], start: 0, depth: 0 };
    const found = takeValue(unpacking, newColumn());
    return reader.at === reader.end ? found : undefined;
  } catch {
    return undefined;
  }
}

/** What a code of a column stands for: a value as it is, or what is needed to read one. */
type Symbol =
  | { readonly is: 'value'; readonly value: unknown }
  | { readonly is: 'shape'; readonly shape: Shape }
  | { readonly is: 'array'; readonly length: number }
  | { readonly is: 'counts'; readonly length: number };
interface Column {
  mode: 'new' | 'symbols' | 'whole' | 'span';
  readonly symbols: Symbol[];
  whole: number;
  last: unknown;
  elements: Column | undefined;
}
const newColumn = (): Column => ({ mode: 'new', symbols: [], whole: 0, last: undefined, elements: undefined });
interface Shape {
  readonly fields: readonly Field[];
}
interface Field {
  readonly key: string;
  /** The word that belongs to the shape. */
  readonly told: string | undefined;
  readonly column: Column;
}
interface Unpacking {
  readonly reader: Reader;
  readonly shapes: Shape[];
  readonly objects: object[];
  readonly spans: object[];
  start: number;
  depth: number;
}
/** Nesting at which bytes are no facts: extraction stops long before. */
const deepest = 2_000;

function takeValue(unpacking: Unpacking, column: Column): unknown {
  const { reader } = unpacking;
  if (column.mode === 'new') return takeTagged(unpacking, column);
  const code = take(reader);
  if (code === codes.escape) return takeTagged(unpacking, column);
  if (column.mode === 'whole') {
    column.whole += unzigzag(code - 1);
    return column.whole;
  }
  if (code === codes.last) return column.last;
  if (column.mode === 'span') return takeSpan(unpacking, column, code);
  if (code === codes.known) return takeKnown(unpacking, column, unpacking.objects);
  const symbol = column.symbols[code - codes.first];
  if (symbol === undefined) throw damaged();
  return takeSymbol(unpacking, column, symbol);
}
const unzigzag = (it: number): number => (it % 2 === 0 ? it / 2 : -(it + 1) / 2);

function takeTagged(unpacking: Unpacking, column: Column): unknown {
  const { reader } = unpacking;
  const first = column.mode === 'new';
  const tag = take(reader);
  switch (tag) {
    case tags.float:
      if (first) column.mode = 'whole';
      return takeFloat(reader);
    case tags.whole:
      if (first) column.mode = 'whole';
      column.whole += unzigzag(take(reader));
      return column.whole;
    case tags.span:
      if (first) column.mode = 'span';
      return takeSpan(unpacking, column, take(reader) + codes.first);
    case tags.object:
      return takeKnown(unpacking, column, unpacking.objects);
    case tags.knownSpan:
      return takeKnown(unpacking, column, unpacking.spans);
    default: {
      if (first) column.mode = 'symbols';
      const symbol = newSymbol(unpacking, tag);
      if (column.mode === 'symbols') column.symbols.push(symbol);
      return takeSymbol(unpacking, column, symbol);
    }
  }
}
function newSymbol({ reader, shapes }: Unpacking, tag: number): Symbol {
  switch (tag) {
    case tags.null:
      return { is: 'value', value: null };
    case tags.true:
      return { is: 'value', value: true };
    case tags.false:
      return { is: 'value', value: false };
    case tags.text:
      return { is: 'value', value: takeText(reader) };
    case tags.array:
    case tags.counts: {
      const length = take(reader);
      if (length > 7 * (reader.end - reader.at)) throw damaged();
      return { is: tag === tags.array ? 'array' : 'counts', length };
    }
    case tags.shape: {
      const index = take(reader);
      if (index === shapes.length) shapes.push({ fields: Array.from({ length: fewer(reader, take(reader)) }, () => newField(reader)) });
      const shape = shapes[index];
      if (shape === undefined) throw damaged();
      return { is: 'shape', shape };
    }
    default:
      throw damaged();
  }
}
function newField(reader: Reader): Field {
  const key = takeText(reader);
  return { key, told: take(reader) === 1 ? takeText(reader) : undefined, column: newColumn() };
}
/** No more things than there are bytes left. */
function fewer(reader: Reader, count: number): number {
  if (count > reader.end - reader.at) throw damaged();
  return count;
}

function takeSymbol(unpacking: Unpacking, column: Column, symbol: Symbol): unknown {
  if (symbol.is === 'value') return symbol.value;
  if (++unpacking.depth > deepest) throw damaged();
  let value: unknown;
  if (symbol.is === 'shape') value = takeObject(unpacking, column, symbol.shape);
  else if (symbol.is === 'array') value = takeArray(unpacking, column, symbol.length);
  else value = takeCounts(unpacking, column, symbol.length);
  unpacking.depth--;
  return value;
}
function takeObject(unpacking: Unpacking, column: Column, { fields }: Shape): object {
  const made: Record<string, unknown> = {};
  unpacking.objects.push(made);
  column.last = made;
  for (const { key, told, column: own } of fields) made[key] = told ?? takeValue(unpacking, own);
  return made;
}
function takeArray(unpacking: Unpacking, column: Column, length: number): unknown[] {
  const made: unknown[] = [];
  unpacking.objects.push(made);
  column.last = made;
  column.elements ??= newColumn();
  for (let at = 0; at < length; at++) made.push(takeValue(unpacking, column.elements));
  return made;
}
function takeCounts(unpacking: Unpacking, column: Column, length: number): number[] {
  const { reader } = unpacking;
  const made: number[] = [];
  unpacking.objects.push(made);
  column.last = made;
  for (let from = 0; from < length; from += 7) {
    const bits = take(reader);
    for (let at = 0; at < 7 && from + at < length; at++) made.push((bits >> at) & 1);
  }
  for (let at = 0; at < length; at++) if (made[at] === 1) made[at] = take(reader);
  return made;
}

function takeSpan(unpacking: Unpacking, column: Column, code: number): object {
  if (code === codes.known) return takeKnown(unpacking, column, unpacking.spans);
  const start = unpacking.start + unzigzag(code - codes.first);
  unpacking.start = start;
  const made = { start, end: start + take(unpacking.reader) };
  unpacking.spans.push(made);
  column.last = made;
  return made;
}
function takeKnown({ reader }: Unpacking, column: Column, all: readonly object[]): object {
  const known = all[all.length - 1 - take(reader)];
  if (known === undefined) throw damaged();
  column.last = known;
  return known;
}
