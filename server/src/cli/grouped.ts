// Findings under the name of their file, one line each, in columns.
import { createColors } from 'picocolors';
import type { Showing } from './formats.js';
import { placeIn } from './lines.js';
import { printable, type Report } from './report.js';
import { byFileOf, closingLine } from './summary.js';

export function renderGrouped(report: Report, showing: Showing): string {
  const paint = createColors(showing.color);
  const byFile = byFileOf(report.shown);
  const parts = [...byFile].map(([file, own]) => {
    const rows = own.map(({ alarm }) => {
      return { at: placeIn('', report.lines(file), alarm.at.span.start).slice(1), alarm };
    });
    const wide = (text: (row: (typeof rows)[number]) => string) => Math.max(...rows.map((it) => text(it).length));
    const [at, severity, rule] = [wide((it) => it.at), wide((it) => it.alarm.severity), wide((it) => it.alarm.rule)];
    const lines = rows.map((it) => {
      const tint = it.alarm.severity === 'error' ? paint.red : it.alarm.severity === 'warning' ? paint.yellow : paint.blue;
      const accepted = it.alarm.suppressed === null ? '' : paint.dim(' (suppressed)');
      return `  ${paint.dim(it.at.padStart(at))}  ${tint(it.alarm.severity.padEnd(severity))}  ${it.alarm.rule.padEnd(rule)}  ${printable(it.alarm.message)}${accepted}\n`;
    });
    return `${paint.bold(printable(file))}\n${lines.join('')}`;
  });
  if (!showing.quiet) parts.push(`${closingLine(report)}\n`);
  return parts.join('\n');
}
