// Small pieces of the page: words with code in them, numbers, places, and excerpts of the source.
import { escaped } from '../../map/escaped.js';
import type { Span } from '../../model.js';
import { placeIn } from '../lines.js';
import type { Report } from '../report.js';

/** Names in backticks become code. */
export const inline = (text: string): string =>
  text
    .split(/(`[^`]*`)/)
    .map((part, at) => (at % 2 === 1 ? `<code>${escaped(part.slice(1, -1))}</code>` : escaped(part)))
    .join('');

/** With a separator between thousands. */
export const many = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

export interface At {
  readonly file: string;
  readonly span: Span;
}
export function place({ file, span }: At, report: Report): string {
  return `<span class="place"><span class="path">${escaped(file)}</span>${placeIn('', report.lines(file), span.start)}</span>`;
}

/** Characters of a line that are shown, and as many of them before the mark. */
const longest = 300;
const lead = 80;

/** The first line of a span with what is marked in it, between `around` lines. */
export function excerpt({ file, span }: At, report: Report, around: number): string {
  const lines = report.lines(file);
  const rows: string[] = [];
  for (let away = -around; away <= around; away++) {
    const { number, text, start } = lines.row(span.start, away) ?? { number: 0, text: '', start: 0 };
    const here = away === 0;
    if (!here && text.trim() === '' && (number === 0 || Math.abs(away) === around)) continue;
    const code = here ? marked(text, span.start - start, Math.min(span.end - start, text.length)) : escaped(cut(text, 0).text);
    rows.push(`<span class="row${here ? ' here' : ''}"><span class="ln" aria-hidden="true">${number}</span>${code}\n</span>`);
  }
  return `<pre class="code" tabindex="0"><code>${rows.join('')}</code></pre>`;
}
function marked(text: string, start: number, end: number): string {
  const shown = cut(text, start);
  const [from, to] = [start - shown.skipped, Math.max(start, end) - shown.skipped].map((it) =>
    Math.min(Math.max(0, it), shown.text.length),
  );
  const before = shown.text.slice(0, from);
  return `${shown.skipped > 0 ? '…' : ''}${escaped(before)}<mark>${escaped(shown.text.slice(from, to))}</mark>${escaped(shown.text.slice(to))}${shown.more ? '…' : ''}`;
}
/** A line of megabytes is no excerpt. */
function cut(text: string, mark: number): { readonly text: string; readonly skipped: number; readonly more: boolean } {
  if (text.length <= longest) return { text, skipped: 0, more: false };
  const skipped = mark > longest - lead ? boundary(text, mark - lead) : 0;
  const end = boundary(text, Math.min(text.length, skipped + longest));
  return { text: text.slice(skipped, end), skipped, more: end < text.length };
}
/** Not between the halves of a pair. */
const boundary = (text: string, at: number): number => ((text.charCodeAt(at) & 0xfc00) === 0xdc00 ? at - 1 : at);

/** Addresses come from knowledge files, which projects can bring along. */
export function evidence(address: string | undefined): string {
  if (address === undefined) return '';
  if (!/^https?:\/\/[^\s]+$/.test(address)) return ` <span class="quiet">(${inline(address)})</span>`;
  const name = address.replace(/^https?:\/\//, '').replace(/\/$/, '');
  return ` <a class="evidence" href="${escaped(address)}" rel="noopener noreferrer">${escaped(name)}</a>`;
}
