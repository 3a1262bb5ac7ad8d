// The full report for people: each finding with its code, its evidence step by step, and what could be done.
import { stripVTControlCharacters } from 'node:util';
import { createColors } from 'picocolors';
import type { Alarm, Offered, Spot } from '../model.js';
import { targetInWords } from '../project/target.js';
import type { Showing } from './formats.js';
import { markedLine, plainLine } from './frame.js';
import { placeIn } from './lines.js';
import { howWords, type Readiness, readinessLine } from './readiness.js';
import { printable, type Report, type Shown } from './report.js';
import { closingLine, counted, lawOrder, lawTitles, sideOf, tierWords, unsuppressed, verdictOf } from './summary.js';
import { widthOf } from './width.js';

interface Style extends Showing {
  readonly paint: ReturnType<typeof createColors>;
  readonly glyphs: typeof boxes;
}

const boxes = { bar: '│', first: '╭▸', next: '├▸', fork: '├─', skip: '┊', main: '━', step: '─', rule: '─' };
const plain: typeof boxes = { bar: '|', first: '-->', next: ':::', fork: '|--', skip: ':', main: '^', step: '-', rule: '-' };

export function renderText(report: Report, options: Showing): string {
  const style: Style = { ...options, paint: createColors(options.color), glyphs: options.ascii ? plain : boxes };
  const parts = options.byLaw ? groups(report, style) : report.shown.map((it) => finding(it, report, style));
  if (report.readiness !== undefined) parts.push(readiness(report.readiness, report, style));
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

/** By shared place: where it begins, and each access that is not ready, with the other one. */
function readiness(it: Readiness, report: Report, style: Style): string {
  const { paint, glyphs } = style;
  const place = ({ file, span }: Omit<Spot, 'note'>) => {
    return paint.cyan(placeIn(printable(file), report.lines(file), span.start));
  };
  const title = 'Ready for free threading?';
  const lines = [paint.bold(title), paint.dim(glyphs.rule.repeat(title.length)), readinessLine(it)];
  for (const { name, born, how, alarms } of it.places) {
    const tint = how === 'accident' ? paint.yellow : paint.red;
    lines.push('', `${paint.bold(printable(name))}${born === undefined ? '' : `  ${place(born)}`}  ${tint(howWords[how])}`);
    for (const alarm of alarms) {
      lines.push(`  ${place(alarm.at)}  ${alarm.severity}[${alarm.rule}]`);
      const sides = alarm.because.map((_, at) => sideOf(alarm, at) ?? 'because');
      const wide = Math.max(...sides.map((side) => side.length));
      alarm.because.forEach((chain, at) => {
        const spot = chain.at(-1)!;
        lines.push(`    ${sides[at]!.padEnd(wide)}  ${place(spot)}  ${printable(spot.note)}`);
      });
    }
  }
  if (it.gone.length > 0) {
    lines.push('', `Without the GIL ${counted(it.gone.length, 'finding')} ${it.gone.length === 1 ? 'goes' : 'go'} away:`);
    for (const alarm of it.gone) lines.push(`  ${place(alarm.at)}  ${alarm.rule}`);
  }
  return `${lines.join('\n')}\n`;
}

function finding(shown: Shown, report: Report, style: Style): string {
  const { alarm } = shown;
  const { paint, glyphs } = style;
  const { note, chains } = evidence(alarm, style.verbose);
  const spots = [alarm.at, ...chains.flatMap((it) => it.steps.flatMap((step) => (step === undefined ? [] : [step.spot])))];
  const gutter = Math.max(3, ...spots.map((it) => String(report.lines(it.file).place(it.span.start).line).length + 1));
  const color = alarm.severity === 'error' ? paint.red : alarm.severity === 'warning' ? paint.yellow : paint.blue;
  const margin = ' '.repeat(gutter);
  const lines = [`${paint.bold(color(`${alarm.severity}[${alarm.rule}]`))} ${paint.bold(printable(alarm.message))}`];
  lines.push(...frame({ spot: alarm.at, note, label: '', main: true }, gutter, report, style));
  if (sideOf(alarm, 0) !== undefined && alarm.because.length === 2 && style.width >= sideBySide)
    lines.push(...columns(alarm, report, style));
  else for (const it of chains) lines.push(...chainLines(it, gutter, report, style));
  lines.push(`${margin}${paint.dim(glyphs.bar)}`);
  for (const [name, text] of remarks(shown, report)) lines.push(`${margin}${paint.dim('=')} ${paint.bold(name.padEnd(11))} ${text}`);
  return `${lines.join('\n')}\n`;
}

function chainLines({ steps, left, label, title }: Chain, gutter: number, report: Report, style: Style): readonly string[] {
  const { paint, glyphs } = style;
  const margin = ' '.repeat(gutter);
  const lines = title === undefined ? [] : [`${margin}${paint.dim(glyphs.fork)} ${paint.bold(title)}`];
  for (const step of steps) {
    if (step === undefined) {
      lines.push(paint.dim(`${margin}${glyphs.skip}  ${counted(left, 'step')} between; --verbose shows ${left === 1 ? 'it' : 'them'}`));
    } else {
      lines.push(...frame({ spot: step.spot, note: step.spot.note, label: label(step.number), main: false }, gutter, report, style));
    }
  }
  return lines;
}

interface NumberedStep {
  readonly spot: Spot;
  readonly number: number;
}
interface Chain {
  /** undefined stands for steps that are left out, `left` of them. */
  readonly steps: readonly (NumberedStep | undefined)[];
  readonly left: number;
  /** What the chain is a side of: one of two accesses, one of two orders. */
  readonly title: string | undefined;
  label(number: number): string;
}

/** The step that stands where the finding stands is told there, and not again. */
function evidence(alarm: Alarm, all: boolean): { readonly note: string; readonly chains: readonly Chain[] } {
  let note = '';
  const chains = alarm.because.map((chain, at): Chain => {
    const steps = chain.map((spot, index): NumberedStep => ({ spot, number: index + 1 }));
    const here = note === '' ? steps.findIndex(({ spot }) => spot.file === alarm.at.file && spot.span.start === alarm.at.span.start) : -1;
    if (here >= 0) note = steps.splice(here, 1)[0]!.spot.note;
    const title = sideOf(alarm, at);
    const which = alarm.because.length > 1 && title === undefined ? `reason ${at + 1} of ${alarm.because.length}, ` : '';
    const picked = all || steps.length <= most ? steps : [...steps.slice(0, most - 1), undefined, ...steps.slice(-1)];
    return {
      steps: picked,
      left: steps.length - most,
      title: steps.length === 0 ? undefined : title,
      label: (number) => `${which}step ${number} of ${chain.length}`,
    };
  });
  return { note, chains };
}

/** Steps of a chain that are shown unasked. */
const most = 3;

interface Framed {
  readonly spot: Spot;
  readonly note: string;
  readonly label: string;
  /** Is it the finding itself? */
  readonly main: boolean;
}

/** The line above gives the place some surroundings, in the frame of the finding itself. */
function frame({ spot, note, label, main }: Framed, gutter: number, report: Report, style: Style): string[] {
  const { paint, glyphs } = style;
  const lines = report.lines(spot.file);
  const width = Math.max(20, style.width - gutter - 3);
  const marked = markedLine(lines, spot.span, width);
  const bar = paint.dim(glyphs.bar);
  const numbered = (number: number, text: string) => `${paint.dim(`${String(number).padStart(gutter - 1)} `)}${bar} ${text}`.trimEnd();
  const sign = (main ? glyphs.main : glyphs.step).repeat(marked.length);
  const where = placeIn(printable(spot.file), lines, spot.span.start);
  const out = [
    `${' '.repeat(gutter)}${paint.dim(main ? glyphs.first : glyphs.next)} ${paint.cyan(where)}${label === '' ? '' : `   ${paint.dim(label)}`}`,
  ];
  const before = lines.row(spot.span.start, -1);
  const above = before === undefined ? '' : plainLine(before.text, width);
  if (main && above !== '') out.push(numbered(marked.number - 1, above));
  out.push(numbered(marked.number, marked.text));
  const tint = main ? paint.red : paint.blue;
  out.push(`${' '.repeat(gutter)}${bar} ${' '.repeat(marked.indent)}${tint(sign)}${note === '' ? '' : ` ${tint(printable(note))}`}`);
  return out;
}

/** Columns of a terminal that has room for two sides. */
const sideBySide = 140;

/** Two chains beside each other, each whole: who reads one looks for the same step in the other. */
function columns(alarm: Alarm, report: Report, style: Style): readonly string[] {
  const { paint, glyphs } = style;
  const half = Math.floor((style.width - 3) / 2);
  const sides = alarm.because.map((chain, at) => {
    const gutter = Math.max(3, ...chain.map((it) => String(report.lines(it.file).place(it.span.start).line).length + 1));
    const blocks = chain.flatMap((spot, index) => {
      const label = `step ${index + 1} of ${chain.length}`;
      const told = wrapped(printable(spot.note), half - gutter - 2).map((it) => `${' '.repeat(gutter)}${glyphs.bar} ${paint.blue(it)}`);
      return [...frame({ spot, note: '', label, main: false }, gutter, report, { ...style, width: half }), ...told];
    });
    return [paint.bold(sideOf(alarm, at) ?? ''), ...blocks];
  });
  const [left = [], right = []] = sides;
  const lines = Array.from({ length: Math.max(left.length, right.length) }, (_, at) => {
    const own = left[at] ?? '';
    const room = Math.max(0, half - widthOf(stripVTControlCharacters(own)));
    return `${own}${' '.repeat(room)} ${paint.dim(glyphs.bar)} ${right[at] ?? ''}`.trimEnd();
  });
  return ['', ...lines];
}

function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(last) + 1 + widthOf(word) <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function remarks({ alarm, offers, repairs }: Shown, report: Report): readonly (readonly [string, string])[] {
  const { python } = report.target.origin;
  const options = (repairs ?? offers).map(
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

function closing(report: Report, style: Style): string {
  const loud = unsuppressed(report);
  if (loud.length === 0) {
    const verdict = verdictOf(report);
    return `${style.paint.green(verdict)}${closingLine(report).slice(verdict.length)}\n`;
  }
  const lines = style.byLaw ? table(loud, style) : [];
  lines.push(closingLine(report));
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
