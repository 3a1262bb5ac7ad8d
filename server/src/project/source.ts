// From bytes to text, and back: byte order marks, PEP 263 declarations, the cells of notebooks, and what is no Python source.
import { limits } from '../limits.js';
import { type Cell, isNotebook, moduleOf } from './notebook.js';
import { cellsOf, withSources } from './notebook-file.js';

export type Encoding = 'utf-8' | 'latin-1' | 'cp1252' | 'ascii';
export interface Decoded {
  /** Without a byte order mark, so that it counts in no column. */
  readonly text: string;
  readonly encoding: Encoding;
  readonly bom: boolean;
}

/** Python source as a file has it. */
export interface Source {
  /** Of the module: that of the file, or what the cells of a notebook make up. */
  readonly text: string;
  /** Of a notebook. */
  readonly cells?: readonly Cell[];
  readonly decoded: Decoded;
}

/** The size from which a file is a problem instead of bytes. The pictures in a notebook count, and are not looked at. */
export const mostBytes = (file: string): number => (isNotebook(file) ? limits.notebookBytes : limits.fileBytes);

/** Never throws. A problem is a phrase that goes with the name of the file. */
export function sourceOf(file: string, bytes: Uint8Array): Source | { readonly problem: string } {
  const decoded = decode(bytes);
  if ('problem' in decoded || !isNotebook(file)) return 'problem' in decoded ? decoded : { text: decoded.text, decoded };
  const cells = cellsOf(decoded.text);
  return 'problem' in cells ? cells : { text: moduleOf(cells).text, cells, decoded };
}

/** The bytes of the same file with another text, or other sources in its cells; undefined where its encoding lacks a character. */
export function rewritten({ decoded, cells }: Source, after: Pick<Source, 'text' | 'cells'>): Uint8Array | undefined {
  if (cells === undefined || after.cells === undefined) return encode(after.text, decoded);
  return encode(withSources(decoded.text, cells, new Map(after.cells.map((it) => [it.number, it.source]))), decoded);
}

const declared = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/;
const known: Readonly<Record<string, Encoding>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'utf-8-sig': 'utf-8',
  'latin-1': 'latin-1',
  latin1: 'latin-1',
  'iso-8859-1': 'latin-1',
  'iso-latin-1': 'latin-1',
  l1: 'latin-1',
  cp1252: 'cp1252',
  'windows-1252': 'cp1252',
  ascii: 'ascii',
  'us-ascii': 'ascii',
};

/** Never throws. A problem is a phrase that goes with the name of the file: `not valid UTF-8`. */
export function decode(bytes: Uint8Array): Decoded | { readonly problem: string } {
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) return { problem: 'not valid UTF-8 (UTF-16)' };
  if (bytes.includes(0)) return { problem: 'contains a NUL byte' };
  const body = bom ? bytes.subarray(3) : bytes;
  const says = bom ? undefined : declaration(body);
  const encoding = says === undefined ? 'utf-8' : known[says];
  const text = textOf(body, encoding ?? 'ascii');
  if (text !== undefined) return { text, encoding: encoding ?? 'ascii', bom };
  if (says === undefined) return { problem: 'not valid UTF-8' };
  if (encoding === undefined) return { problem: `declares the encoding \`${says}\`, which is not read` };
  return { problem: `not valid ${encoding === 'utf-8' ? 'UTF-8' : encoding}, the encoding it declares` };
}

/** The bytes of a changed text, as the file had them; undefined where its encoding lacks a character. */
export function encode(text: string, like: Decoded): Uint8Array | undefined {
  if (like.encoding === 'utf-8') {
    return new TextEncoder().encode(like.bom ? `\u{feff}${text}` : text);
  }
  const bytes = new Uint8Array(text.length);
  const units = like.encoding === 'cp1252' ? cp1252() : undefined;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    const byte = units === undefined ? unit : units.indexOf(text[at]!);
    if (byte < 0 || byte > (like.encoding === 'ascii' ? 0x7f : 0xff)) return undefined;
    bytes[at] = byte;
  }
  return bytes;
}

/** The encoding that the first two lines name, normalised as Python does. */
function declaration(bytes: Uint8Array): string | undefined {
  const [first = '', second = ''] = narrow(bytes.subarray(0, 400)).split(/\r\n|\r|\n/, 2);
  const found = declared.exec(first) ?? (/^[ \t\f]*(?:#.*)?$/.test(first) ? declared.exec(second) : null);
  return found?.[1]?.toLowerCase().replaceAll('_', '-');
}

function textOf(bytes: Uint8Array, encoding: Encoding): string | undefined {
  if (encoding === 'latin-1') return narrow(bytes);
  if (encoding === 'cp1252') return new TextDecoder('windows-1252').decode(bytes);
  if (encoding === 'ascii' && bytes.some((byte) => byte > 0x7f)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Each byte as the character of its number; what a decoder calls `latin1` is another encoding. */
function narrow(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x2000) text += String.fromCharCode(...bytes.subarray(at, at + 0x2000));
  return text;
}

const cp1252 = (): string => new TextDecoder('windows-1252').decode(Uint8Array.from({ length: 256 }, (_, byte) => byte));
