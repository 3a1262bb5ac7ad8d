// Who takes a lock: everywhere in the workspace, and below one function.
import type { Chunk, Fn, Lock, Subject, Witness } from '../model.js';
import type { Cell } from './cells.js';
import { takenBy } from './circles.js';
import { cellFor, type Linking } from './linking.js';
import { momentsIn } from './moments.js';
import { question } from './question.js';
import { heard, type Said, type Saying, tell } from './reverse.js';

type Acquire = Subject<'acquire'>;
type Sayings = readonly Said<string, Acquire>[];
const chunkAcquires = question<Chunk, Sayings>({
  kind: 'acquires',
  fallback: [],
  same: (a, b) => a.length === b.length && a.every((it, at) => it.to === b[at]?.to && it.what === b[at]?.what),
});
const acquiring: Saying<string, Acquire> = {
  kind: 'acquired',
  cell: (link, chunk) =>
    cellFor(link, chunkAcquires, chunk, chunk, () => acquiresIn(link, chunk), {
      wanted: true,
      done: (now) => tell(link, acquiring, chunk, now),
    }) as unknown as Cell<unknown>,
};
function acquiresIn(link: Linking, chunk: Chunk): Sayings {
  return momentsIn(link, chunk).flatMap((it) => (it.kind === 'acquire' ? [{ to: it.lock.id, what: it }] : []));
}
/** Every place that takes the lock, in the order of files and positions. */
export function acquirersOf(link: Linking, lock: Lock): readonly Acquire[] {
  return [...heard(link, acquiring, lock.id)].sort((a, b) => {
    const [x, y] = [a.in.chunk, b.in.chunk];
    if (x.file !== y.file) return x.file < y.file ? -1 : 1;
    return x.order - y.order || a.span.start - b.span.start;
  });
}

/** How a run of the function comes to take the lock; undefined where it does not, or gives up after a time. */
export function needsLock(link: Linking, fn: Fn, lock: Lock): Witness | undefined {
  const found = takenBy(link, fn).find((it) => it.lock.id === lock.id && it.lock.exact && !it.bounded);
  const [first, ...rest] = found?.steps ?? [];
  return first && [first, ...rest];
}
