// The report as one page of its own: nothing is loaded, the styles and the script are in it and nothing else may run.
import { createHash } from 'node:crypto';
import { escaped } from '../../map/escaped.js';
import { focus } from '../../map/focus.js';
import { marksOf } from '../../map/marks.js';
import { targetInWords } from '../../project/target.js';
import type { Report } from '../report.js';
import { closingLine, counted, lawOrder, lawTitles, severities } from '../summary.js';
import { findings } from './findings.js';
import { mapSection } from './map.js';
import { inline, many } from './pieces.js';
import { readinessSection } from './readiness.js';
import { script } from './script.js';
import { style } from './style.js';

export function renderHtml(report: Report): string {
  const { shown, target, tool, audited } = report;
  const alarms = shown.map((it) => it.alarm);
  const map = report.map();
  const marks = marksOf(map, alarms);
  const title = shown.length === 0 ? 'no findings' : counted(shown.length, 'finding');
  const { origin } = target;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="Threadwise ${escaped(tool)}">
<title>Threadwise: ${title}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#findings">Skip to the findings</a>
<header class="top">
<h1>Threadwise</h1>
<p class="verdict">${inline(closingLine(report))}</p>
<p class="quiet">Judged for ${inline(targetInWords(target))}. Python: ${inline(origin.python)}; GIL: ${inline(origin.gil)}; start method: ${inline(origin.start)}.</p>
<nav aria-label="Parts of this page"><a href="#map">Execution map</a> ${report.readiness === undefined ? '' : '<a href="#readiness">Free threading</a> '}<a href="#findings">Findings</a>${audited.failed.length > 0 ? ' <a href="#failed">Files not analysed</a>' : ''}</nav>
</header>
<main>
${summary(report)}
${mapSection(map, focus(map, marks), marks, report)}
${readinessSection(report.readiness, report)}
${findings(report)}
${failed(report)}
</main>
<footer class="quiet">Threadwise ${escaped(tool)}. This page loads nothing and sends nothing; <code>threadwise explain RULE</code> prints the page of a rule.</footer>
<script>${script}</script>
</body>
</html>
`;
}
const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const policy = `default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(script)}; base-uri 'none'; form-action 'none'`;

function summary(report: Report): string {
  const { shown, audited } = report;
  const bySeverity = severities
    .map((severity) => [severity, shown.filter((it) => it.alarm.severity === severity).length] as const)
    .filter(([severity, count]) => count > 0 || severity === 'error' || severity === 'warning');
  const cards = [
    ...bySeverity.map(([severity, count]) => card(severity, count, severity === 'info' ? 'info' : count === 1 ? severity : `${severity}s`)),
    card('files', audited.files.length, audited.files.length === 1 ? 'file' : 'files'),
    ...(audited.failed.length > 0 ? [card('failed', audited.failed.length, 'not analysed')] : []),
  ];
  const rows = lawOrder.map((law, at) => {
    const own = shown.filter((it) => it.alarm.law === law);
    const rules = [...new Set(own.map((it) => it.alarm.rule))].sort();
    const told = rules.map((rule) => `<code>${escaped(rule)}</code> ${many(own.filter((it) => it.alarm.rule === rule).length)}`);
    return `<tr><th scope="row">${at + 1}. ${escaped(lawTitles[law])}</th><td class="number">${many(own.length)}</td><td>${told.join(', ')}</td></tr>`;
  });
  return `<section aria-labelledby="summary-title">
<h2 id="summary-title">Summary</h2>
<ul class="cards">${cards.join('')}</ul>
${shown.length === 0 ? '' : `<table><thead><tr><th scope="col">Law</th><th scope="col" class="number">Findings</th><th scope="col">Rules</th></tr></thead><tbody>${rows.join('')}</tbody></table>`}
</section>`;
}
const card = (kind: string, count: number, what: string): string =>
  `<li class="card ${kind}"><span class="big">${many(count)}</span> <span>${what}</span></li>`;

function failed({ audited }: Report): string {
  if (audited.failed.length === 0) return '';
  const rows = audited.failed.map(({ file, reason }) => `<li><code>${escaped(file)}</code>: ${inline(reason)}</li>`);
  return `<section id="failed" aria-labelledby="failed-title">
<h2 id="failed-title">Not or only in part analysed</h2>
<ul>${rows.join('')}</ul>
</section>`;
}
