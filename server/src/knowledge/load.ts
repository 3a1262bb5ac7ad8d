// Built-in and project knowledge, merged for one target.
import type { Api, QName, Target } from '../model.js';

export interface Knowledge {
  api(name: QName): Api | undefined;
  /** Every name known, sorted. */
  names(): readonly QName[];
}

export function loadKnowledge(target: Target): Knowledge {
  void target;
  return { api: () => undefined, names: () => [] };
}
