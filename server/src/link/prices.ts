// What the interpreter's own operations cost. Nanoseconds on CPython 3.11; `npm run bench -- prices` compares predictions with runs.
import { type OpKind, opKinds } from '../model.js';

const operation: Readonly<Record<OpKind, number>> = {
  load: 1,
  store: 1,
  arithmetic: 13,
  compare: 10,
  subscript: 12,
  attribute: 4,
  build: 9,
  text: 45,
  jump: 2,
  yield: 14,
};
export const opPrices: readonly number[] = opKinds.map((it) => operation[it]);

/** Entering and leaving a Python function, beside its body. */
export const callPrice = 30;
/** A call of a class, beside its `__init__`. */
export const instancePrice = 70;
/** One turn of a loop, beside its body. */
export const turnPrice = 8;
/** A function of the standard library or a package that nobody described. */
export const unknownPrice = 1000;
/** Calls of outside functions without a price of their own, by how they treat the GIL. */
export const defaultPrice = {
  holds: 60,
  interprets: 1500,
  releases: 5000,
  'releases-above': 600,
  waits: 100_000,
  unknown: unknownPrice,
} as const;
