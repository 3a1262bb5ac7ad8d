// How far a step is believed: the one table from basis to confidence.
import type { Basis, Confidence, Witness } from '../model.js';

const table: Readonly<Record<Basis, Confidence>> = {
  source: 'high',
  knowledge: 'high',
  import: 'high',
  constructor: 'high',
  annotation: 'high',
  inherited: 'high',
  override: 'medium',
  decorated: 'medium',
  estimate: 'medium',
  assumed: 'medium',
  'only-name': 'low',
};
const order: readonly Confidence[] = ['high', 'medium', 'low'];
export const weakest = (a: Confidence, b: Confidence): Confidence => (order.indexOf(a) >= order.indexOf(b) ? a : b);

/** The confidence of the weakest step of all witnesses. */
export function believe(witnesses: readonly Witness[]): Confidence {
  return witnesses.flat().reduce<Confidence>((found, step) => weakest(found, table[step.by]), 'high');
}
