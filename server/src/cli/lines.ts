// Offsets of a text ⇄ lines and columns, in code points for people and in UTF-16 units for protocols.
import { type Cell, inCell, inFile, moduleOf } from '../project/notebook.js';

export interface Place {
  /** From 1. */
  readonly line: number;
  /** From 1, in Unicode code points. */
  readonly column: number;
}
/** One line of a text, or of a cell. */
export interface Row {
  /** From 1. */
  readonly number: number;
  /** Without its end. */
  readonly text: string;
  /** Offset of its first unit. */
  readonly start: number;
}
/** Of a notebook, lines are those of its cells. */
export interface Lines {
  place(offset: number): Place;
  /** Number of the cell that an offset stands in; undefined where the text is that of no notebook. */
  cell(offset: number): number | undefined;
  /** Where it stands in the file itself, the JSON of a notebook included; columns in UTF-16 units. */
  inFile(offset: number): Place;
  /** The line of an offset, or one that many lines away from it; undefined where there is none. */
  row(offset: number, away?: number): Row | undefined;
}

/** Lines end as they do for Python and for editors: `\n`, `\r\n` or `\r`. */
export function linesOf(text: string, cells?: readonly Cell[]): Lines {
  return cells === undefined ? plainLines(text) : cellLines(cells);
}

function plainLines(text: string): Lines {
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
    cell: () => undefined,
    inFile(offset) {
      const line = lineAt(offset);
      return { line: line + 1, column: offset - starts[line]! + 1 };
    },
    row(offset, away = 0) {
      const line = lineAt(offset) + away;
      const start = starts[line];
      if (start === undefined) return undefined;
      return { number: line + 1, text: text.slice(start, starts[line + 1] ?? text.length).replace(/[\r\n]+$/, ''), start };
    },
  };
}

function cellLines(cells: readonly Cell[]): Lines {
  const own = cells.map((it) => plainLines(it.source));
  const { cells: places } = moduleOf(cells);
  return {
    place(offset) {
      const at = inCell(cells, offset);
      return at === undefined ? { line: 1, column: 1 } : own[at.nth]!.place(at.offset);
    },
    cell: (offset) => inCell(cells, offset)?.cell.number,
    inFile(offset) {
      const at = inCell(cells, offset);
      return at === undefined ? { line: 1, column: 1 } : inFile(at.cell, at.offset);
    },
    row(offset, away) {
      const at = inCell(cells, offset);
      const row = at && own[at.nth]!.row(at.offset, away);
      return row && { ...row, start: row.start + places[at.nth]!.start };
    },
  };
}

/** `waves.ipynb:cell 3:5:1` is line 5 of the third cell. */
export function placeIn(file: string, lines: Lines, offset: number): string {
  const { line, column } = lines.place(offset);
  const cell = lines.cell(offset);
  return `${file}:${cell === undefined ? '' : `cell ${cell}:`}${line}:${column}`;
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
