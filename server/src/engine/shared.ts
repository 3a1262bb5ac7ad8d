// The memory that an alarm about sharing is about.
import type { Chunk, Span, Subject } from '../model.js';

/** Memory that runners share. */
export interface Shared {
  readonly id: string;
  /** For people: `Counter.value`. */
  readonly name: string;
  /** Where it gets its first value. */
  readonly born: { readonly file: string; readonly span: Span } | undefined;
}

/** `startOf` says where a chunk stands in its file. */
export function sharedBy(subject: Subject | undefined, startOf: (chunk: Chunk) => number): Shared | undefined {
  if (subject?.kind !== 'race' && subject?.kind !== 'gap') return undefined;
  const { id, name, part, born } = subject.place;
  const start = born ? startOf(born.in.chunk) : 0;
  const span = born && { start: start + born.span.start, end: start + born.span.end };
  return { id: `${id} ${part}`, name, born: born && span ? { file: born.in.chunk.file, span } : undefined };
}
