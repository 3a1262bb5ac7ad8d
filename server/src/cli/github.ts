// Workflow commands of GitHub Actions: each finding becomes an annotation on its line.
import type { Severity } from '../model.js';
import { cellWords, fileLines, findingOf, type Report } from './report.js';
import { unsuppressed } from './summary.js';

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice', hint: 'notice' };

export function renderGithub(report: Report): string {
  const wrong = report.problems.map(({ file, range: { start }, message, severity }) => {
    const place = `file=${property(file)},line=${start.line},col=${start.column}`;
    return `::${severity ?? 'error'} ${place},title=${property('threadwise: configuration')}::${text(message)}\n`;
  });
  const found = unsuppressed(report).map((it) => {
    const found = findingOf(it, report);
    const { severity, path, range, rule, message, cell } = found;
    const [from, to] = fileLines(it, report);
    // GitHub takes columns only where the annotation stays on one line; those of a cell are not those of its notebook.
    const columns = from === to && cell === undefined ? [`col=${range.start.column}`, `endColumn=${range.end.column}`] : [];
    const places = [`file=${property(path)}`, `line=${from}`, `endLine=${to}`, ...columns];
    const says = text(`${cellWords(found)}${message}`);
    return `::${levels[severity]} ${[...places, `title=${property(`threadwise: ${rule}`)}`].join(',')}::${says}\n`;
  });
  return [...wrong, ...found].join('');
}

const text = (it: string): string => it.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (it: string): string => text(it).replaceAll(':', '%3A').replaceAll(',', '%2C');
