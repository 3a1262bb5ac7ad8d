// The findings: each with its place, its evidence step by step, and what could be done.
import { escaped } from '../../map/escaped.js';
import type { Alarm, Spot } from '../../model.js';
import { rules } from '../../rules/index.js';
import type { Report, Shown } from '../report.js';
import { lawOrder, lawTitles, severities, sideOf } from '../summary.js';
import { fixesOf } from './fixes.js';
import { evidence, excerpt, inline, many, place } from './pieces.js';

/** Findings that are shown with everything, and fixes that are made and verified for this page; each takes a moment. */
const most = { whole: 1000, verified: 300, open: 6 } as const;

export function findings(report: Report): string {
  const { shown } = report;
  const whole = shown.slice(0, most.whole);
  const rest = shown.slice(most.whole);
  const laws = lawOrder.filter((law) => whole.some((it) => it.alarm.law === law));
  const groups = laws.map((law) => {
    const own = whole.flatMap((it, at) => (it.alarm.law === law ? [article(it, at, report)] : []));
    return group(`law-${law}`, `${lawOrder.indexOf(law) + 1}. ${escaped(lawTitles[law])}`, own);
  });
  return `<section id="findings" aria-labelledby="findings-title">
<h2 id="findings-title">Findings</h2>
${shown.length === 0 ? '<p>There is nothing to show.</p>' : controls(report)}
<div id="groups">${groups.join('')}</div>
<p id="none" hidden>No finding matches the filter.</p>
${rest.length === 0 ? '' : others(rest, report)}
</section>`;
}

/** The script makes groups like these for places. */
const group = (id: string, title: string, articles: readonly string[]): string =>
  `<section class="group" aria-labelledby="${id}"><h3 id="${id}"><span>${title}</span> <span class="tally">${many(articles.length)}</span></h3>${articles.join('')}</section>`;

function controls({ shown }: Report): string {
  const options = (name: string, all: readonly (readonly [value: string, says: string])[]): string =>
    `<label>${name} <select name="${name.toLowerCase()}"><option value="">all</option>${all
      .map(([value, says]) => `<option value="${escaped(value)}">${escaped(says)}</option>`)
      .join('')}</select></label>`;
  const laws = lawOrder.filter((law) => shown.some((it) => it.alarm.law === law));
  const ids = [...new Set(shown.map((it) => it.alarm.rule))].sort();
  const levels = severities.filter((level) => shown.some((it) => it.alarm.severity === level));
  return `<form id="filter" role="search" aria-label="Filter the findings" hidden>
<label class="text">Text <input type="search" name="text" autocomplete="off" spellcheck="false" placeholder="message, file, rule"></label>
${options(
  'Law',
  laws.map((law) => [law, lawTitles[law]]),
)}
${options(
  'Rule',
  ids.map((it) => [it, it]),
)}
${options(
  'Severity',
  levels.map((it) => [it, it]),
)}
<fieldset><legend>Group</legend><label><input type="radio" name="group" value="law" checked> by law</label> <label><input type="radio" name="group" value="place"> by place</label></fieldset>
<span class="buttons"><button type="button" id="open-all">Open all</button> <button type="button" id="close-all">Close all</button></span>
<output id="count" aria-live="polite"></output>
</form>`;
}

function article(it: Shown, at: number, report: Report): string {
  const { alarm } = it;
  const attributes = `data-law="${alarm.law}" data-rule="${escaped(alarm.rule)}" data-severity="${alarm.severity}" data-file="${escaped(alarm.at.file)}"`;
  const open = report.shown.length <= most.open ? ' open' : '';
  return `<article class="finding ${alarm.severity}" id="f${at}" ${attributes} aria-labelledby="f${at}-t"><details${open}><summary><span class="severity">${alarm.severity}</span> <span class="message" id="f${at}-t" role="heading" aria-level="4">${inline(alarm.message)}</span> <span class="rule"><code>${escaped(alarm.rule)}</code></span> ${place(alarm.at, report)}</summary>
<div class="inside">
${excerpt(alarm.at, report, 2)}
${accepted(alarm)}${chains(alarm, report)}
${fixesOf(it, report, at < most.verified)}
<p class="quiet">Confidence: ${alarm.confidence}. ${ruleTitle(alarm.rule)}</p>
</div></details></article>`;
}
const titles = new Map(rules.map((it) => [it.id, it.title]));
const ruleTitle = (rule: string): string =>
  `Rule <code>${escaped(rule)}</code>${titles.has(rule) ? `: ${inline(titles.get(rule) ?? '')}.` : '.'}`;
function accepted({ suppressed }: Alarm): string {
  if (suppressed === null) return '';
  const by = suppressed.by === 'comment' ? 'a comment' : 'the baseline';
  return `<p class="accepted">Accepted by ${by}${suppressed.reason === '' ? '' : `: ${inline(suppressed.reason)}`}.</p>`;
}

// ── Evidence ─────────────────────────────────────────────────────────────────────────────────────

function chains(alarm: Alarm, report: Report): string {
  const all = alarm.because;
  const sides = sideOf(alarm, 0) !== undefined;
  const parts = all.map((chain, at) => {
    const title = sideOf(alarm, at) ?? (all.length > 1 ? `reason ${at + 1} of ${all.length}` : 'evidence');
    const steps = chain.map((it, step) => stepItem(it, step, chain.length, report));
    return `<section class="chain" aria-label="${escaped(capital(title))}"><h5>${escaped(capital(title))}</h5><ol>${steps.join('')}</ol></section>`;
  });
  return `<div class="chains${sides ? ' beside' : ''}">${parts.join('')}</div>`;
}
const capital = (text: string): string => `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}`;
const stepItem = (it: Spot, step: number, all: number, report: Report): string =>
  `<li><p><span class="step" aria-hidden="true">${step + 1}</span><span class="unseen">Step ${step + 1} of ${all}: </span>${inline(it.note)}${evidence(it.evidence)}</p><p class="quiet">${place(it, report)}</p>${excerpt(it, report, 0)}</li>`;

function others(rest: readonly Shown[], report: Report): string {
  const rows = rest.map(
    ({ alarm }) => `<li>${alarm.severity} <code>${escaped(alarm.rule)}</code> ${place(alarm.at, report)}: ${inline(alarm.message)}</li>`,
  );
  return `<details class="others"><summary>${many(rest.length)} more findings, in short</summary><p class="quiet">This page shows the first ${many(most.whole)} with their evidence, and the filter looks at those.</p><ol start="${most.whole + 1}">${rows.join('')}</ol></details>`;
}
