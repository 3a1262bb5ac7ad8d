// What could be done about a finding: verified changes as a diff, and refusals with their reason.
import { structuredPatch } from 'diff';
import { escaped } from '../../map/escaped.js';
import type { Edit, Offered, Repair } from '../../model.js';
import { editedCells } from '../../project/notebook.js';
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
      const own = edits.filter((it) => it.file === file);
      const rows = changesIn(file, own, report).flatMap(({ name, before, after }) => {
        const { hunks } = structuredPatch(file, file, before, after, undefined, undefined, { context: 2 });
        return hunks.flatMap((it) => [
          `<span class="hunk">@@ ${name}line ${it.oldStart} @@\n</span>`,
          ...it.lines.map((line) => row(line)),
        ]);
      });
      const more = rows.length > longest ? `<span class="hunk">… ${rows.length - longest} more lines\n</span>` : '';
      return `<figure class="diff"><figcaption><code>${escaped(file)}</code></figcaption><pre tabindex="0"><code>${rows.slice(0, longest).join('')}${more}</code></pre></figure>`;
    })
    .join('');
}
/** The texts that differ: that of the file, or of each cell. */
function changesIn(
  file: string,
  edits: readonly Edit[],
  report: Report,
): readonly { readonly name: string; readonly before: string; readonly after: string }[] {
  const cells = report.cells(file);
  if (cells === undefined) return [{ name: '', before: report.text(file), after: applied(report.text(file), edits) }];
  const after = editedCells(cells, edits);
  return cells.flatMap(({ number, source }, nth) =>
    after[nth]!.source === source ? [] : [{ name: `cell ${number}, `, before: `${source}\n`, after: `${after[nth]!.source}\n` }],
  );
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
