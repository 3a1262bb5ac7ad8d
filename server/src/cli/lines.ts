// Offsets of a text ⇄ lines and columns, in code points for people and in UTF-16 units for protocols.

export interface Place {
  /** From 1. */
  readonly line: number;
  /** From 1, in Unicode code points. */
  readonly column: number;
}
export interface Lines {
  place(offset: number): Place;
  /** The same with columns in UTF-16 units. */
  unitPlace(offset: number): Place;
  /** Without its end; empty beyond the last line. */
  line(number: number): string;
  /** Offset of the first unit of a line. */
  start(number: number): number;
}

/** Lines end as they do for Python and for editors: `\n`, `\r\n` or `\r`. */
export function linesOf(text: string): Lines {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\r|\n/g)) starts.push(match.index + match[0].length);
  const lineAt = (offset: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  return {
    place(offset) {
      const line = lineAt(offset);
      return { line: line + 1, column: codePoints(text, starts[line]!, offset) + 1 };
    },
    unitPlace(offset) {
      const line = lineAt(offset);
      return { line: line + 1, column: offset - starts[line]! + 1 };
    },
    line: (number) => text.slice(starts[number - 1] ?? text.length, starts[number] ?? text.length).replace(/[\r\n]+$/, ''),
    start: (number) => starts[number - 1] ?? text.length,
  };
}

function codePoints(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at++) {
    const unit = text.charCodeAt(at);
    const pair = unit >= 0xd800 && unit < 0xdc00 && at + 1 < to && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
    if (!pair) count++;
  }
  return count;
}
