// Places: what the engine calls a file and a span is for the client a document and a range, and a cell where the file is a notebook.
import type { Range } from 'vscode-languageserver';
import type { Span, Spot } from '../model.js';
import type { Notebooks } from './notebooks.js';
import type { Texts } from './texts.js';

export interface Place {
  readonly uri: string;
  readonly range: Range;
}
/** Of texts as they were analysed, which may be older than what the client shows. */
export interface Places {
  of(spot: Pick<Spot, 'file' | 'span'>): Place;
  /** A place the client names. */
  at(uri: string, range: Range): { readonly file: string; readonly span: Span };
  /** Does it lie in one document, as all places do that are in no notebook? */
  isWhole(spot: Pick<Spot, 'file' | 'span'>): boolean;
}

/** `uri` is what the client calls a file, `fileOf` the other way round. */
export function placesOf(texts: Texts, notebooks: Notebooks, uri: (file: string) => string, fileOf: (uri: string) => string): Places {
  return {
    of: ({ file, span }) => notebooks.place(file, span, texts) ?? { uri: uri(file), range: toRange(file, span, texts) },
    at(named, range) {
      const file = fileOf(named);
      return { file, span: notebooks.span(named, range, texts) ?? toSpan(file, range, texts) };
    },
    isWhole: ({ file, span }) => notebooks.place(file, span, texts)?.whole !== false,
  };
}

export function toRange(file: string, span: Span, texts: Texts): Range {
  const document = texts.of(file);
  return { start: document.positionAt(span.start), end: document.positionAt(span.end) };
}

function toSpan(file: string, range: Range, texts: Texts): Span {
  const document = texts.of(file);
  return { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
}
