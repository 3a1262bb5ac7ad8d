// What the benches judge for: one version of Python with the GIL, whatever the machine has.
import type { Target } from '../server/src/model.js';

/** `minor` of Python 3. */
export const benchTarget = (minor: number): Target => ({
  python: { from: minor, to: minor },
  gil: 'on',
  start: 'any',
  origin: { python: 'bench', gil: 'bench', start: 'bench' },
});
