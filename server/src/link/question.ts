// A kind of question, and when two answers to it are the same.
import type { Asked } from './cells.js';
import { joined, type Meaning, sameMeanings } from './meanings.js';

/** One kind of question: what it is called when counted, what is read while it is under way, and which answers are the same. */
export interface Question<K extends object, T> extends Asked<T> {
  /** Only the compiler looks at it. */
  readonly of?: (key: K) => T;
}
export const question = <K extends object, T>(it: Question<K, T>): Question<K, T> => it;

/** For questions about what something can mean. */
export const meaningsOf = <K extends object>(kind: string): Question<K, readonly Meaning[]> =>
  question<K, readonly Meaning[]>({ kind, fallback: [], same: sameMeanings, join: joined, stratum: 0 });

export function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  return a === b || (a.length === b.length && a.every((it, at) => it === b[at]));
}
