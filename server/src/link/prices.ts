// What the interpreter's own operations cost. Nanoseconds on CPython 3.11; `npm run bench -- prices` compares predictions with runs.
import { type OpKind, opKinds } from '../model.js';

const operation: Readonly<Record<OpKind, number>> = {
  load: 3,
  store: 3,
  arithmetic: 22,
  compare: 18,
  subscript: 20,
  attribute: 8,
  build: 12,
  text: 60,
  jump: 4,
  yield: 20,
};
export const opPrices: readonly number[] = opKinds.map((it) => operation[it]);

/** Entering and leaving a Python function, beside its body. */
export const callPrice = 45;
/** A call of a class, beside its `__init__`. */
export const instancePrice = 110;
/** One turn of a loop, beside its body. */
export const turnPrice = 12;
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
