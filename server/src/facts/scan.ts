// Text in, facts out, chunk by chunk: what a worker runs.

import { limits } from '../limits.js';
import type { Facts } from '../model.js';
import { type ChunkRange, chunksOf, outline, rangeIn } from '../syntax/chunks.js';
import type { FlatTree } from '../syntax/flat.js';
import type { Parser } from '../syntax/load.js';
import { commonEnd, commonStart, type OpenTree, parse } from '../syntax/parse.js';
import { brokenUpTo, extract } from './extract.js';

export interface ScannedChunk {
  /** Hash of the chunk's text, with an ordinal where the same text stands twice in a file. Equal ids in a file mean equal facts. */
  readonly id: string;
  /** UTF-16 offset in the file. */
  readonly start: number;
  readonly end: number;
  /** A `member` belongs to the class of the nearest `header` before it. */
  readonly part: ChunkRange['part'];
  readonly facts: Facts;
}
/** Plain data; survives JSON and structured clone. */
export interface Scanned {
  readonly chunks: readonly ScannedChunk[];
  /** Set when the file gave no facts, or only some: `syntax error in line 3`. */
  readonly failure: string | null;
}

/** Never throws for any text. */
export function scan(parser: Parser, text: string): Scanned {
  const unfit = unfitness(text);
  if (unfit !== null) return { chunks: [], failure: unfit };
  const tree = parse(parser, text);
  const named = namer();
  const chunks = chunksOf(tree).map((range): ScannedChunk => {
    const facts = extract(tree, range);
    return { id: named(hashOf(text, range, facts)), start: range.start, end: range.end, part: range.part, facts };
  });
  return { chunks, failure: failureOf(tree) };
}
/** Why a text is not parsed at all; null when it is. */
export function unfitness(text: string): string | null {
  if (text.length > limits.fileBytes) return `larger than ${limits.fileBytes / 1_000_000} MB`;
  return text.includes('\0') ? 'contains a NUL byte' : null;
}
const failureOf = (tree: FlatTree): string | null =>
  tree.broken(0) ? `syntax error in line ${brokenLine(tree)}; the rest was analysed` : null;

export interface Rescanned {
  readonly scanned: Scanned;
  /** Chunks whose facts were extracted again. */
  readonly extracted: number;
}
/**
 * The same answer as `scan` for the text of `tree`, from the facts of an earlier text of the same file: what stands before and after
 * the edit keeps its facts.
 */
export function rescan(old: Scanned, oldText: string, tree: OpenTree): Rescanned {
  const { text } = tree;
  const one = inOneChunk(old, oldText, tree);
  if (one) return one;
  const start = commonStart(oldText, text);
  const end = text.length - commonEnd(oldText, text, start);
  const before = new Map(old.chunks.map((it) => [it.start, it]));
  const shift = oldText.length - text.length;
  const whole = tree.broken ? tree.view() : undefined;
  const view = whole ?? tree.view(outline);
  const named = namer();
  let extracted = 0;
  const chunks = chunksOf(view).map((range): ScannedChunk => {
    const at = range.end < start ? range.start : range.start > end ? range.start + shift : -1;
    const known = at < 0 ? undefined : before.get(at);
    if (known && isSame(known, range) && !(whole && range.statements.some((it) => brokenUpTo(whole, it, range.end)))) {
      const id = named(known.id);
      return known.start === range.start && known.id === id ? known : { ...known, id, start: range.start, end: range.end };
    }
    extracted++;
    const inside = (_type: string, from: number, to: number): boolean => from < range.end && to > range.start;
    const full = whole ?? tree.view((type, from, to) => outline(type, from, to) || inside(type, from, to));
    const facts = extract(full, whole ? range : rangeIn(full, range));
    return { id: named(hashOf(text, range, facts)), start: range.start, end: range.end, part: range.part, facts };
  });
  return { scanned: { chunks, failure: whole ? failureOf(whole) : null }, extracted };
}

