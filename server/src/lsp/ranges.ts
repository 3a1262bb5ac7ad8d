// Places: what the engine calls a file and a span is for the client a document and a range, and a cell where the file is a notebook.
import type { Range } from 'vscode-languageserver';
import type { Edit, Span, Spot } from '../model.js';
import { type Cell, inCell, inFile } from '../project/notebook.js';
import type { CellPlace, Notebooks } from './notebooks.js';
import type { Texts } from './texts.js';

export interface Place {
  readonly uri: string;
  readonly range: Range;
  /** In a notebook. */
  readonly cell?: CellPlace;
}
/** Of texts as they were analysed, which may be older than what the client shows. */
export interface Places {
  of(spot: Pick<Spot, 'file' | 'span'>): Place;
  /** A place the client names. */
  at(uri: string, range: Range): { readonly file: string; readonly span: Span };
  /** An edit as its document takes it. */
  edit(edit: Edit): { readonly uri: string; readonly range: Range; readonly text: string };
  /** Why edits cannot be made; undefined where they can, as always where no notebook is among the files. */
  unfit(edits: readonly Edit[]): string | undefined;
}
export interface PlacesOptions {
  readonly texts: Texts;
  readonly notebooks: Notebooks;
  /** Of a notebook that is not open. */
  cells(file: string): readonly Cell[] | undefined;
  /** What the client calls a file. */
  uri(file: string): string;
  /** The other way round. */
  fileOf(uri: string): string;
}

export function placesOf({ texts, notebooks, cells, uri, fileOf }: PlacesOptions): Places {
  const of = ({ file, span }: Pick<Spot, 'file' | 'span'>): Place => {
    const closed = cells(file);
    const place = closed === undefined ? notebooks.place(file, span, texts) : inJson(uri(file), closed, span);
    return place ?? { uri: uri(file), range: toRange(file, span, texts) };
  };
  return {
    of,
    edit(edit) {
      const { uri: document, range } = of(edit);
      const cell = notebooks.cells(edit.file, texts)?.find((it) => it.uri === document);
      // The module has a line end behind each cell, and the cell has none.
      const behind = cell !== undefined && edit.span.start === edit.span.end && edit.span.start > cell.end;
      return { uri: document, range, text: behind ? `\n${edit.text.replace(/\r?\n$/, '')}` : edit.text };
    },
    at(named, range) {
      const file = fileOf(named);
      return { file, span: notebooks.span(named, range, texts) ?? toSpan(file, range, texts) };
    },
    unfit(edits) {
      for (const file of new Set(edits.map((it) => it.file))) {
        if (cells(file) !== undefined) return 'it changes a notebook that is not open';
        const own = edits.filter((it) => it.file === file);
        const reason = notebooks.unfit(file, own, texts);
        if (reason !== undefined) return reason;
      }
      return undefined;
    },
  };
}

/** A notebook that nobody has opened is a text document, and its positions are those in the JSON. */
function inJson(uri: string, cells: readonly Cell[], span: Span): Place | undefined {
  const [start, end] = [inCell(cells, span.start), inCell(cells, span.end)];
  if (start === undefined || end === undefined) return undefined;
  const position = ({ cell, offset }: typeof start) => {
    const { line, column } = inFile(cell, offset);
    return { line: line - 1, character: column - 1 };
  };
  const line = start.cell.source.slice(0, start.offset).split('\n').length;
  return { uri, range: { start: position(start), end: position(end) }, cell: { number: start.cell.number, line } };
}

export function toRange(file: string, span: Span, texts: Texts): Range {
  const document = texts.of(file);
  return { start: document.positionAt(span.start), end: document.positionAt(span.end) };
}

function toSpan(file: string, range: Range, texts: Texts): Span {
  const document = texts.of(file);
  return { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
}
