// Bytes to facts for one file: decode, filter, scan. What a worker and the main thread do alike.
import { type Scanned, scan } from '../facts/scan.js';
import { limits } from '../limits.js';
import type { Parser } from '../syntax/load.js';
import { concerns } from '../syntax/prefilter.js';
import type { Read } from './host.js';
import { decode } from './source.js';

/** What became of a file. `skipped`: nothing in it concerns us. `incomplete`: it could not be looked at, so the audit has a hole. */
export type Prepared =
  /** `packed` are the same facts in bytes, where somebody had them. */
  | { readonly is: 'scanned'; readonly text: string; readonly scanned: Scanned; readonly packed?: Uint8Array }
  | { readonly is: 'skipped' }
  | { readonly is: 'failed'; readonly reason: string; readonly incomplete: boolean };

/** Tells `done` what became of each file, in any order. Ends early once `cancelled` says so. */
export type PrepareAll = (files: readonly string[], options: PrepareOptions) => Promise<void>;
export interface PrepareOptions {
  /** Read even if the filter has no interest in it. */
  whole(file: string): boolean;
  done(file: string, prepared: Prepared): void;
  cancelled?(): boolean;
}

/** `whole` reads a file even if the filter has no interest in it. Never throws. */
export function prepare(parser: Parser, read: Read, whole: boolean): Prepared {
  if ('problem' in read) return { is: 'failed', reason: read.problem, incomplete: true };
  const decoded = decode(read.bytes);
  if ('problem' in decoded) return { is: 'failed', reason: decoded.problem, incomplete: false };
  if (!whole && !concerns(decoded.text)) return { is: 'skipped' };
  try {
    return { is: 'scanned', text: decoded.text, scanned: scan(parser, decoded.text) };
  } catch (error) {
    return { is: 'failed', reason: `the analysis failed: ${error instanceof Error ? error.message : String(error)}`, incomplete: true };
  }
}

/** The size from which a file is a problem instead of bytes. */
export const mostBytes = limits.fileBytes;
