// A code quality report of GitLab: the widget of a merge request compares two of them by fingerprint.
import { createHash } from 'node:crypto';
import type { Severity } from '../model.js';
import { cellWords, fileLines, findingOf, type Report } from './report.js';
import { unsuppressed } from './summary.js';

const severities: Readonly<Record<Severity, string>> = { error: 'critical', warning: 'major', info: 'minor', hint: 'info' };

export function renderGitlab(report: Report): string {
  const issues = unsuppressed(report).map((it) => {
    const found = findingOf(it, report);
    const { severity, path, rule, message, fingerprint } = found;
    const [begin, end] = fileLines(it, report);
    return {
      type: 'issue',
      description: `${cellWords(found)}${message}`,
      check_name: rule,
      // Ours is unique within a file and a rule; of two equal ones GitLab shows the first alone.
      fingerprint: createHash('sha256').update([path, rule, fingerprint].join('\n')).digest('hex'),
      severity: severities[severity],
      categories: ['Bug Risk'],
      location: { path, lines: { begin, end } },
    };
  });
  return `${JSON.stringify(issues, null, 2)}\n`;
}
