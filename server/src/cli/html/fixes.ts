// What could be done about a finding: verified changes as a diff, and refusals with their reason.
import { structuredPatch } from 'diff';
import { escaped } from '../../map/escaped.js';
import type { Edit, Offered, Repair } from '../../model.js';
import type { Report, Shown } from '../report.js';
import { inline } from './pieces.js';

/** Lines of one diff. */
const longest = 400;

/** Without `verify` a fix is told and not made. */
export function fixesOf(it: Shown, report: Report, verify: boolean): string {
  const all: readonly (Offered | Repair)[] = verify ? it.verified() : it.offers;
  if (all.length === 0) return '<p class="quiet">There is no rewrite for this rule.</p>';
  const parts = all.map((fix) => {
    const edits = 'edits' in fix ? fix.edits : [];
    const verdict = fix.tier === null ? 'not here' : fix.tier;
    const says =
      fix.tier === null
        ? fix.says
        : fix.tier === 'safe'
          ? 'made by `threadwise fix`'
          : fix.says === ''
            ? 'made by `threadwise fix --unsafe-fixes`'
            : fix.says;
    const diff =
      fix.tier === null
        ? ''
        : edits.length > 0
          ? diffOf(edits, report)
          : '<p class="quiet">Not made for this page; <code>--fix --diff</code> shows the change.</p>';
    const open = fix.tier === null ? '' : ' open';
    const head = `<span class="tier ${fix.tier ?? 'refused'}">${verdict}</span> <span>${inline(fix.title)}</span>`;
    if (diff === '') return `<li class="fix">${head}<p class="quiet">${inline(says)}</p></li>`;
    return `<li class="fix"><details${open}><summary>${head}</summary><p class="quiet">${inline(says)}</p>${diff}</details></li>`;
  });
  return `<h5>What could be done</h5><ul class="fixes">${parts.join('')}</ul>`;
}

function diffOf(edits: readonly Edit[], report: Report): string {
  const files = [...new Set(edits.map((it) => it.file))].sort();
  return files
    .map((file) => {
      const before = report.text(file);
      const { hunks } = structuredPatch(
        file,
        file,
        before,
        applied(
          before,
          edits.filter((it) => it.file === file),
        ),
        undefined,
        undefined,
        { context: 2 },
      );
      const rows = hunks.flatMap((it) => [`<span class="hunk">@@ line ${it.oldStart} @@\n</span>`, ...it.lines.map((line) => row(line))]);
      const more = rows.length > longest ? `<span class="hunk">… ${rows.length - longest} more lines\n</span>` : '';
      return `<figure class="diff"><figcaption><code>${escaped(file)}</code></figcaption><pre tabindex="0"><code>${rows.slice(0, longest).join('')}${more}</code></pre></figure>`;
    })
    .join('');
}
/** For readers that hear no color the sign is part of the text. */
function row(line: string): string {
  const kind = line.startsWith('+') ? 'ins' : line.startsWith('-') ? 'del' : 'span';
  return `<${kind}>${escaped(line.slice(0, 300))}\n</${kind}>`;
}
function applied(text: string, edits: readonly Edit[]): string {
  let at = 0;
  let out = '';
  for (const { span, text: now } of [...edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end)) {
    out += text.slice(at, span.start) + now;
    at = span.end;
  }
  return out + text.slice(at);
}
