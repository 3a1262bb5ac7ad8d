// One line per finding, as compilers write them: `path:line:column: severity rule message`.
import { printable, type Report } from './report.js';

export function renderConcise(report: Report): string {
  return report.shown
    .map(({ alarm }) => {
      const { line, column } = report.lines(alarm.at.file).place(alarm.at.span.start);
      return `${printable(alarm.at.file)}:${line}:${column}: ${alarm.severity} ${alarm.rule} ${printable(alarm.message)}\n`;
    })
    .join('');
}
