// Bytes to facts for one file: decode, filter, scan. What a worker and the main thread do alike.
import { type Scanned, scan } from '../facts/scan.js';
import type { Parser } from '../syntax/load.js';
import { concerns } from '../syntax/prefilter.js';
import type { Read } from './host.js';
import type { Cell } from './notebook.js';
import { sourceOf } from './source.js';

export { mostBytes } from './source.js';

/** What became of a file. `skipped`: nothing in it concerns us. `incomplete`: it could not be looked at, so the audit has a hole. */
export type Prepared =
  | ScannedSource
  | { readonly is: 'skipped' }
  | { readonly is: 'failed'; readonly reason: string; readonly incomplete: boolean };

export interface ScannedSource {
  readonly is: 'scanned';
  readonly text: string;
  /** Of a notebook: what `text` was made from. */
  readonly cells?: readonly Cell[];
  readonly scanned: Scanned;
  /** The same facts in bytes, where somebody had them. */
  readonly packed?: Uint8Array;
}

/** Tells `done` what became of each file, in any order. Ends early once `cancelled` says so. */
export type PrepareAll = (files: readonly string[], options: PrepareOptions) => Promise<void>;
export interface PrepareOptions {
  /** Read even if the filter has no interest in it. */
  whole(file: string): boolean;
  done(file: string, prepared: Prepared): void;
  cancelled?(): boolean;
}

/** `whole` reads a file even if the filter has no interest in it. Never throws. */
export function prepare(parser: Parser, file: string, read: Read, whole: boolean): Prepared {
  if ('problem' in read) return { is: 'failed', reason: read.problem, incomplete: true };
  const source = sourceOf(file, read.bytes);
  if ('problem' in source) return { is: 'failed', reason: source.problem, incomplete: false };
  const { text, cells } = source;
  if (!whole && !concerns(text)) return { is: 'skipped' };
  try {
    return { is: 'scanned', text, ...(cells === undefined ? {} : { cells }), scanned: scan(parser, text) };
  } catch (error) {
    return { is: 'failed', reason: `the analysis failed: ${error instanceof Error ? error.message : String(error)}`, incomplete: true };
  }
}
