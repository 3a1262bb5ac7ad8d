// A notebook as one module: its Python cells in their order, each at a place of its own. What only IPython understands becomes a comment.
import type { Edit } from '../model.js';
import { applied } from './edits.js';

/** The text of the module, and where each cell begins and ends in it. */
export interface Joined {
  readonly text: string;
  readonly cells: readonly { readonly start: number; readonly end: number }[];
}

/**
 * Offsets and lines of a cell stay what they are, counted from where it begins. An empty line stands between two cells, so that what is
 * added behind the last line of one and what is added before the first line of the next have places of their own.
 */
export function joined(sources: readonly string[]): Joined {
  let text = '';
  const cells: Joined['cells'][number][] = [];
  for (const source of sources) {
    if (cells.length > 0) text += '\n';
    cells.push({ start: text.length, end: text.length + source.length });
    text += `${withoutMagics(source)}\n`;
  }
  return { text, cells };
}

/** Magics of a whole cell whose body is Python all the same. */
const pythonBody = /^%%(?:time|timeit|capture|prun|python3?|memit|mprun)\b/;
const cellMagic = /^(?:[ \t]*\n)*[ \t]*(%%\w.*)/;

function withoutMagics(cell: string): string {
  const first = cellMagic.exec(cell)?.[1];
  // Another language, from its first line to its last.
  const foreign = first !== undefined && !pythonBody.test(first);
  return cell.replace(/[^\r\n]+/g, (line) => (foreign ? commented(line) : plainLine(line)));
}

/** As long as it was, so that nothing behind it moves. */
const commented = (line: string): string => (/^\s*$/.test(line) ? line : line.replace(/\S/, '#'));

function plainLine(line: string): string {
  if (/^\s*(?:%%?[A-Za-z]|!|\?)/.test(line)) return commented(line);
  if (/^\s*[\w.]+\?{1,2}\s*$/.test(line)) return commented(line);
  // What a command prints, or a magic gives, is unknown.
  const assigned = /^(\s*[A-Za-z_][\w, ]*=\s*)([!%][A-Za-z/.~].*)$/.exec(line);
  return assigned === null ? line : assigned[1]! + unknown(assigned[2]!.length);
}

/** An expression of this length that says nothing. */
const unknown = (length: number): string => (length < 3 ? '_'.repeat(length) : '...'.padEnd(length));

// ── Its cells on disk ────────────────────────────────────────────────────────────────────────────

/** One Python cell of a file. */
export interface Cell {
  /** Among all cells of the notebook, from 1. */
  readonly number: number;
  readonly source: string;
  /** The value `source` as the file spells it, and where it stands there. */
  readonly raw: string;
  readonly from: FilePlace;
  readonly to: FilePlace;
  /** The strings that it is made of, in order: where each begins in the source, in `raw` and in the file. None in an empty list. */
  readonly strings: readonly { readonly start: number; readonly rawStart: number; readonly at: FilePlace }[];
}
/** A place in the JSON, from 1; columns in UTF-16 units. */
export interface FilePlace {
  readonly line: number;
  readonly column: number;
}

export const isNotebook = (file: string): boolean => file.endsWith('.ipynb');

const modules = new WeakMap<readonly Cell[], Joined>();

export const sourcesOf = (cells: readonly Cell[]): readonly string[] => cells.map((it) => it.source);

export function moduleOf(cells: readonly Cell[]): Joined {
  const module = modules.get(cells) ?? joined(sourcesOf(cells));
  modules.set(cells, module);
  return module;
}

/** Where an offset of the module stands in its cell; undefined where there is no cell. What lies beyond a cell counts as its end. */
export function inCell(
  cells: readonly Cell[],
  offset: number,
): { readonly cell: Cell; readonly nth: number; readonly offset: number } | undefined {
  const places = moduleOf(cells).cells;
  const nth = Math.max(
    0,
    places.findLastIndex((it) => it.start <= offset),
  );
  const cell = cells[nth];
  return cell && { cell, nth, offset: Math.max(0, Math.min(offset - places[nth]!.start, cell.source.length)) };
}

/** Where an offset of a cell stands in the file. */
export function inFile({ raw, strings, from }: Cell, offset: number): FilePlace {
  const string = strings.findLast((it) => it.start <= offset);
  if (string === undefined) return from;
  let at = string.rawStart + 1;
  for (let left = offset - string.start; left > 0; left--) at += raw[at] !== '\\' ? 1 : raw[at + 1] === 'u' ? 6 : 2;
  return { line: string.at.line, column: string.at.column + at - string.rawStart };
}

/** Why edits of the module that these cells make cannot be made in the cells; undefined where they can. */
export function unfitForCells(sources: readonly string[], edits: readonly Edit[]): string | undefined {
  const { text, cells } = joined(sources);
  for (const { span } of edits) {
    const nth = cells.findIndex((it) => it.start <= span.start && span.end <= it.end + 1);
    if (nth < 0) return 'the change would reach from one cell of the notebook into the next';
    const source = sources[nth]!;
    const { start, end } = cells[nth]!;
    const [from, to] = [span.start - start, Math.min(span.end, end) - start];
    const magic = cellMagic.exec(source);
    const hidden = magic !== null && (!pythonBody.test(magic[1]!) || from < magic[0].length);
    if (hidden || source.slice(from, to) !== text.slice(span.start, Math.min(span.end, end)))
      return 'the change would touch a line of the notebook that is no Python';
  }
  const after = withEdits(sources, edits);
  if (after.some((it, nth) => beginsInside(it) && !beginsInside(sources[nth]!)))
    return 'a block would go on in the next cell of the notebook';
  return undefined;
}

/** Does its first statement belong to a block that begins elsewhere? */
const beginsInside = (source: string): boolean => /^(?:[ \t]*(?:#.*)?\r?\n)*[ \t]+[^\s#]/.test(source);

/** Edits of the module, made in the cells that they fit. */
function withEdits(sources: readonly string[], edits: readonly Edit[]): readonly string[] {
  const { cells } = joined(sources);
  return sources.map((source, nth) => {
    const { start, end } = cells[nth]!;
    const own = edits.filter(({ span }) => start <= span.start && span.end <= end + 1);
    if (own.length === 0) return source;
    const moved = own.map((it) => ({ ...it, span: { start: it.span.start - start, end: it.span.end - start } }));
    // The module has a line end behind each cell, and the cell has none.
    return applied(`${source}\n`, moved).replace(/\n$/, '');
  });
}

/** The cells after edits that fit them. */
export function editedCells(cells: readonly Cell[], edits: readonly Edit[]): readonly Cell[] {
  const sources = withEdits(sourcesOf(cells), edits);
  return cells.map((cell, nth) => ({ ...cell, source: sources[nth]! }));
}
