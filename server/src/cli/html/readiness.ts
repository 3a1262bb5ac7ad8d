// What a build without the GIL breaks, by the memory that is shared: with both accesses, and a link to each finding.
import { escaped } from '../../map/escaped.js';
import type { Alarm } from '../../model.js';
import { identity } from '../../project/readiness.js';
import { howWords, type Readiness, readinessLine } from '../readiness.js';
import type { Report } from '../report.js';
import { sideOf } from '../summary.js';
import { inline, many, place } from './pieces.js';

export function readinessSection(readiness: Readiness | undefined, report: Report): string {
  if (readiness === undefined) return '';
  const { places, gone } = readiness;
  const items = places.map(({ name, born, how, alarms }) => {
    const first = born === undefined ? '' : ` <span class="quiet">first set at ${place(born, report)}</span>`;
    const head = `<p><code>${escaped(name)}</code> <span class="tier ${how}">${how === 'accident' ? 'safe by accident' : 'found anyway'}</span>${first}</p>`;
    return `<li>${head}${alarms.map((it) => accesses(it, report)).join('')}</li>`;
  });
  const legend =
    places.length === 0
      ? ''
      : `<p class="quiet"><b>Safe by accident</b>: ${howWords.accident.replace(/^.*: /, '')}. <b>Found anyway</b>: ${howWords.anyway}.</p>`;
  return `<section id="readiness" aria-labelledby="readiness-title">
<h2 id="readiness-title">Ready for free threading?</h2>
<p>${inline(readinessLine(readiness))}</p>
${legend}
${items.length === 0 ? '' : `<ul class="shared">${items.join('')}</ul>`}
${goneWithIt(gone, report)}
</section>`;
}

function accesses(alarm: Alarm, report: Report): string {
  const at = report.shown.findIndex((it) => identity(it.alarm) === identity(alarm));
  const rule = at < 0 ? `<code>${escaped(alarm.rule)}</code>` : `<a href="#f${at}"><code>${escaped(alarm.rule)}</code></a>`;
  const rows = alarm.because.map((chain, nth) => {
    const spot = chain.at(-1)!;
    return `<li><span class="quiet">${sideOf(alarm, nth) ?? 'because'}</span> ${inline(spot.note)} ${place(spot, report)}</li>`;
  });
  return `<p>${rule}</p><ul>${rows.join('')}</ul>`;
}

function goneWithIt(gone: readonly Alarm[], report: Report): string {
  if (gone.length === 0) return '';
  const rows = gone.map((it) => `<li><code>${escaped(it.rule)}</code> ${place(it.at, report)}</li>`);
  return `<details><summary>Without the GIL ${many(gone.length)} ${gone.length === 1 ? 'finding goes' : 'findings go'} away</summary><ul>${rows.join('')}</ul></details>`;
}
