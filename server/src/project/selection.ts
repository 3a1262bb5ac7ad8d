// Which rules run, and which of their alarms are shown with what severity.
import ignore from 'ignore';
import type { Alarm, AnyRule, Law, Severity } from '../model.js';
import { rules } from '../rules/index.js';
import type { Host } from './host.js';
import { type Settings, setting } from './settings.js';

/**
 * The rules that are on. A layer with `select` starts afresh. Within a layer what is more exact wins, a rule over a law over `all`, and
 * `ignore` wins over an equal `select`.
 */
export function selectedRules(settings: Settings, all: readonly AnyRule[] = rules): ReadonlySet<string> {
  let on = new Set(all.filter((it) => it.optIn !== true).map((it) => it.id));
  for (const { values } of settings.layers) {
    if (values.select !== undefined) on = new Set();
    const wanted = new Set([...(values.select ?? []), ...(values['extend-select'] ?? [])]);
    const unwanted = new Set([...(values.ignore ?? []), ...(values['extend-ignore'] ?? [])]);
    for (const { id, law } of all) {
      for (const selector of ['all', law, id]) {
        if (wanted.has(selector)) on.add(id);
        if (unwanted.has(selector)) on.delete(id);
      }
    }
  }
  return on;
}

/** Applies everything that settings say about alarms that the engine has found. */
export function judging(settings: Settings, host: Host): (alarms: readonly Alarm[]) => readonly Alarm[] {
  const highOnly = setting(settings, 'min-confidence')?.value === 'high';
  const severities = Object.assign({}, ...settings.layers.map((it) => it.values.severity ?? {})) as Readonly<Record<string, Severity>>;
  const on = selectedRules(settings);
  const ignores = settings.layers.flatMap(({ base, values }) =>
    Object.entries(values['per-file-ignores'] ?? {}).map(([pattern, list]) => ({
      base,
      match: ignore().add(pattern),
      list: new Set(list),
    })),
  );
  const ignoredIn = new Map<string, ReadonlySet<string>>();
  const ignoredFor = (file: string): ReadonlySet<string> => {
    let known = ignoredIn.get(file);
    if (known === undefined) {
      const matching = ignores.filter(({ base, match }) => {
        const way = host.below(base, file);
        return way !== undefined && way !== '' && match.ignores(way);
      });
      known = new Set(matching.flatMap((it) => [...it.list]));
      ignoredIn.set(file, known);
    }
    return known;
  };
  const severityOf = (rule: string, law: Law): Severity | undefined => severities[rule] ?? severities[law] ?? severities.all;
  return (alarms) =>
    alarms.flatMap((alarm) => {
      if (alarm.confidence === 'low' || (highOnly && alarm.confidence !== 'high')) return [];
      const ignored = ignoredFor(alarm.at.file);
      if (!on.has(alarm.rule) || ignored.has('all') || ignored.has(alarm.law) || ignored.has(alarm.rule)) return [];
      const severity = severityOf(alarm.rule, alarm.law);
      return [severity === undefined ? alarm : { ...alarm, severity }];
    });
}
