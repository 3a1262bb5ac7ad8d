// Which rules run, and which of their alarms are shown with what severity.
import ignore from 'ignore';
import { directiveRules } from '../engine/directives.js';
import type { Alarm, AnyRule, Law, Severity } from '../model.js';
import { rules } from '../rules/index.js';
import type { Host } from './host.js';
import type { SettingsByFile } from './nested.js';
import { acceptedBy, type Settings, setting } from './settings.js';

/** Without a law for what only its name and `all` select. */
type Selectable = Pick<AnyRule, 'id' | 'optIn'> & { readonly law?: Law };

/**
 * The rules that are on. A layer with `select` starts afresh. Within a layer what is more exact wins, a rule over a law over `all`, and
 * `ignore` wins over an equal `select`.
 */
export function selectedRules(settings: Settings, all: readonly Selectable[] = rules): ReadonlySet<string> {
  let on = new Set(all.filter((it) => it.optIn !== true).map((it) => it.id));
  for (const { values } of settings.layers) {
    if (values.select !== undefined) on = new Set();
    const wanted = new Set([...(values.select ?? []), ...(values['extend-select'] ?? [])]);
    const unwanted = new Set([...(values.ignore ?? []), ...(values['extend-ignore'] ?? [])]);
    for (const { id, law } of all) {
      for (const selector of ['all', law, id]) {
        if (selector === undefined) continue;
        if (wanted.has(selector)) on.add(id);
        if (unwanted.has(selector)) on.delete(id);
      }
    }
  }
  return on;
}

/** The rules that are on for some file. */
export const rulesForAny = (settings: SettingsByFile): ReadonlySet<string> =>
  new Set(settings.all().flatMap((it) => [...selectedRules(it)]));

/** Each file as its own settings want it; what those of the project accept is accepted everywhere. */
export function judgingByFile(settings: SettingsByFile, host: Host): (alarms: readonly Alarm[]) => readonly Alarm[] {
  const judges = new Map<Settings, (alarms: readonly Alarm[]) => readonly Alarm[]>();
  const judgeOf = (own: Settings) => {
    const known = judges.get(own) ?? judging(own, host, acceptedBy(own) ?? acceptedBy(settings.main));
    judges.set(own, known);
    return known;
  };
  return (alarms) => alarms.flatMap((it) => judgeOf(settings.of(it.at.file))([it]));
}

/** Applies everything that settings say about alarms that the engine has found. */
export function judging(settings: Settings, host: Host, baseline = acceptedBy(settings)): (alarms: readonly Alarm[]) => readonly Alarm[] {
  const highOnly = setting(settings, 'min-confidence')?.value === 'high';
  const severities = Object.assign({}, ...settings.layers.map((it) => it.values.severity ?? {})) as Readonly<Record<string, Severity>>;
  const on = new Set([...selectedRules(settings), ...selectedRules(settings, directiveRules)]);
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
      const shown = severity === undefined ? alarm : { ...alarm, severity };
      if (baseline === undefined || alarm.suppressed !== null || !baseline.accepts(alarm)) return [shown];
      return [{ ...shown, suppressed: { by: 'baseline', reason: `listed in ${host.name(baseline.file)}` } }];
    });
}
