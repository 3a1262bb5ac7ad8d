// Which pairs of accesses are harmful, and how much, on the target's Python: the table that buys precision.
import type { Harm, Op, Target, Window } from '../model.js';

/** What the two accesses of a pair are, and what they are about. `first` is the composite or the loop. */
export interface Pair {
  readonly first: Op;
  readonly second: Op;
  readonly window: Window;
  readonly part: 'slot' | 'contents';
  /** The class of what the place holds. */
  readonly holds: string | undefined;
  /** The built object is worth building once: it opens, starts or registers something, or takes long. */
  readonly costly: boolean;
}
/**
 * Undefined where the pair is harmless: single stores and single container operations never are harmful alone. Since CPython 3.10 the GIL
 * is handed over at calls and at the end of loop turns only (https://github.com/python/cpython/issues/84911), so an update without a
 * call in it is safe there by accident.
 */
export function harmOf(it: Pair, target: Target): Harm | undefined {
  const free = target.gil !== 'on';
  const any = target.python.from < 10;
  if (!changes(it.second)) return undefined;
  switch (it.first) {
    case 'update':
      if (it.window !== 'none' || free || any) return 'high';
      return 'medium';
    case 'check-act':
      return 'high';
    case 'lazy-init':
      return it.costly || it.window === 'await' ? (free ? 'high' : 'medium') : undefined;
    case 'iterate':
      if (!resizes(it.second)) return undefined;
      return it.holds === 'builtins.list' && !free ? 'medium' : 'high';
    default:
      return undefined;
  }
}
const changes = (op: Op): boolean => op !== 'read' && op !== 'iterate';
/** Giving the whole container a new value leaves the old one to who walks it. */
const resizes = (op: Op): boolean => op === 'step' || op === 'bulk' || op === 'update' || op === 'check-act';
