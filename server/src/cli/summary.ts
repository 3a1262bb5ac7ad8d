// What several formats say alike: counts, the sentence at the end, the names of laws, tiers and sides.
import type { Alarm, Law, Offered, Severity } from '../model.js';
import type { Report, Shown } from './report.js';

export const lawTitles: Readonly<Record<Law, string>> = {
  loop: 'Keep the loop free',
  worker: 'Send work where it can run',
  owner: 'One owner, or one lock',
  finish: 'Finish what you start',
  circle: 'Never wait in a circle',
};
export const lawOrder = Object.keys(lawTitles) as readonly Law[];

export const severities: readonly Severity[] = ['error', 'warning', 'info', 'hint'];

/** Is it at or above the gate? */
export const fails = (severity: Severity, failOn: Severity | 'never'): boolean =>
  failOn !== 'never' && severities.indexOf(severity) <= severities.indexOf(failOn);

export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** For formats that have no form for a finding that is accepted. */
export const unsuppressed = (report: Report): readonly Shown[] => report.shown.filter((it) => it.alarm.suppressed === null);

export function byFileOf(shown: readonly Shown[]): ReadonlyMap<string, readonly Shown[]> {
  const found = new Map<string, Shown[]>();
  for (const it of shown) found.set(it.alarm.at.file, [...(found.get(it.alarm.at.file) ?? []), it]);
  return found;
}

/** `Found 3 findings in 12 files (1 error, 2 warnings; 4 in baseline).` */
export function closingLine(report: Report): string {
  const { audited, hidden, rulesOn } = report;
  const loud = unsuppressed(report);
  const files = counted(audited.files.length, 'file');
  const accepted = [
    ...(hidden.baseline > 0 ? [`${hidden.baseline} in baseline`] : []),
    ...(hidden.comment > 0 ? [`${hidden.comment} suppressed`] : []),
  ];
  const failed = audited.failed.length === 0 ? '' : `, ${counted(audited.failed.length, 'file')} not or only in part analysed`;
  if (loud.length === 0) {
    const but = [...accepted, ...(audited.failed.length === 0 ? [] : [failed.slice(2)])].join(', ');
    return `${verdictOf(report)}: ${files}, ${counted(rulesOn, 'rule')}${but === '' ? '' : ` (${but})`}.`;
  }
  const kinds = severities
    .map((severity) => [severity, loud.filter((it) => it.alarm.severity === severity).length] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => (severity === 'info' ? `${count} info` : counted(count, severity)));
  return `Found ${counted(loud.length, 'finding')} in ${files} (${[kinds.join(', '), ...accepted].join('; ')})${failed}.`;
}

/** What a report without findings begins with. */
export const verdictOf = ({ audited }: Report): string => (audited.complete ? 'All clear' : 'Nothing found');

export function tierWords({ tier, says }: Offered): string {
  if (tier === 'safe') return 'safe, `--fix` makes it';
  if (tier === 'review') return `for review, ${says === '' ? '`--fix --unsafe-fixes` makes it' : says}`;
  return `not here, ${says}`;
}

/** What each chain of an alarm shows; undefined where a chain is one of several reasons. Races have accesses, and deadlocks orders. */
export function sideOf({ rule, law, because }: Pick<Alarm, 'rule' | 'law' | 'because'>, at: number): string | undefined {
  if (because.length < 2) return undefined;
  const kind = law === 'owner' ? 'access' : rule === 'lock-order-inversion' ? 'order' : undefined;
  if (kind === undefined) return undefined;
  if (at === 0) return `this ${kind}`;
  return because.length === 2 ? `the other ${kind}` : `other ${kind} ${at} of ${because.length - 1}`;
}
