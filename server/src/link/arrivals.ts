// What travels into a parameter or a container, and from where: kept per source, so that what one call gives can be taken back.
import { limits } from '../limits.js';
import type { Subject } from '../model.js';
import { type Asked, type Cell, type Cells, flush, newInput, uniteIfReached } from './cells.js';
import { anything, betterBasis, keyOf, type Meaning, sameMeaning, sameMeanings } from './meanings.js';

/** Meanings by slot: a key of a dict, `''` elsewhere. */
export type Arrived = ReadonlyMap<string, readonly Meaning[]>;

/** One meaning that one event gives. */
export interface Gift {
  readonly to: Arrivals;
  readonly slot: string;
  readonly from: Subject;
  readonly meaning: Meaning;
  readonly key: string;
  /** It rests on what arrives in parameters itself, so it could hold itself up. */
  readonly passed: boolean;
}
interface Kind {
  readonly key: string;
  readonly slot: string;
  readonly gifts: Set<Gift>;
  best: Gift;
  /** Gifts that rest on no arrivals, and so cannot hold themselves up. */
  firm: number;
  /** Gifts that came since everything was at rest. */
  fresh: number;
}
export interface Arrivals {
  readonly cell: Cell<Arrived>;
  readonly kinds: Map<string, Kind>;
  /** Empty until everything that rests on it has forgotten what it gave. */
  held: boolean;
}
/** What one event gives. */
export interface Given {
  readonly to: Arrivals;
  readonly slot: string;
  readonly meaning: Meaning;
}

const none: Arrived = new Map();

const arriving: Asked<Arrived> = { kind: 'arrivals', fallback: none, same: (a, b) => sameArrived(a, b) };
export function newArrivals(losses: Losses): Arrivals {
  const empty = (): void => {
    made.held = true;
    made.cell.value = none;
    losses.held.add(made);
  };
  const made: Arrivals = {
    cell: newInput(none, arriving, { empty }),
    kinds: new Map(),
    held: false,
  };
  made.cell.passed = true;
  return made;
}
function sameArrived(a: Arrived, b: Arrived): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const [slot, list] of a) if (!sameMeanings(list, b.get(slot) ?? [])) return false;
  return true;
}

/** What is taken back when everything else has come to rest. */
export interface Losses {
  readonly all: Map<Arrivals, Set<Gift>>;
  readonly held: Set<Arrivals>;
  readonly fresh: Set<Kind>;
  /** Gifts that rest on arrivals, perhaps on those they go to; each with the cell that gives it. */
  readonly doubted: Map<Gift, Cell<unknown>>;
}
export const newLosses = (): Losses => ({ all: new Map(), held: new Set(), fresh: new Set(), doubted: new Map() });

export function give(cells: Cells, losses: Losses, { to, slot, meaning }: Given, from: Subject, passed: boolean): Gift {
  const key = `${slot}\0${keyOf(meaning)}`;
  const gift: Gift = { to, slot, from, meaning, key, passed };
  const kind = to.kinds.get(key);
  if (!kind) {
    to.kinds.set(key, { key, slot, gifts: new Set([gift]), best: gift, firm: passed ? 0 : 1, fresh: 0 });
    if (to.cell.value.get(slot) !== anything) renew(cells, to);
    return gift;
  }
  kind.gifts.add(gift);
  if (!passed) kind.firm++;
  kind.fresh++;
  losses.fresh.add(kind);
  if (!isBetter(gift, kind.best)) return gift;
  const same = sameMeaning(kind.best.meaning, gift.meaning);
  kind.best = gift;
  if (!same && to.cell.value.get(slot) !== anything) renew(cells, to);
  return gift;
}

/** The surest, and of equals the first of the workspace: so the order of arrival does not matter. */
function isBetter(a: Gift, b: Gift): boolean {
  const order = betterBasis(a.meaning.by, b.meaning.by);
  return order !== 0 ? order < 0 : isBefore(a.from, b.from);
}
export function isBefore(a: Subject, b: Subject): boolean {
  const [x, y] = [a.in.chunk, b.in.chunk];
  if (x.file !== y.file) return x.file < y.file;
  return x.order !== y.order ? x.order < y.order : a.span.start < b.span.start;
}

function renew(cells: Cells, to: Arrivals): void {
  const value = to.held ? none : arrived(to);
  if (sameArrived(to.cell.value, value)) return;
  to.cell.value = value;
  flush(cells, to.cell);
}
function arrived(to: Arrivals): Arrived {
  const slots = new Map<string, Gift[]>();
  for (const it of to.kinds.values()) {
    const known = slots.get(it.slot);
    if (known) known.push(it.best);
    else slots.set(it.slot, [it.best]);
  }
  const found = new Map<string, readonly Meaning[]>();
  for (const slot of [...slots.keys()].sort()) {
    const gifts = slots.get(slot) ?? [];
    const isMany = gifts.length > limits.alternatives || gifts.some((it) => it.meaning.is === 'anything');
    const sorted = isMany ? [] : gifts.sort((a, b) => (a.from === b.from ? 0 : isBefore(a.from, b.from) ? -1 : 1));
    found.set(slot, isMany ? anything : sorted.map((it) => it.meaning));
  }
  return found;
}

/** Notes what an event no longer gives; `applyLosses` takes it back. */
export function lose(losses: Losses, gift: Gift): void {
  const known = losses.all.get(gift.to) ?? new Set<Gift>();
  losses.all.set(gift.to, known);
  known.add(gift);
}

/**
 * Takes back what was noted. What is left of a kind may rest on itself alone: a recursive call hands on what it was handed. Such
 * arrivals are emptied first, and filled again when everything that rested on them has been worked out without them. True when
 * something changed.
 */
export function applyLosses(cells: Cells, losses: Losses): boolean {
  if (losses.all.size === 0) {
    for (const [gift, by] of losses.doubted) uniteIfReached(cells, gift.to.cell as unknown as Cell<unknown>, by);
    losses.doubted.clear();
    for (const it of losses.fresh) it.fresh = 0;
    losses.fresh.clear();
    if (losses.held.size === 0) return false;
    for (const it of losses.held) {
      it.held = false;
      renew(cells, it);
    }
    losses.held.clear();
    return true;
  }
  const all = [...losses.all];
  losses.all.clear();
  for (const [to, lost] of all) {
    const touched = new Map<Kind, { gone: number; firm: number }>();
    for (const gift of lost) {
      const kind = to.kinds.get(gift.key);
      if (!kind?.gifts.delete(gift)) continue;
      const known = touched.get(kind) ?? { gone: 0, firm: 0 };
      touched.set(kind, known);
      known.gone++;
      if (gift.passed) continue;
      known.firm++;
      kind.firm--;
    }
    for (const [kind, { gone, firm }] of touched) shrink(losses, to, kind, { gone, firm }, lost);
    renew(cells, to);
  }
  return true;
}

function shrink(losses: Losses, to: Arrivals, kind: Kind, { gone, firm }: { gone: number; firm: number }, lost: ReadonlySet<Gift>): void {
  const [first] = kind.gifts;
  if (!first) {
    to.kinds.delete(kind.key);
    return;
  }
  if (lost.has(kind.best)) {
    kind.best = first;
    for (const it of kind.gifts) if (isBetter(it, kind.best)) kind.best = it;
  }
  const replaced = firm === 0 && kind.fresh >= gone;
  if (replaced || kind.firm > 0 || to.held) return;
  to.held = true;
  losses.held.add(to);
}
