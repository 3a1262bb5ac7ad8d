// Names with attributes, such as `self.jobs`, compared as they are written.
import type { Value } from '../model.js';

/** False for whatever is no name with attributes. */
export function isSamePath(a: Value, b: Value): boolean {
  if (a.is === 'name') return b.is === 'name' && a.name === b.name;
  return a.is === 'attr' && b.is === 'attr' && a.name === b.name && isSamePath(a.of, b.of);
}
