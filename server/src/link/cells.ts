// Answers that know who read them: when one changes, its readers are worked out again, and nothing else.
import { limits } from '../limits.js';
import { type Cell, type Cells, enqueue, nobody, type Queue, type Stratum } from './cell.js';

export type { Asked, Cell, Cells, Hooks } from './cell.js';
export { enqueue, newCell, newCells, newInput } from './cell.js';

/** What may still be done in one go: the core has no clock, so whoever calls it brings one. */
export interface Budget {
  spent(): boolean;
}

/** The answer, worked out first where need be. The cell that is running now will run again when it changes. */
export function read<T>(cells: Cells, cell: Cell<T>): T {
  const reader = cells.stack.at(-1);
  if (cell.state === 'new' || cell.state === 'dirty') {
    if (cells.stack.length >= limits.questions) defer(cells, cell);
    else run(cells, cell);
  } else if (cell.state === 'running') enclose(cells, cell);
  if (!reader) {
    settle(cells);
    // Nobody reads it, so the queue may have left it as it is.
    for (let again = 0; (cell.state as string) === 'dirty' && again < limits.circleRuns; again++) {
      run(cells, cell);
      settle(cells);
    }
    return cell.value;
  }
  if (cell.users[cell.users.length - 1] !== reader) cell.users = withUser(cell.users, reader);
  if (cell.rank >= reader.rank && (cell.circle === null || cell.circle !== reader.circle)) reader.rank = cell.rank + 1;
  reader.passed ||= cell.passed || cell.state !== 'clean';
  return cell.value;
}

/** Most have one or two: a list that is written out takes no more room than it needs, and one that is pushed to has seventeen places. */
function withUser(users: readonly Cell<unknown>[], reader: Cell<unknown>): readonly Cell<unknown>[] {
  if (users.length === 0) return [reader];
  const first = users[0] as Cell<unknown>;
  if (users.length === 1) return [first, reader];
  if (users.length === 2) return [first, users[1] as Cell<unknown>, reader];
  (users as Cell<unknown>[]).push(reader);
  // What is seldom written is read by ever new readers: those that are gone would stay, and all they hold with them.
  const { length } = users;
  if (length <= 8 || (length & (length - 1)) !== 0) return users;
  return (length > 64 ? [...new Set(users)] : users).filter((it) => it.state !== 'dead');
}

/** Too deep to be worked out now: its reader goes on with the fallback, and runs again once this one has run. */
function defer<T>(cells: Cells, cell: Cell<T>): void {
  hit(cells, 'questions');
  cell.reentered = true;
  enqueue(cells, cell);
}

function run<T>(cells: Cells, cell: Cell<T>): void {
  const { work, asked } = cell;
  if (!work) return;
  const before = cell.value;
  const first = cell.state === 'new';
  if (cell.runs === 0) cells.ran.push(cell as Cell<unknown>);
  if (++cell.runs > limits.circleRuns) {
    hit(cells, 'circleRuns');
    cell.state = 'clean';
    cell.value = asked.fallback;
    if (!asked.same(before, asked.fallback)) flush(cells, cell);
    cell.hooks?.done?.(cell.value);
    return;
  }
  cells.counts.set(asked.kind, (cells.counts.get(asked.kind) ?? 0) + 1);
  const { emptied, rank } = cell;
  cell.state = 'running';
  cell.emptied = false;
  cell.again = false;
  cell.passed = false;
  cells.stack.push(cell as Cell<unknown>);
  let found = asked.fallback;
  let provisional = found;
  try {
    found = asked.join && cell.runs > limits.restless ? heldTo(cells, cell, asked.join, work()) : work();
  } finally {
    cells.stack.pop();
    provisional = cell.value;
    cell.value = found;
    cell.state = 'clean';
  }
  const changed = (cell.reentered && !asked.same(provisional, found)) || (!first && !asked.same(before, found));
  if (!first && !changed) cell.value = before; // readers keep what they hold
  cell.reentered = false;
  if (cell.rank > rank && encloseAbove(cells, cell as Cell<unknown>)) return;
  if (changed) flush(cells, cell);
  if (cell.again) soil(cells, cell as Cell<unknown>);
  if (first || changed || emptied) cell.hooks?.done?.(cell.value);
}

