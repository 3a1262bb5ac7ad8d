// One line per finding, as compilers write them: `path:line:column: severity rule message`.
import { placeIn } from './lines.js';
import { printable, type Report } from './report.js';

export function renderConcise(report: Report): string {
  return report.shown
    .map(({ alarm }) => {
      const place = placeIn(printable(alarm.at.file), report.lines(alarm.at.file), alarm.at.span.start);
      return `${place}: ${alarm.severity} ${alarm.rule} ${printable(alarm.message)}\n`;
    })
    .join('');
}
