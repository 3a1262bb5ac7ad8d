// Edits of several repairs that are made together: which are in each other's way, and what they make of a text.
import type { Edit } from '../model.js';

/** Two equal edits, such as one import that two repairs need, are one. */
export function overlap(a: Edit, b: Edit): boolean {
  if (a.file !== b.file || same(a, b)) return false;
  if (a.span.start === a.span.end || b.span.start === b.span.end) return a.span.start <= b.span.end && b.span.start <= a.span.end;
  return a.span.start < b.span.end && b.span.start < a.span.end;
}

const same = (a: Edit, b: Edit): boolean =>
  a.file === b.file && a.span.start === b.span.start && a.span.end === b.span.end && a.text === b.text;

export const distinct = (edits: readonly Edit[]): readonly Edit[] =>
  edits.filter((it, at) => edits.findIndex((other) => same(it, other)) === at);

/** Edits of one text that do not overlap, in any order; line ends become those that the text has. */
export function applied(text: string, edits: readonly Edit[]): string {
  const ends = /\r\n|\r|\n/.exec(text)?.[0] ?? '\n';
  let out = '';
  let at = 0;
  for (const { span, text: added } of [...edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end)) {
    out += text.slice(at, span.start) + (ends === '\n' ? added : added.replace(/\r\n|\r|\n/g, ends));
    at = span.end;
  }
  return out + text.slice(at);
}
