// The known word that a mistyped one most likely means.

/** undefined where nothing is near enough to be meant: a third of the letters may differ. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const most = Math.max(1, Math.floor(word.length / 3));
  let best: { readonly it: string; readonly off: number } | undefined;
  for (const it of known) {
    const off = edits(word.toLowerCase(), it.toLowerCase());
    if (off <= most && (best === undefined || off < best.off)) best = { it, off };
  }
  return best?.it;
}

/** Letters to add, remove, change or swap with the next one. */
function edits(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2]! + 1 : Number.POSITIVE_INFINITY;
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1), swapped));
    }
    before = row;
    row = next;
  }
  return row[b.length]!;
}