/** Most edits stay inside of one chunk: then all others are as they were, only moved. */
function inOneChunk(old: Scanned, oldText: string, tree: OpenTree): Rescanned | undefined {
  const { text, changed } = tree;
  if (!changed || tree.broken || old.failure !== null) return undefined;
  const shift = text.length - oldText.length;
  const index = old.chunks.findIndex((it) => it.start < changed.start && changed.end <= it.end + shift);
  const known = old.chunks[index];
  if (!known) return undefined;
  const wanted: ChunkRange = { start: known.start, end: known.end + shift, part: known.part, statements: [], comments: [] };
  const inside = (type: string, from: number, to: number): boolean => outline(type, from, to) || (from < wanted.end && to > wanted.start);
  const view = tree.view(inside, wanted);
  const range = rangeIn(view, wanted);
  if (range.statements.length === 0) return undefined;
  const facts = extract(view, range);
  const own: ScannedChunk = { id: hashOf(text, range, facts), start: range.start, end: range.end, part: range.part, facts };
  const namesake = old.chunks.some((it) => it !== known && (it.id === own.id || it.id.startsWith(known.id)));
  const chunks = namesake || known.id.includes('.') ? renamed(old.chunks, index, own, shift) : moved(old.chunks, index, own, shift);
  return { scanned: { chunks, failure: null }, extracted: 1 };
}
/** No other chunk has the text of the one that changed, before or after, so all ids stay. */
function moved(old: readonly ScannedChunk[], index: number, own: ScannedChunk, shift: number): readonly ScannedChunk[] {
  const chunks = [...old.slice(0, index), own];
  for (let at = index + 1; at < old.length; at++) {
    const { id, start, end, part, facts } = old[at] as ScannedChunk;
    chunks.push({ id, start: start + shift, end: end + shift, part, facts });
  }
  return chunks;
}
function renamed(old: readonly ScannedChunk[], index: number, own: ScannedChunk, shift: number): readonly ScannedChunk[] {
  const named = namer();
  return old.map((it, at): ScannedChunk => {
    const id = named(at === index ? own.id : it.id);
    const by = at <= index ? 0 : shift;
    if (at === index) return { ...own, id };
    return by === 0 && id === it.id ? it : { ...it, id, start: it.start + by, end: it.end + by };
  });
}

const isSame = (old: ScannedChunk, range: ChunkRange): boolean =>
  old.part === range.part && old.end - old.start === range.end - range.start && !old.facts.broken;

/** Ids of the chunks of one text, in order. What surrounds a broken chunk tells how it was read, so its facts are part of its id. */
function namer(): (id: string) => string {
  const seen = new Map<string, number>();
  return (id) => {
    const hash = id.replace(/\.\d+$/, '');
    const ordinal = seen.get(hash) ?? 0;
    seen.set(hash, ordinal + 1);
    return ordinal === 0 ? hash : `${hash}.${ordinal}`;
  };
}
function hashOf(text: string, range: ChunkRange, facts: Facts): string {
  const own = `${range.part === 'whole' ? '' : range.part[0]}${fingerprint(text.slice(range.start, range.end))}`;
  return facts.broken ? `${own}!${fingerprint(JSON.stringify(facts))}` : own;
}

function brokenLine(tree: FlatTree): number {
  let node = 0;
  for (;;) {
    let inner = -1;
    for (let kid = tree.first(node); kid >= 0 && inner < 0; kid = tree.next(kid)) if (tree.broken(kid)) inner = kid;
    if (inner < 0) break;
    node = inner;
    if (tree.type(node) === 'ERROR') break;
  }
  return tree.text.slice(0, tree.start(node)).split('\n').length;
}

/** 64 bits of FNV-1a over UTF-16 units, as 16 hex digits. */
export function fingerprint(text: string): string {
  let low = 0x811c9dc5;
  let high = 0xcbf29ce4;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit ^ (low >>> 15), 0x01000193);
  }
  return (high >>> 0).toString(16).padStart(8, '0') + (low >>> 0).toString(16).padStart(8, '0');
}
