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

it.each(['one', 'other'] as const)('holds a circle without rest to all that it has said, asked for %s of its answers first', (first) => {
  const cells = newCells();
  const letters = { kind: 'letters', fallback: '', same: Object.is, join: (a: string, b: string) => [...new Set(a + b)].sort().join('') };
  // Each says something because of what the other one says, and the first takes it back once it is heard.
  const one: Cell<string> = newCell(letters, () => (read(cells, other).includes('x') ? '' : 'y'));
  const other: Cell<string> = newCell(letters, () => (read(cells, one).includes('y') ? 'x' : ''));

  for (const it of first === 'one' ? [one, other] : [other, one]) read(cells, it);

  expect([read(cells, one), read(cells, other)]).toEqual(['y', 'x']);
  expect([...cells.hits.keys()]).toEqual(['restless']);
});

it('works out what rests on a lower stratum once, however far down the change is', () => {
  const cells = newCells();
  const start = newInput(0);
  const low = { kind: 'low', fallback: 0, same: Object.is, stratum: 0 as const };
  const first: Cell<number> = newCell(low, () => read(cells, start) + 1);
  const second: Cell<number> = newCell(low, () => read(cells, first) + 1);
  // It hears of the change before it can see what becomes of it further up.
  const high: Cell<number> = newCell({ kind: 'high', fallback: 0, same: Object.is }, () => read(cells, start) + read(cells, second), {
    wanted: true,
  });
  read(cells, high);
  const before = cells.counts.get('high') ?? 0;

  write(cells, start, 9);
  settle(cells);

  expect([high.value, (cells.counts.get('high') ?? 0) - before]).toEqual([20, 1]);
});
