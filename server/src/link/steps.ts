// Are two chains of evidence the same? Then who holds the one need not look at the other.
import type { Step } from '../model.js';

export const sameSteps = (a: readonly Step[], b: readonly Step[]): boolean =>
  a === b || (a.length === b.length && a.every((it, at) => sameStep(it, b[at] as Step)));
const sameStep = (a: Step, b: Step): boolean =>
  a === b ||
  (a.chunk === b.chunk &&
    a.span.start === b.span.start &&
    a.span.end === b.span.end &&
    a.name === b.name &&
    a.note === b.note &&
    a.by === b.by &&
    a.evidence === b.evidence);
