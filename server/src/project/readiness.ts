// What a build without the GIL breaks, by the memory that is shared: the alarms there beside those of the same files with the GIL.
import type { Alarm, Severity, Spot } from '../model.js';
import type { AnyEngine } from './workspace.js';

/** Memory that threads share without enough care. */
export interface SharedPlace {
  readonly id: string;
  /** For people: `Counter.value`. */
  readonly name: string;
  /** Where it gets its first value. */
  readonly born: Omit<Spot, 'note'> | undefined;
  /** `accident`: with the GIL nothing is torn apart. `anyway`: found with it as well. */
  readonly how: 'accident' | 'anyway';
  readonly alarms: readonly Alarm[];
}
/** How loud each alarm is with the GIL. */
export type WithGil = ReadonlyMap<string, Severity>;

/** The same in both builds. */
export const identity = ({ rule, at, fingerprint }: Alarm): string => [at.file, rule, fingerprint].join('\n');

/** `engine` judges for a build that has the GIL. */
export const withGil = (engine: AnyEngine, files: readonly string[]): WithGil =>
  new Map(files.flatMap((file) => engine.alarms(file)).map((it) => [identity(it), it.severity]));

/** Accidents first, then by name. `engine` judges for a build that may lack the GIL, and `alarms` are its. */
export function sharedPlaces(engine: AnyEngine, alarms: readonly Alarm[], before: WithGil): readonly SharedPlace[] {
  const places = new Map<string, SharedPlace>();
  for (const alarm of alarms) {
    const shared = alarm.suppressed === null ? engine.shared(alarm) : undefined;
    if (shared === undefined) continue;
    const known = before.get(identity(alarm));
    const how = known === undefined || known === 'hint' ? 'accident' : 'anyway';
    const place = places.get(shared.id);
    places.set(shared.id, {
      ...shared,
      how: place?.how === 'anyway' ? 'anyway' : how,
      alarms: [...(place?.alarms ?? []), alarm],
    });
  }
  return [...places.values()].sort((a, b) => (a.how === b.how ? (a.name < b.name ? -1 : 1) : a.how === 'accident' ? -1 : 1));
}
