// Whole numbers and texts as bytes: seven bits of a number to a byte, the texts in one table behind the numbers.

export interface Writer {
  bytes: Uint8Array;
  length: number;
  readonly texts: Map<string, number>;
}
export const newWriter = (): Writer => ({ bytes: new Uint8Array(4096), length: 0, texts: new Map() });

/** A whole number from 0 up to `Number.MAX_SAFE_INTEGER`. */
export function put(writer: Writer, value: number): void {
  if (writer.length + 8 > writer.bytes.length) grow(writer, 8);
  let rest = value;
  while (rest > 0x7f) {
    writer.bytes[writer.length++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  writer.bytes[writer.length++] = rest;
}
export function putFloat(writer: Writer, value: number): void {
  grow(writer, 8);
  new DataView(writer.bytes.buffer).setFloat64(writer.length, value);
  writer.length += 8;
}
/** Its number in the table of texts. */
export function putText(writer: Writer, text: string): void {
  let index = writer.texts.get(text);
  if (index === undefined) {
    index = writer.texts.size;
    writer.texts.set(text, index);
  }
  put(writer, index);
}
function grow(writer: Writer, more: number): void {
  if (writer.length + more <= writer.bytes.length) return;
  const bytes = new Uint8Array(2 * writer.bytes.length);
  bytes.set(writer.bytes);
  writer.bytes = bytes;
}

/** Checksum, number of bytes of numbers, the numbers, lengths of the texts, the texts. */
export function finish(writer: Writer): Uint8Array {
  const table = newWriter();
  const texts = [...writer.texts.keys()];
  put(table, texts.length);
  for (const it of texts) put(table, it.length);
  const all = texts.join('');
  // Half of a surrogate pair has no form in UTF-8.
  const wide = loneSurrogate.test(all);
  put(table, wide ? 1 : 0);
  const body = wide ? utf16(all) : new TextEncoder().encode(all);
  const head = newWriter();
  put(head, writer.length);
  const made = new Uint8Array(4 + head.length + writer.length + table.length + body.length);
  made.set(head.bytes.subarray(0, head.length), 4);
  made.set(writer.bytes.subarray(0, writer.length), 4 + head.length);
  made.set(table.bytes.subarray(0, table.length), 4 + head.length + writer.length);
  made.set(body, made.length - body.length);
  new DataView(made.buffer).setUint32(0, checksum(made.subarray(4)));
  return made;
}
const loneSurrogate = /[\ud800-\udfff]/u;

export interface Reader {
  readonly bytes: Uint8Array;
  at: number;
  /** Where the numbers end. */
  readonly end: number;
  readonly texts: readonly string[];
}
/** @throws RangeError for bytes that `finish` did not make. */
export function open(bytes: Uint8Array): Reader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint32(0) !== checksum(bytes.subarray(4))) throw damaged();
  const head = { bytes, at: 4, end: bytes.length, texts: [] };
  const length = take(head);
  const table = { bytes, at: head.at + length, end: bytes.length, texts: [] };
  const count = take(table);
  if (count > bytes.length) throw damaged();
  const lengths = Array.from({ length: count }, () => take(table));
  const wide = take(table) === 1;
  const body = bytes.subarray(table.at);
  const all = wide ? fromUtf16(body) : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  let from = 0;
  const texts = lengths.map((length) => {
    from += length;
    return all.slice(from - length, from);
  });
  if (from !== all.length) throw damaged();
  return { bytes, at: head.at, end: head.at + length, texts };
}
export function take(reader: Reader): number {
  const first = reader.bytes[reader.at++];
  if (first === undefined || reader.at > reader.end) throw damaged();
  if (first < 0x80) return first;
  let value = first & 0x7f;
  for (let scale = 0x80; ; scale *= 0x80) {
    const byte = reader.bytes[reader.at++];
    if (byte === undefined || scale > Number.MAX_SAFE_INTEGER) throw damaged();
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value;
  }
}
export function takeFloat(reader: Reader): number {
  const view = new DataView(reader.bytes.buffer, reader.bytes.byteOffset, reader.bytes.byteLength);
  const value = view.getFloat64(reader.at);
  reader.at += 8;
  return value;
}
export function takeText(reader: Reader): string {
  const text = reader.texts[take(reader)];
  if (text === undefined) throw damaged();
  return text;
}
export const damaged = (): RangeError => new RangeError('damaged');

/** Four bytes at a time: it is there for what goes wrong by accident. */
export function checksum(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let sum = 0x811c9dc5 ^ bytes.length;
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) {
    sum = Math.imul(sum ^ view.getUint32(at), 0x01000193);
    sum ^= sum >>> 15;
  }
  for (; at < bytes.length; at++) sum = Math.imul(sum ^ (bytes[at] as number), 0x01000193);
  return sum >>> 0;
}

function utf16(text: string): Uint8Array {
  const bytes = new Uint8Array(2 * text.length);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < text.length; at++) view.setUint16(2 * at, text.charCodeAt(at));
  return bytes;
}
function fromUtf16(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const units: string[] = [];
  for (let at = 0; at + 2 <= bytes.length; at += 2) units.push(String.fromCharCode(view.getUint16(at)));
  return units.join('');
}
