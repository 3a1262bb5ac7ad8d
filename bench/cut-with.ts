// A text without one of its `with` statements: the body stays, as far in as the statement was.
import type { Span } from '../server/src/model.js';

export interface Cut {
  readonly text: string;
  /** Where the body is now. */
  readonly span: Span;
}

/** Null where its head is more than a line of its own, or where a text over several lines would change. */
export function cutWith(text: string, { start, end }: Span): Cut | null {
  const head = text.lastIndexOf('\n', start - 1) + 1;
  const margin = text.slice(head, start);
  const first = text.indexOf('\n', start) + 1;
  if (!/^[ \t]*$/.test(margin) || !/^with .*:\s*(?:#.*)?$/.test(text.slice(start, first - 1)) || first >= end) return null;
  const lines = text.slice(first, end).split('\n');
  const inner = lines.map((it) => /^[ \t]*(?=[^\s#])/.exec(it)?.[0]).find((it) => it !== undefined);
  if (!inner?.startsWith(margin) || lines.some((it) => /"""|'''|\\$/.test(it))) return null;
  const moved = lines.map((it) => (it.startsWith(inner) ? margin + it.slice(inner.length) : it)).join('\n');
  return { text: text.slice(0, head) + moved + text.slice(end), span: { start: head, end: head + moved.length } };
}
