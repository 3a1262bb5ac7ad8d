// The alarms of each file, kept until what the rules say of it changes, or a text that one of them points into.
import { limits } from '../limits.js';
import type { Alarm } from '../model.js';

/** The alarms of a file, and the files that they name places of. */
export interface FileAlarms {
  readonly alarms: readonly Alarm[];
  readonly places: ReadonlySet<string>;
}
export interface KeptAlarms {
  /** What the rules say of a file may have changed. */
  doubt(file: string): void;
  /** The text of a file is another: places in it have moved. */
  moved(file: string): void;
  /** Files that are looked at again when they are next asked about. */
  doubted(): readonly string[];
  of(file: string): readonly Alarm[];
  /** By file. */
  all(): readonly Alarm[];
}

/** `ask` may doubt files itself, as asking a rule for the first time makes news; `judge` takes what the last one found. */
export function keepAlarms<T>(ask: (file: string) => T, judge: (found: T) => FileAlarms): KeptAlarms {
  /** Files with alarms. */
  const known = new Map<string, FileAlarms>();
  const doubted = new Set<string>();
  const look = (file: string): void => {
    let told: { readonly last: T } | undefined;
    for (let times = 0; doubted.has(file) && times < limits.circleRuns; times++) {
      doubted.delete(file);
      told = { last: ask(file) };
    }
    if (!told) return;
    const found = judge(told.last);
    if (found.alarms.length > 0) known.set(file, found);
    else known.delete(file);
  };
  return {
    doubt: (file) => doubted.add(file),
    moved(file) {
      doubted.add(file);
      for (const [other, { places }] of known) if (places.has(file)) doubted.add(other);
    },
    doubted: () => [...doubted],
    of(file) {
      look(file);
      return known.get(file)?.alarms ?? [];
    },
    all() {
      for (const file of doubted) look(file);
      return [...known.keys()].sort().flatMap((file) => known.get(file)?.alarms ?? []);
    },
  };
}
