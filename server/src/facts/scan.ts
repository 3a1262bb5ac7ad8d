// Text in, facts out, chunk by chunk: what a worker runs.

import { limits } from '../limits.js';
import type { Facts } from '../model.js';
import { chunksOf } from '../syntax/chunks.js';
import type { FlatTree } from '../syntax/flat.js';
import type { Parser } from '../syntax/load.js';
import { parse } from '../syntax/parse.js';
import { extract } from './extract.js';

export interface ScannedChunk {
  /** Hash of the chunk's text, with an ordinal where the same text stands twice in a file. */
  readonly id: string;
  /** UTF-16 offset in the file. */
  readonly start: number;
  readonly end: number;
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
  if (text.length > limits.fileBytes) return { chunks: [], failure: `larger than ${limits.fileBytes / 1_000_000} MB` };
  if (text.includes('\0')) return { chunks: [], failure: 'contains a NUL byte' };
  const tree = parse(parser, text);
  const seen = new Map<string, number>();
  const chunks = chunksOf(tree).map((range): ScannedChunk => {
    const hash = fingerprint(text.slice(range.start, range.end));
    const ordinal = seen.get(hash) ?? 0;
    seen.set(hash, ordinal + 1);
    return { id: ordinal === 0 ? hash : `${hash}.${ordinal}`, start: range.start, end: range.end, facts: extract(tree, range) };
  });
  return { chunks, failure: tree.broken(0) ? `syntax error in line ${brokenLine(tree)}; the rest was analysed` : null };
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
