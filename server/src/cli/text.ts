// The full report for people: each finding with its code, its evidence step by step, and what could be done.
import { createColors } from 'picocolors';
import type { Law, Offered, Spot } from '../model.js';
import { targetInWords } from '../project/target.js';
import { markedLine, plainLine } from './frame.js';
import { printable, type Report, type Shown } from './report.js';

export interface TextOptions {
  readonly color: boolean;
  readonly ascii: boolean;
  /** Columns. */
  readonly width: number;
  /** Every step of every chain. */
  readonly verbose: boolean;
  /** Findings only. */
  readonly quiet: boolean;
  /** Findings under their law, and a table of counts at the end. */
  readonly byLaw: boolean;
}
interface Style extends TextOptions {
  readonly paint: ReturnType<typeof createColors>;
  readonly glyphs: typeof boxes;
}

const boxes = { bar: '│', first: '╭▸', next: '├▸', skip: '┊', main: '━', step: '─', rule: '─' };
const plain: typeof boxes = { bar: '|', first: '-->', next: ':::', skip: ':', main: '^', step: '-', rule: '-' };

export const lawTitles: Readonly<Record<Law, string>> = {
  loop: 'Keep the loop free',
  worker: 'Send work where it can run',
  owner: 'One owner, or one lock',
  finish: 'Finish what you start',
  circle: 'Never wait in a circle',
};
const lawOrder = Object.keys(lawTitles) as readonly Law[];

export function renderText(report: Report, options: TextOptions): string {
  const style: Style = { ...options, paint: createColors(options.color), glyphs: options.ascii ? plain : boxes };
  const parts = options.byLaw ? groups(report, style) : report.shown.map((it) => finding(it, report, style));
  if (!options.quiet) parts.push(closing(report, style));
  const text = parts.join('\n');
  return options.ascii ? text.replaceAll('…', '...') : text;
}

function groups(report: Report, style: Style): string[] {
  return lawOrder.flatMap((law) => {
    const own = report.shown.filter((it) => it.alarm.law === law);
    if (own.length === 0) return [];
    const title = `Law ${lawOrder.indexOf(law) + 1}: ${lawTitles[law]} (${counted(own.length, 'finding')})`;
    const line = style.glyphs.rule.repeat(title.length);
    return [`${style.paint.bold(title)}\n${style.paint.dim(line)}\n`, ...own.map((it) => finding(it, report, style))];
  });
}

function finding(shown: Shown, report: Report, style: Style): string {
  const { alarm } = shown;
  const { paint } = style;
  const chains = alarm.because.map((it) => pick(it, style.verbose));
  const shownSpots = [alarm.at, ...chains.flatMap((it) => it.flatMap((step) => (step === undefined ? [] : [step.spot])))];
  const gutter = Math.max(3, ...shownSpots.map((it) => String(report.lines(it.file).place(it.span.start).line).length + 1));
  const color = alarm.severity === 'error' ? paint.red : alarm.severity === 'warning' ? paint.yellow : paint.blue;
  const lines = [`${paint.bold(color(`${alarm.severity}[${alarm.rule}]`))} ${paint.bold(printable(alarm.message))}`];
  lines.push(...frame(alarm.at, '', style.glyphs.first, '', true, gutter, report, style));
  for (const [at, chain] of chains.entries()) {
    const which = chains.length > 1 ? `reason ${at + 1} of ${chains.length}, ` : '';
    for (const step of chain) {
      if (step === undefined) {
        const left = alarm.because[at]!.length - chain.length + 1;
        lines.push(
          paint.dim(
            `${' '.repeat(gutter)}${style.glyphs.skip}  ${counted(left, 'step')} between; --verbose shows ${left === 1 ? 'it' : 'them'}`,
          ),
        );
        continue;
      }
      const label = `${which}step ${step.number} of ${alarm.because[at]!.length}`;
      lines.push(...frame(step.spot, step.spot.note, style.glyphs.next, label, false, gutter, report, style));
    }
  }
  lines.push(`${' '.repeat(gutter)}${paint.dim(style.glyphs.bar)}`);
  for (const [name, text] of remarks(shown, report))
    lines.push(`${' '.repeat(gutter)}${paint.dim('=')} ${paint.bold(name.padEnd(11))} ${text}`);
  return `${lines.join('\n')}\n`;
}

/** At most three steps of a chain, the first two and the last; undefined stands for what is left out. */
function pick(chain: readonly Spot[], all: boolean): readonly ({ readonly spot: Spot; readonly number: number } | undefined)[] {
  const steps = chain.map((spot, at) => ({ spot, number: at + 1 }));
  return all || steps.length <= 3 ? steps : [...steps.slice(0, 2), undefined, ...steps.slice(-1)];
}

