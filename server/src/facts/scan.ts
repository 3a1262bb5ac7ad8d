// Text in, facts out, chunk by chunk: what a worker runs.

import { limits } from '../limits.js';
import type { Facts } from '../model.js';
import { type ChunkRange, chunksOf } from '../syntax/chunks.js';
import type { FlatTree } from '../syntax/flat.js';
import type { Parser } from '../syntax/load.js';
import { parse } from '../syntax/parse.js';
import { extract } from './extract.js';

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
export const failureOf = (tree: FlatTree): string | null =>
  tree.broken(0) ? `syntax error in line ${brokenLine(tree)}; the rest was analysed` : null;

/** Ids of the chunks of one text, in order. What surrounds a broken chunk tells how it was read, so its facts are part of its id. */
export function namer(): (id: string) => string {
  const seen = new Map<string, number>();
  return (id) => {
    const hash = id.replace(/\.\d+$/, '');
    const ordinal = seen.get(hash) ?? 0;
    seen.set(hash, ordinal + 1);
    return ordinal === 0 ? hash : `${hash}.${ordinal}`;
  };
}
export function hashOf(text: string, range: ChunkRange, facts: Facts): string {
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
