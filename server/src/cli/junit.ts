// JUnit XML: a suite for each file with findings, where what fails the gate is a failure and the rest is told.
import type { Spot } from '../model.js';
import type { Showing } from './formats.js';
import { placeIn } from './lines.js';
import { fileLines, findingOf, type Report, type Shown } from './report.js';
import { byFileOf, fails, unsuppressed } from './summary.js';

interface Suite {
  readonly name: string;
  readonly cases: readonly string[];
  readonly failures: number;
  readonly errors: number;
}

export function renderJunit(report: Report, { failOn }: Showing): string {
  const suites = [...byFileOf(unsuppressed(report))].map(([file, own]): Suite => {
    const failing = (it: Shown) => fails(it.alarm.severity, failOn);
    return { name: file, cases: own.map((it) => caseOf(it, report, failing(it))), failures: own.filter(failing).length, errors: 0 };
  });
  const unread = report.audited.failed.filter((it) => it.incomplete);
  for (const { file, reason } of unread) {
    const error = `      <error message="${xml(reason)}"/>\n`;
    suites.push({ name: file, cases: [element('analysis', file, '', error)], failures: 0, errors: 1 });
  }
  // A report without a test case counts as a mistake in most services.
  if (suites.length === 0)
    suites.push({ name: 'threadwise', cases: [element('no findings', 'threadwise', '', '')], failures: 0, errors: 0 });
  const sum = (count: (it: Suite) => number) => suites.reduce((total, it) => total + count(it), 0);
  const counts = (tests: number, failures: number, errors: number) => `tests="${tests}" failures="${failures}" errors="${errors}"`;
  const all = counts(
    sum((it) => it.cases.length),
    sum((it) => it.failures),
    sum((it) => it.errors),
  );
  const body = suites.map(
    (it) => `  <testsuite name="${xml(it.name)}" ${counts(it.cases.length, it.failures, it.errors)}>\n${it.cases.join('')}  </testsuite>\n`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="threadwise" ${all}>\n${body.join('')}</testsuites>\n`;
}

function caseOf(shown: Shown, report: Report, failing: boolean): string {
  const { rule, path, severity, message } = findingOf(shown, report);
  const where = ({ file, span }: Pick<Spot, 'file' | 'span'>, name = file) => placeIn(name, report.lines(file), span.start);
  const steps = shown.alarm.because.flat().map((it) => `${where(it)}: ${it.note}`);
  const place = where(shown.alarm.at);
  const [line] = fileLines(shown, report);
  const told = content([`${place}: ${severity} ${message}`, ...steps].join('\n'));
  const inner = failing
    ? `      <failure type="${xml(rule)}" message="${xml(message)}">${told}</failure>\n`
    : `      <system-out>${told}</system-out>\n`;
  return element(`${rule} at ${where(shown.alarm.at, '').slice(1)}`, path, ` file="${xml(path)}" line="${line}"`, inner);
}

function element(name: string, file: string, more: string, inner: string): string {
  const own = `    <testcase name="${xml(name)}" classname="${xml(file.replace(/\.(?:pyw?|ipynb)$/, ''))}"${more}`;
  return inner === '' ? `${own}/>\n` : `${own}>\n${inner}    </testcase>\n`;
}

/** Between tags a line may end. */
const content = (text: string): string => text.split('\n').map(xml).join('\n');

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;', '\n': '&#10;' };

/** Without the characters that XML 1.0 has no form for. */
const xml = (text: string): string =>
  text.replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\u{fffd}').replace(/[&<>"'\n]/g, (it) => entities[it]!);