/** The line above gives the place some surroundings, in the frame of the finding itself. */
function frame(
  spot: Spot,
  note: string,
  head: string,
  label: string,
  main: boolean,
  gutter: number,
  report: Report,
  style: Style,
): string[] {
  const { paint, glyphs } = style;
  const lines = report.lines(spot.file);
  const { line, column } = lines.place(spot.span.start);
  const width = Math.max(20, style.width - gutter - 3);
  const marked = markedLine(lines, spot.span, width);
  const bar = paint.dim(glyphs.bar);
  const numbered = (number: number, text: string) => `${paint.dim(`${String(number).padStart(gutter - 1)} `)}${bar} ${text}`.trimEnd();
  const sign = (main ? glyphs.main : glyphs.step).repeat(marked.length);
  const where = `${printable(spot.file)}:${line}:${column}`;
  const out = [`${' '.repeat(gutter)}${paint.dim(head)} ${paint.cyan(where)}${label === '' ? '' : `   ${paint.dim(label)}`}`];
  const above = line > 1 ? plainLine(lines.line(line - 1), width) : '';
  if (main && above !== '') out.push(numbered(line - 1, above));
  out.push(numbered(line, marked.text));
  const tint = main ? paint.red : paint.blue;
  out.push(`${' '.repeat(gutter)}${bar} ${' '.repeat(marked.indent)}${tint(sign)}${note === '' ? '' : ` ${tint(printable(note))}`}`);
  return out;
}

function remarks({ alarm, offers }: Shown, report: Report): readonly (readonly [string, string])[] {
  const { python } = report.target.origin;
  const options = offers.map(
    (it, at) => [at === 0 ? 'options' : '', `${at + 1}  ${printable(it.title)}: ${printable(tierWords(it))}`] as const,
  );
  return [
    ...(alarm.suppressed === null
      ? []
      : [
          [
            'suppressed',
            `by ${alarm.suppressed.by === 'comment' ? 'a comment' : 'the baseline'}${alarm.suppressed.reason === '' ? '' : `: ${printable(alarm.suppressed.reason)}`}`,
          ] as const,
        ]),
    ['assumes', `${targetInWords(report.target)}  (${python})`],
    ['confidence', alarm.confidence],
    ...options,
    ['help', `threadwise explain ${alarm.rule}`],
  ];
}

function tierWords({ tier, says }: Offered): string {
  if (tier === 'safe') return 'safe, `--fix` makes it';
  if (tier === 'review') return `for review, ${says === '' ? '`--fix --unsafe-fixes` makes it' : says}`;
  return `not here, ${says}`;
}

function closing(report: Report, style: Style): string {
  const { audited, shown, hidden, rulesOn } = report;
  const loud = shown.filter((it) => it.alarm.suppressed === null);
  const files = counted(audited.files.length, 'file');
  const accepted = [
    ...(hidden.baseline > 0 ? [`${hidden.baseline} in baseline`] : []),
    ...(hidden.comment > 0 ? [`${hidden.comment} suppressed`] : []),
  ];
  const failed = audited.failed.length === 0 ? '' : `, ${counted(audited.failed.length, 'file')} not or only in part analysed`;
  if (loud.length === 0) {
    const but = [...accepted, ...(audited.failed.length === 0 ? [] : [failed.slice(2)])].join(', ');
    const verdict = audited.complete ? 'All clear' : 'Nothing found';
    return `${style.paint.green(verdict)}: ${files}, ${counted(rulesOn, 'rule')}${but === '' ? '' : ` (${but})`}.\n`;
  }
  const kinds = (['error', 'warning', 'info', 'hint'] as const)
    .map((severity) => [severity, loud.filter((it) => it.alarm.severity === severity).length] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => (severity === 'info' ? `${count} info` : counted(count, severity)));
  const lines = style.byLaw ? table(loud, style) : [];
  lines.push(`Found ${counted(loud.length, 'finding')} in ${files} (${[kinds.join(', '), ...accepted].join('; ')})${failed}.`);
  const fixable = (tier: Offered['tier']) => loud.filter((it) => it.offers.find((offer) => offer.tier !== null)?.tier === tier).length;
  const [safe, review] = [fixable('safe'), fixable('review')];
  if (safe + review > 0) {
    const what = [
      ...(safe > 0 ? [`${safe} fixable with \`--fix\``] : []),
      ...(review > 0 ? [`${review}${safe > 0 ? ' more' : ' fixable'} with \`--fix --unsafe-fixes\``] : []),
    ];
    lines.push(`${what.join(', ')}; \`--diff\` shows the change.`);
  }
  return `${lines.join('\n')}\n`;
}

/** Findings by law and rule. */
function table(loud: readonly Shown[], style: Style): string[] {
  const rows = lawOrder.flatMap((law) => {
    const own = loud.filter((it) => it.alarm.law === law);
    if (own.length === 0) return [];
    const ids = [...new Set(own.map((it) => it.alarm.rule))].sort();
    return [
      [style.paint.bold(`${lawOrder.indexOf(law) + 1}. ${lawTitles[law]}`), own.length] as const,
      ...ids.map((id) => [`   ${id}`, own.filter((it) => it.alarm.rule === id).length] as const),
    ];
  });
  return [...rows.map(([name, count]) => `${String(count).padStart(5)}  ${name}`), ''];
}

export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
