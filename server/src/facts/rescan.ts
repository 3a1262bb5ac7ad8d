// The facts of a text after an edit, from those before it: what the edit left alone keeps its facts.
import { type ChunkRange, chunksOf, outline, rangeIn } from '../syntax/chunks.js';
import type { Parser } from '../syntax/load.js';
import { commonEnd, commonStart, type OpenTree, parse } from '../syntax/parse.js';
import { brokenUpTo, extract } from './extract.js';
import { failureOf, hashOf, namer, type Scanned, type ScannedChunk } from './scan.js';

export interface Rescanned {
  readonly scanned: Scanned;
  /** Chunks whose facts were extracted again. */
  readonly extracted: number;
}
/**
 * The same answer as `scan` for the text of `tree`, from the facts of an earlier text of the same file: what stands before and after
 * the edit keeps its facts.
 */
export function rescan(old: Scanned, oldText: string, tree: OpenTree): Rescanned {
  const { text } = tree;
  const start = commonStart(oldText, text);
  const end = text.length - commonEnd(oldText, text, start);
  const before = new Map(old.chunks.map((it) => [it.start, it]));
  const shift = oldText.length - text.length;
  const whole = tree.broken ? tree.view() : undefined;
  const view = whole ?? tree.view(outline);
  const named = namer();
  let extracted = 0;
  const chunks = chunksOf(view).map((range): ScannedChunk => {
    const at = range.end < start ? range.start : range.start > end ? range.start + shift : -1;
    const known = at < 0 ? undefined : before.get(at);
    if (known && isSame(known, range) && !(whole && range.statements.some((it) => brokenUpTo(whole, it, range.end)))) {
      const id = named(known.id);
      return known.start === range.start && known.id === id ? known : { ...known, id, start: range.start, end: range.end };
    }
    extracted++;
    const inside = (_type: string, from: number, to: number): boolean => from < range.end && to > range.start;
    const full = whole ?? tree.view((type, from, to) => outline(type, from, to) || inside(type, from, to));
    const facts = extract(full, whole ? range : rangeIn(full, range));
    return { id: named(hashOf(text, range, facts)), start: range.start, end: range.end, part: range.part, facts };
  });
  return { scanned: { chunks, failure: whole ? failureOf(whole) : null }, extracted };
}

/** The chunks with one changed where it stands, by an edit that made it longer by `shift`. */
function replaced(old: Scanned, index: number, now: Pick<ScannedChunk, 'id' | 'facts'>, shift: number): readonly ScannedChunk[] {
  const known = old.chunks[index] as ScannedChunk;
  const own: ScannedChunk = { ...known, ...now, end: known.end + shift };
  const namesake = old.chunks.some((it) => it !== known && (it.id === own.id || it.id.startsWith(known.id)));
  return namesake || known.id.includes('.') ? renamed(old.chunks, index, own, shift) : moved(old.chunks, index, own, shift);
}
/** No other chunk has the text of the one that changed, before or after, so all ids stay. */
function moved(old: readonly ScannedChunk[], index: number, own: ScannedChunk, shift: number): readonly ScannedChunk[] {
  const chunks = [...old.slice(0, index), own];
  for (let at = index + 1; at < old.length; at++) {
    const { id, start, end, part, facts } = old[at] as ScannedChunk;
    chunks.push({ id, start: start + shift, end: end + shift, part, facts });
  }
  return chunks;
}
function renamed(old: readonly ScannedChunk[], index: number, own: ScannedChunk, shift: number): readonly ScannedChunk[] {
  const named = namer();
  return old.map((it, at): ScannedChunk => {
    const id = named(at === index ? own.id : it.id);
    const by = at <= index ? 0 : shift;
    if (at === index) return { ...own, id };
    return by === 0 && id === it.id ? it : { ...it, id, start: it.start + by, end: it.end + by };
  });
}

const isSame = (old: ScannedChunk, range: ChunkRange): boolean =>
  old.part === range.part && old.end - old.start === range.end - range.start && !old.facts.broken;

/**
 * The same answer, for an edit inside of one chunk, from a parse of that chunk and nothing else; undefined where the chunk cannot be read by
 * itself, and the file has to be.
 */
export function rescanChunk(parser: Parser, old: Scanned, oldText: string, text: string): Rescanned | undefined {
  if (old.failure !== null) return undefined;
  const start = commonStart(oldText, text);
  const end = oldText.length - commonEnd(oldText, text, start);
  const index = old.chunks.findIndex((it) => it.start < start && end <= it.end);
  const known = old.chunks[index];
  if (!known || known.part === 'header' || known.facts.broken) return undefined;
  const shift = text.length - oldText.length;
  const until = known.end + shift;
  if (!/^[ \t]*(?:\r?\n|$)/.test(text.slice(until, until + 200))) return undefined;
  const line = text.lastIndexOf('\n', known.start - 1) + 1;
  const indent = text.slice(line, known.start);
  const member = known.part === 'member';
  if (member ? !/^[ \t]+$/.test(indent) : indent !== '') return undefined;
  const head = member ? `class _:\n${indent}` : '';
  const own = head + text.slice(known.start, until);
  // What follows must not belong to it, whatever it has become.
  const next = /\s*\n([ \t]*)\S/y;
  next.lastIndex = until;
  if (own.endsWith('\\') || (next.exec(text)?.[1] ?? '').length > indent.length) return undefined;
  const tree = parse(parser, `${own}\n`);
  const ranges = tree.broken(0) ? [] : chunksOf(tree);
  const range = ranges.at(-1);
  if (!range || ranges.length !== (member ? 2 : 1) || range.part !== known.part || range.statements.length === 0) return undefined;
  if (range.start !== head.length || range.end !== own.length) return undefined;
  // How far in its first statement stands, and what is above it, decides to whom it belongs: an empty function before it may take it.
  if (known.start + tree.start(range.statements[0] as number) - head.length >= start) return undefined;
  const facts = extract(tree, range);
  return { scanned: { chunks: replaced(old, index, { id: hashOf(tree.text, range, facts), facts }, shift), failure: null }, extracted: 1 };
}