/**
 * Of a cell that has run too often, all that it has said since. For as many runs again that is only noted, so that the circle has gone
 * round before one of its cells is held to it.
 */
function heldTo<T>(cells: Cells, cell: Cell<T>, join: (a: T, b: T) => T, found: T): T {
  const said = cells.said as Map<unknown, unknown>;
  const all = said.has(cell) ? join(said.get(cell) as T, found) : found;
  said.set(cell, all);
  if (cell.runs <= 2 * limits.restless) return found;
  if (cell.runs === 2 * limits.restless + 1) hit(cells, 'restless');
  cells.held = true;
  return all;
}
/**
 * Once some cells of a circle are held, the others rest where they just were: they are held as well. Where none had to be, all have come
 * to rest by themselves, however long it took. True when one changed.
 */
function holdAll(cells: Cells): boolean {
  let changed = false;
  for (const [cell, all] of cells.held ? cells.said : []) {
    cell.runs = Math.max(cell.runs, 2 * limits.restless + 1);
    if (cell.state === 'dead' || cell.asked.same(cell.value, all)) continue;
    changed = true;
    cell.value = all;
    flush(cells, cell);
    cell.hooks?.done?.(all);
  }
  cells.held = false;
  return changed;
}

/** Gives an input a new value. */
export function write<T>(cells: Cells, cell: Cell<T>, value: T): void {
  const same = cell.asked.same(cell.value, value);
  cell.value = value;
  if (!same) flush(cells, cell);
}
/** Its readers have to look again. */
export function flush<T>(cells: Cells, cell: Cell<T>): void {
  const { users } = cell;
  if (users.length === 0) return;
  cell.users = nobody;
  for (const it of users) {
    if (it.circle && it.circle !== cell.circle) reset(cells, it.circle);
    soil(cells, it);
  }
}
function soil(cells: Cells, cell: Cell<unknown>): void {
  if (cell.state === 'running') cell.again = true;
  if (cell.state !== 'clean' || !cell.work) return;
  cell.state = 'dirty';
  enqueue(cells, cell);
}
/** It will never be read again, as what it speaks about is gone. */
export function kill<T>(cells: Cells, cell: Cell<T>): void {
  if (cell.state === 'dead') return;
  cell.state = 'dead';
  cell.circle?.delete(cell as Cell<unknown>);
  flush(cells, cell);
}

/**
 * The running cells from this one to the top of the stack depend on each other. They run until they are at rest, each from where it was:
 * answers only grow then, so where they come to rest does not depend on who was asked first.
 */
function enclose<T>(cells: Cells, cell: Cell<T>): void {
  cell.reentered = true;
  if (!cell.circle) cell.value = cell.asked.fallback; // what it was before it depended on itself must not hold it up now
  const from = cells.stack.lastIndexOf(cell as Cell<unknown>);
  if (from >= 0) unite(cells.stack.slice(from));
}
function unite(all: readonly Cell<unknown>[]): ReadonlySet<Cell<unknown>> {
  const circle = new Set<Cell<unknown>>();
  for (const it of all) for (const other of it.circle ?? [it]) circle.add(other);
  for (const it of circle) it.circle = circle;
  return circle;
}
/**
 * What a cell has just read may rest on the cell itself, by an answer from before that was not asked again: the two would hold each
 * other up. Ranks tell: those above it are raised, and where that comes round to the cell there is a circle, which starts afresh. True
 * when it does.
 */
