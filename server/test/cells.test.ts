// Answers that know who read them, by themselves: what rests on what may change while it is worked out.
import { expect, it } from 'vitest';
import { limits } from '../src/limits.js';
import { type Cell, kill, newCell, newCells, newInput, read, settle, write } from '../src/link/cells.js';

it('finds a circle beside another one that nobody had the time to find', () => {
  const cells = newCells();
  const input = (): Cell<boolean> => newInput(false);
  const answer = (work: () => number): Cell<number> => newCell({ kind: 'answer', fallback: 0, same: Object.is }, work, { wanted: true });
  const [turned, closed] = [input(), input()];
  const low: Cell<number> = answer(() => (read(cells, closed) ? Math.min(read(cells, high), 3) : 0));
  const middle: Cell<number> = answer(() => Math.min(read(cells, low), read(cells, turned) ? 9 : read(cells, high)));
  const high: Cell<number> = answer(() => (read(cells, turned) ? read(cells, middle) : 0));
  const readers = Array.from({ length: limits.circleSteps + 1 }, () => answer(() => read(cells, high)));
  for (const one of [...readers, middle]) expect(read(cells, one)).toBe(0);

  // `middle` no longer reads `high`, which now rests on it and still takes it for a reader: the search ends before it comes to that.
  write(cells, turned, true);
  settle(cells);
  expect(cells.hits.get('circleSteps')).toBe(1);
  for (const one of readers) kill(cells, one);
  // Now `low` rests on itself.
  write(cells, closed, true);

  expect(settle(cells)).toBe('done');
  expect([low, middle, high].map((one) => [one.state, one.value])).toEqual(Array(3).fill(['clean', 0]));
});
