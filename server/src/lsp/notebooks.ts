// The notebooks that are open: which cells make up which module, and which cell a place in it belongs to.
import type { Range } from 'vscode-languageserver';
import type { Edit, Span } from '../model.js';
import { joined, unfitForCells } from '../project/notebook.js';
import { toRange } from './ranges.js';
import type { Texts } from './texts.js';

export interface OpenCell {
  readonly uri: string;
  readonly text: string;
  /** Among all cells of the notebook, from 1. */
  readonly number: number;
}
interface PlacedCell extends OpenCell {
  readonly start: number;
  readonly end: number;
}
/** Where in a notebook something stands, for people: both from 1. */
export interface CellPlace {
  readonly number: number;
  readonly line: number;
}
export interface Notebooks {
  /** Takes note of its cells; gives the text of the module that they make. */
  set(file: string, cells: readonly OpenCell[]): string;
  drop(file: string): void;
  /** The notebook that a cell is a part of; undefined for what is no cell of an open one. */
  fileOf(cell: string): string | undefined;
  /** Of a text that was made here; undefined for what is no notebook. */
  cells(file: string, texts: Texts): readonly PlacedCell[] | undefined;
  /** Where a span of the module stands; undefined for what is no notebook. It ends at the latest with the cell in which it begins. */
  place(file: string, span: Span, texts: Texts): { readonly uri: string; readonly range: Range; readonly cell: CellPlace } | undefined;
  /** Why edits of the module cannot be made in its cells. */
  unfit(file: string, edits: readonly Edit[], texts: Texts): string | undefined;
  /** Where a place in a cell stands in the module. */
  span(cell: string, range: Range, texts: Texts): Span | undefined;
}

/** Texts of a notebook that are remembered: the engine may be behind by as many. */
const most = 50;

export function createNotebooks(): Notebooks {
  /** By file: each text with its cells, the newest last. */
  const layouts = new Map<string, { readonly text: string; readonly cells: readonly PlacedCell[] }[]>();
  const files = new Map<string, string>();

  const cells = (file: string, texts: Texts): readonly PlacedCell[] | undefined => {
    const all = layouts.get(file);
    if (all === undefined) return undefined;
    const text = texts.of(file).getText();
    return (all.findLast((it) => it.text === text) ?? all.at(-1))?.cells;
  };
  return {
    set(file, own) {
      const { text, cells: places } = joined(own.map((it) => it.text));
      const placed = own.map((it, at) => ({ ...it, ...places[at]! }));
      layouts.set(file, [...(layouts.get(file) ?? []), { text, cells: placed }].slice(-most));
      for (const { uri } of own) files.set(uri, file);
      return text;
    },
    drop(file) {
      layouts.delete(file);
      for (const [cell, own] of files) if (own === file) files.delete(cell);
    },
    fileOf: (cell) => files.get(cell),
    cells,
    place(file, span, texts) {
      const all = cells(file, texts);
      const cell = all?.findLast((it) => it.start <= span.start) ?? all?.[0];
      if (cell === undefined) return undefined;
      const first = texts.of(file).positionAt(cell.start).line;
      const { start, end } = toRange(file, { start: Math.min(span.start, cell.end), end: Math.min(span.end, cell.end) }, texts);
      const range = { start: { ...start, line: start.line - first }, end: { ...end, line: end.line - first } };
      return { uri: cell.uri, range, cell: { number: cell.number, line: range.start.line + 1 } };
    },
    unfit(file, edits, texts) {
      const all = cells(file, texts);
      const sources = all?.map((it) => it.text);
      return sources && unfitForCells(sources, edits);
    },
    span(uri, { start, end }, texts) {
      const file = files.get(uri);
      const cell = file === undefined ? undefined : cells(file, texts)?.find((it) => it.uri === uri);
      if (file === undefined || cell === undefined) return undefined;
      const document = texts.of(file);
      const first = document.positionAt(cell.start).line;
      const offset = (line: number, character: number) => Math.min(cell.end, document.offsetAt({ line: line + first, character }));
      return { start: offset(start.line, start.character), end: offset(end.line, end.character) };
    },
  };
}