function encloseAbove(cells: Cells, cell: Cell<unknown>): boolean {
  const below = new Map<Cell<unknown>, Cell<unknown>>();
  const open = [cell];
  let steps = 0;
  for (let at = open.pop(); at; at = open.pop()) {
    for (const user of at.users) {
      if (user.state === 'dead' || (user.circle !== null && user.circle === at.circle)) continue;
      if (user === cell || (user.circle !== null && user.circle === cell.circle)) {
        const path = [user];
        for (let it: Cell<unknown> | undefined = at; it; it = it === cell ? undefined : below.get(it)) path.push(it);
        startAfresh(cells, unite(path));
        return true;
      }
      if (user.rank > at.rank) continue;
      if (++steps > limits.circleSteps) {
        hit(cells, 'circleSteps');
        return false;
      }
      user.rank = at.rank + 1;
      // The first way there: a later one may come over a circle that the cell is no part of, and would never lead back to it.
      if (!below.has(user)) below.set(user, at);
      open.push(user);
    }
  }
  return false;
}
/** Puts two cells and all between them in one circle, where the second rests on the first; the search ends after a while. */
export function uniteIfReached(cells: Cells, from: Cell<unknown>, to: Cell<unknown>): void {
  if (from.circle !== null && from.circle === to.circle) return;
  const before = new Map<Cell<unknown>, Cell<unknown> | null>([[from, null]]);
  for (const it of before.keys()) {
    if (it === to) {
      const path: Cell<unknown>[] = [];
      for (let at: Cell<unknown> | null | undefined = it; at; at = before.get(at)) path.push(at);
      unite(path);
      return;
    }
    if (before.size > limits.circleSearch) return hit(cells, 'circleSearch');
    for (const user of it.users) {
      // Outside of circles ranks only rise on the way.
      if (user.state === 'dead' || before.has(user) || (user !== to && user.circle === null && user.rank >= to.rank)) continue;
      before.set(user, it);
    }
  }
}
/** Something outside changed that a circle rests on. Its members could hold each other up, so all of them start afresh. */
function reset(cells: Cells, circle: ReadonlySet<Cell<unknown>>): void {
  for (const it of circle) it.circle = null;
  startAfresh(cells, circle);
}
function startAfresh(cells: Cells, circle: ReadonlySet<Cell<unknown>>): void {
  for (const it of circle) {
    it.hooks?.empty?.();
    if (it.state !== 'clean' || !it.work) continue;
    it.state = 'dirty';
    enqueue(cells, it);
    it.value = it.asked.fallback;
    it.emptied = true;
  }
  for (const it of circle) flush(cells, it);
}

/** Runs what is dirty until nothing is, or the budget is spent: then it goes on from there the next time. */
export function settle(cells: Cells, budget?: Budget): 'done' | 'more' {
  if (cells.settling || cells.stack.length > 0) return 'more';
  cells.settling = true;
  let done = false;
  try {
    for (;;) {
      const cell = next(cells);
      if (!cell) break;
      if (budget?.spent()) {
        cells.queues[cell.asked.stratum ?? 1].at--;
        return 'more';
      }
      if (cell.state === 'new' || cell.users.length > 0 || cell.hooks?.wanted || cell.hooks?.done) run(cells, cell);
    }
    done = true;
    return 'done';
  } finally {
    if (done) rest(cells);
    cells.settling = false;
  }
}
/** The first in line of the lowest stratum where anything is dirty. */
function next(cells: Cells): Cell<unknown> | undefined {
  for (let stratum: Stratum = 0; ; ) {
    const cell = shift(cells.queues[stratum]);
    if (cell) {
      if (stratum > 0) cells.rounds = 0;
      return cell;
    }
    if (cells.held && holdAll(cells)) stratum = 0;
    else if (cells.rounds <= limits.settleRounds && cells.more(stratum)) {
      if (++cells.rounds > limits.settleRounds) hit(cells, 'settleRounds');
      stratum = 0;
    } else if (stratum === 2) return undefined;
    else stratum = (stratum + 1) as Stratum;
  }
}
function shift(queue: Queue): Cell<unknown> | undefined {
  for (; queue.at < queue.cells.length; ) {
    const cell = queue.cells[queue.at++] as Cell<unknown>;
    if (cell.state === 'new' || cell.state === 'dirty') return cell;
  }
  queue.cells.length = 0;
  queue.at = 0;
  return undefined;
}
function rest(cells: Cells): void {
  for (const it of cells.ran) it.runs = 0;
  cells.ran.length = 0;
  cells.said.clear();
  cells.held = false;
  cells.rounds = 0;
}

export function hit(cells: Cells, bound: string): void {
  cells.hits.set(bound, (cells.hits.get(bound) ?? 0) + 1);
}
/** Silence by uncertainty is counted. */
export function drop(cells: Cells, what: string, why: string): void {
  const reasons = cells.dropped.get(what) ?? new Map<string, number>();
  cells.dropped.set(what, reasons);
  reasons.set(why, (reasons.get(why) ?? 0) + 1);
}
