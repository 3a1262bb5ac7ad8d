// Markdown for a comment, a job summary or a page: counts by law, then each finding with its evidence and what could be done.

import type { Spot } from '../model.js';
import { targetInWords } from '../project/target.js';
import { placeIn } from './lines.js';
import { howWords, type Readiness, readinessLine } from './readiness.js';
import { findingOf, type Report, type Shown } from './report.js';
import { closingLine, lawOrder, lawTitles, sideOf, tierWords, unsuppressed } from './summary.js';

export function renderMarkdown(report: Report): string {
  const { origin } = report.target;
  const parts = [
    '# Threadwise\n',
    `${escaped(closingLine(report))}\n`,
    `Judged for ${escaped(targetInWords(report.target))} (Python: ${escaped(origin.python)}; GIL: ${escaped(origin.gil)}; start method: ${escaped(origin.start)}).\n`,
    ...counts(report),
  ];
  for (const law of lawOrder) {
    const own = report.shown.filter((it) => it.alarm.law === law);
    if (own.length === 0) continue;
    parts.push(`## ${lawOrder.indexOf(law) + 1}. ${lawTitles[law]}\n`, ...own.map((it) => section(it, report)));
  }
  if (report.readiness !== undefined) parts.push(...readiness(report.readiness, report));
  const { failed } = report.audited;
  if (failed.length > 0) {
    const lines = failed.map(({ file, reason }) => `- ${code(file)}: ${escaped(reason)}\n`);
    parts.push(`## Not or only in part analysed\n`, lines.join(''));
  }
  return parts.join('\n');
}

function readiness(it: Readiness, report: Report): readonly string[] {
  const at = (spot: Omit<Spot, 'note'>) => place(spot, report);
  const places = it.places.map(({ name, born, how, alarms }) => {
    const accesses = alarms.flatMap((alarm) =>
      alarm.because.map((chain) => `- ${code(alarm.rule)}: ${at(chain.at(-1)!)} ${escaped(chain.at(-1)!.note)}\n`),
    );
    return `### ${code(name)}, ${howWords[how]}\n\n${born === undefined ? '' : `First set at ${at(born)}.\n\n`}${accesses.join('')}`;
  });
  const gone = it.gone.map((alarm) => `- ${code(alarm.rule)} at ${at(alarm.at)}\n`);
  return [
    '## Ready for free threading?\n',
    `${readinessLine(it)}\n`,
    ...places,
    ...(gone.length === 0 ? [] : [`Found with the GIL alone:\n\n${gone.join('')}`]),
  ];
}

function counts(report: Report): readonly string[] {
  const loud = unsuppressed(report);
  if (loud.length === 0) return [];
  const rules = [...new Set(loud.map((it) => it.alarm.rule))].sort();
  const rows = lawOrder.flatMap((law) =>
    rules.flatMap((rule) => {
      const own = loud.filter((it) => it.alarm.rule === rule && it.alarm.law === law);
      return own.length === 0 ? [] : [`| ${lawOrder.indexOf(law) + 1}. ${lawTitles[law]} | ${code(rule)} | ${own.length} |\n`];
    }),
  );
  return [`| law | rule | findings |\n| --- | --- | ---: |\n${rows.join('')}`];
}

function section(shown: Shown, report: Report): string {
  const { alarm, offers, repairs } = shown;
  const { severity, rule, message, suppressed } = findingOf(shown, report);
  const accepted = suppressed === null ? '' : `, accepted by ${suppressed.by === 'comment' ? 'a comment' : 'the baseline'}`;
  const lines = [
    `### ${escaped(message)}\n`,
    `**${severity}** ${code(rule)} at ${place(alarm.at, report)}, ${alarm.confidence} confidence${accepted}\n`,
  ];
  alarm.because.forEach((chain, at) => {
    const steps = chain.map((it, step) => `${step + 1}. ${place(it, report)}: ${escaped(it.note)}\n`);
    const title = sideOf(alarm, at) ?? `reason ${at + 1} of ${alarm.because.length}`;
    lines.push(`${alarm.because.length > 1 ? `${title[0]!.toUpperCase()}${title.slice(1)}:\n\n` : ''}${steps.join('')}`);
  });
  const could = (repairs ?? offers).map((it) => `- ${escaped(it.title)}: ${escaped(tierWords(it))}\n`);
  if (could.length > 0) lines.push(`What could be done:\n\n${could.join('')}`);
  return lines.join('\n');
}

function place({ file, span }: Omit<Spot, 'note'>, report: Report): string {
  const lines = report.lines(file);
  const address = file.split('/').map(encodeURIComponent).join('/');
  return `[${code(placeIn(file, lines, span.start))}](${address}${lines.cell(span.start) === undefined ? `#L${lines.place(span.start).line}` : ''})`;
}

/** Backticks of a message stay, as they mark names here as well. */
const escaped = (text: string): string =>
  text
    .replace(/[\r\n]+/g, ' ')
    .split(/(`[^`]*`)/)
    .map((part, at) => (at % 2 === 1 ? part : part.replace(/[\\<>*_[\]|#~]/g, (it) => `\\${it}`)))
    .join('');
const code = (text: string): string => (text.includes('`') ? `\`\` ${text} \`\`` : `\`${text.replaceAll('|', '\\|')}\``);
