// `audit --gil disabled`: what a build without the GIL breaks, by the memory that is shared.
import type { Alarm, Severity, Spot } from '../model.js';
import { type Audited, audit } from '../project/audit.js';
import type { Opened } from './open.js';

/** Memory that threads share without enough care. */
export interface SharedPlace {
  /** For people: `Counter.value`. */
  readonly name: string;
  /** Where it gets its first value. */
  readonly born: Omit<Spot, 'note'> | undefined;
  /** `accident`: with the GIL nothing is torn apart. `anyway`: found with it as well. */
  readonly how: 'accident' | 'anyway';
  readonly alarms: readonly Alarm[];
}
export interface Readiness {
  /** Accidents first, then by name. */
  readonly places: readonly SharedPlace[];
  /** What is found with the GIL alone. */
  readonly gone: readonly Alarm[];
}

/** Judges the same files with the GIL and without and compares; undefined for a target that always has it. */
export async function readinessOf(opened: Opened, audited: Audited): Promise<Readiness | undefined> {
  const { target, wanted } = opened;
  if (target.gil === 'on') return undefined;
  const workspace = target.gil === 'off' ? opened.workspace : opened.again({ ...target, gil: 'off' });
  const result = target.gil === 'off' ? audited : await audit(workspace, wanted);
  const locked = opened.again({ ...target, gil: 'on' });
  const before = (await audit(locked, wanted)).alarms.filter((it) => it.suppressed === null);
  const severities = new Map<string, Severity>(
    wanted.files.flatMap((file) => locked.engine.alarms(file)).map((it) => [identity(it), it.severity]),
  );

  const places = new Map<string, { -readonly [K in keyof SharedPlace]: SharedPlace[K] }>();
  for (const alarm of result.alarms) {
    const shared = alarm.suppressed === null ? workspace.engine.shared(alarm) : undefined;
    if (shared === undefined) continue;
    const known = severities.get(identity(alarm));
    const how = known === undefined || known === 'hint' ? 'accident' : 'anyway';
    const place = places.get(shared.id) ?? { name: shared.name, born: shared.born, how, alarms: [] };
    places.set(shared.id, { ...place, how: place.how === 'anyway' ? 'anyway' : how, alarms: [...place.alarms, alarm] });
  }
  const now = new Set(result.alarms.map(identity));
  return {
    places: [...places.values()].sort((a, b) => (a.how === b.how ? (a.name < b.name ? -1 : 1) : a.how === 'accident' ? -1 : 1)),
    gone: before.filter((it) => !now.has(identity(it))),
  };
}

const identity = ({ rule, at, fingerprint }: Alarm): string => [at.file, rule, fingerprint].join('\n');

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
