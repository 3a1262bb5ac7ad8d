// `audit --gil disabled`: judges the same files with the GIL and without, and puts the difference into words.
import type { Alarm } from '../model.js';
import { type Audited, audit } from '../project/audit.js';
import { identity, type SharedPlace, sharedPlaces, withGil } from '../project/readiness.js';
import type { Opened } from './open.js';

export interface Readiness {
  /** Accidents first, then by name. */
  readonly places: readonly SharedPlace[];
  /** What is found with the GIL alone. */
  readonly gone: readonly Alarm[];
}

/** undefined for a target that always has it. */
export async function readinessOf(opened: Opened, audited: Audited): Promise<Readiness | undefined> {
  const { target, wanted } = opened;
  if (target.gil === 'on') return undefined;
  const workspace = target.gil === 'off' ? opened.workspace : opened.again({ ...target, gil: 'off' });
  const result = target.gil === 'off' ? audited : await audit(workspace, wanted);
  const locked = opened.again({ ...target, gil: 'on' });
  const before = (await audit(locked, wanted)).alarms.filter((it) => it.suppressed === null);
  const now = new Set(result.alarms.map(identity));
  return {
    places: sharedPlaces(workspace.engine, result.alarms, withGil(locked.engine, wanted.files)),
    gone: before.filter((it) => !now.has(identity(it))),
  };
}

export const howWords: Readonly<Record<SharedPlace['how'], string>> = {
  accident: 'safe by accident: only the GIL keeps it whole',
  anyway: 'found with the GIL as well',
};

/** `3 shared places are not ready for a build without the GIL, 2 of them safe by accident with it.` */
export function readinessLine({ places }: Readiness): string {
  if (places.length === 0) return 'Nothing that is shared was found to rest on the GIL.';
  const accidents = places.filter((it) => it.how === 'accident').length;
  const what = places.length === 1 ? '1 shared place is' : `${places.length} shared places are`;
  return `${what} not ready for a build without the GIL, ${accidents} of them safe by accident with it.`;
}
