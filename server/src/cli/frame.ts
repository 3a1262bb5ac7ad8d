// A piece of source with a mark under it: cropped to the width, tabs expanded, nothing that could steer a terminal.
import type { Span } from '../model.js';
import type { Lines } from './lines.js';
import { printable } from './report.js';
import { lettersOf } from './width.js';

export interface Marked {
  readonly number: number;
  /** What is shown of the line. */
  readonly text: string;
  /** Columns before the mark, and its length; at least 1. */
  readonly indent: number;
  readonly length: number;
}
const tab = '    ';
/** Columns kept before the mark in a line that is cropped. */
const lead = 20;
/** Units around the mark that are looked at; a line of megabytes is not measured. */
const around = 2000;

/** The first line of the span; the mark ends with that line. */
export function markedLine(lines: Lines, span: Span, width: number): Marked {
  const { number, text: whole, start: begins } = lines.row(span.start) ?? { number: 1, text: '', start: 0 };
  const start = span.start - begins;
  const end = Math.max(start, Math.min(span.end - begins, whole.trimEnd().length));
  const from = boundary(whole, Math.max(0, start - around));
  const to = boundary(whole, Math.min(whole.length, start + around));
  const letters = lettersOf(whole.slice(from, to)).map((it) => ({
    at: it.at + from,
    text: it.text === '\t' ? tab : printable(it.text),
    columns: it.text === '\t' ? tab.length : it.columns,
  }));
  const before = letters.filter((it) => it.at < start).reduce((sum, it) => sum + it.columns, 0);
  const mark = letters.filter((it) => it.at >= start && it.at < end).reduce((sum, it) => sum + it.columns, 0);
  const total = letters.reduce((sum, it) => sum + it.columns, 0);
  if (from === 0 && to === whole.length && total <= width) {
    return {
      number,
      text: letters
        .map((it) => it.text)
        .join('')
        .trimEnd(),
      indent: before,
      length: Math.max(1, mark),
    };
  }
  const skip = before + Math.min(mark, width - lead) <= width - 1 && from === 0 ? 0 : Math.max(0, before - lead);
  return crop({ number, letters, before, mark, total, skip, width, more: to < whole.length, lessBefore: from > 0 });
}

interface Cropping {
  readonly number: number;
  readonly letters: readonly { readonly text: string; readonly columns: number }[];
  readonly before: number;
  readonly mark: number;
  readonly total: number;
  /** Columns left out at the start. */
  readonly skip: number;
  readonly width: number;
  readonly more: boolean;
  readonly lessBefore: boolean;
}

function crop({ number, letters, before, mark, skip, width, more, lessBefore }: Cropping): Marked {
  let column = 0;
  let text = '';
  let used = 0;
  let first: number | undefined;
  let cut = more;
  const head = skip > 0 || lessBefore ? '…' : '';
  const room = Math.max(1, width - head.length - 1);
  for (const it of letters) {
    const at = column;
    column += it.columns;
    if (at < skip) continue;
    if (used + it.columns > room) {
      cut = true;
      break;
    }
    first ??= at;
    text += it.text;
    used += it.columns;
  }
  const indent = before - (first ?? skip) + head.length;
  const length = Math.max(1, Math.min(mark, head.length + used - indent));
  return { number, text: `${head}${text.trimEnd()}${cut ? '…' : ''}`, indent, length };
}

/** Not between the halves of a pair. */
const boundary = (text: string, at: number): number => ((text.charCodeAt(at) & 0xfc00) === 0xdc00 ? at - 1 : at);

/** A line shown for its surroundings: cropped at the end. */
export function plainLine(text: string, width: number): string {
  let shown = '';
  let used = 0;
  for (const it of lettersOf(text.slice(0, boundary(text, Math.min(text.length, around))))) {
    const columns = it.text === '\t' ? tab.length : it.columns;
    if (used + columns > width - 1) return `${shown.trimEnd()}…`;
    shown += it.text === '\t' ? tab : printable(it.text);
    used += columns;
  }
  return shown.trimEnd();
}
