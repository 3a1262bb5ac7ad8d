// `# threadwise: ignore[rule] reason` and `# threadwise: ignore-file[rule] reason`.
import type { Ignore, Span } from '../model.js';
import type { FlatTree } from '../syntax/flat.js';

const form = /^#\s*threadwise:\s*(ignore(?:-file)?)\s*(?:\[([^\]]*)\])?\s*(.*)$/;
/** Meant as one, with another word: it accepts nothing, and is told. */
const misspelt = /^#\s*threadwise:\s*[\w-]+\s*\[[^\]]*\]/;

/**
 * Reads the directives of a chunk. A comment speaks for the innermost statement on whose lines it stands, else for the next one.
 * `comments` are nodes, `statements` spans from `base`.
 */
export function ignoresOf(tree: FlatTree, comments: readonly number[], statements: readonly Span[], base: number): Ignore[] {
  const found: Ignore[] = [];
  for (const node of comments) {
    const text = tree.text.slice(tree.start(node), tree.end(node));
    const match = form.exec(text);
    const span = { start: tree.start(node) - base, end: tree.end(node) - base };
    if (!match) {
      if (misspelt.test(text)) found.push({ rules: [], reason: '', span, covers: { start: span.start, end: span.start } });
      continue;
    }
    const rules = (match[2] ?? 'all')
      .split(',')
      .map((it) => it.trim())
      .filter(Boolean);
    const covers = match[1] === 'ignore-file' ? null : coveredBy(tree, span, statements, base);
    found.push({ rules, reason: (match[3] ?? '').replace(/^(?:--|:)\s*/, '').trim(), span, covers });
  }
  return found;
}

function coveredBy(tree: FlatTree, comment: Span, statements: readonly Span[], base: number): Span {
  const lineStart = tree.text.lastIndexOf('\n', comment.start + base - 1) + 1 - base;
  const ownLine = tree.text.slice(lineStart + base, comment.start + base).trim() === '';
  const covering = statements.filter((it) => it.start < comment.start && it.end > lineStart && (!ownLine || it.end > comment.start));
  const innermost = covering.reduce<Span | undefined>((best, it) => (best && best.start > it.start ? best : it), undefined);
  if (innermost) return innermost;
  const next = statements.find((it) => it.start > comment.start);
  if (next === undefined) return { start: comment.start, end: comment.end };
  // With all that a semicolon puts on the same line.
  const line = /[^\r\n]*/.exec(tree.text.slice(next.start + base))![0].length;
  const last = statements
    .filter((it) => it.start >= next.start && it.start < next.start + line)
    .reduce((a, b) => (b.start > a.start ? b : a));
  return { start: next.start, end: Math.max(next.end, last.end) };
}
