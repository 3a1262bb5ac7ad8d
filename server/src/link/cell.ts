// What an answer is, and the answers of one link together; how they are kept true is in `cells.ts`.

/** What all cells of one kind have in common. */
export interface Asked<T> {
  /** What it is called when counted. */
  readonly kind: string;
  /** What is read while the answer is under way, and where a bound is hit. */
  readonly fallback: T;
  readonly same: (a: T, b: T) => boolean;
  /**
   * Both answers in one. A circle that has no rest, as what it says takes away what it says that from, comes to rest where it says all
   * of it; without this it is given up.
   */
  readonly join?: (a: T, b: T) => T;
  /** 1 where it is left out. */
  readonly stratum?: Stratum;
}
/** What few cells have. */
export interface Hooks<T> {
  /** Worked out again as soon as it is dirty, even if nobody reads it. */
  readonly wanted?: true;
  /** Told when a new answer stands. */
  readonly done?: (value: T) => void;
  /** Of an input that others fill: takes it back until everything that rests on it has been worked out without it. */
  readonly empty?: () => void;
}
/**
 * One answer. An input has no `work`: it changes by `write`. Everything else is worked out when first read, and again when something it
 * read has changed; a new answer that is the `same` as the old one stops the wave. There are a million of them, so what they have in
 * common is kept once.
 */
export interface Cell<T> {
  readonly asked: Asked<T>;
  value: T;
  state: 'new' | 'clean' | 'dirty' | 'running' | 'dead';
  /** Who read it since it last changed. Some may have forgotten why: a needless recomputation ends at an equal answer. */
  users: readonly Cell<unknown>[];
  readonly work: (() => T) | null;
  readonly hooks: Hooks<T> | null;
  /** It was read while it was running: it depends on itself. */
  reentered: boolean;
  /** Changed below it while it was running. */
  again: boolean;
  /** Its last answer was taken away, so the next one is news in any case. */
  emptied: boolean;
  /** How often it ran since the last time everything was settled. */
  runs: number;
  /** Cells that depend on each other in a circle, itself included; null outside of one. */
  circle: Set<Cell<unknown>> | null;
  /** Above that of everything it read, outside of its circle: so what is below cannot depend on it. */
  rank: number;
  /** Rests on what callers pass. */
  passed: boolean;
}

/**
 * What is dirty in one stratum waits until those below are at rest, so it runs once and not with every change there. 0 is what names and
 * values mean, where circles are; 1 all that rests on it; 2 what nothing rests on. A cell that is read runs at once in any case.
 */
export type Stratum = 0 | 1 | 2;

/** The cells of one link, as far as they are under way. */
export interface Cells {
  readonly stack: Cell<unknown>[];
  /** By stratum. */
  readonly queues: readonly [Queue, Queue, Queue];
  /** How often the lowest was filled again since it was last left. */
  rounds: number;
  /** What cells without rest have said since everything was settled. */
  readonly said: Map<Cell<unknown>, unknown>;
  /** One of them had to be held to it since the lowest stratum was last at rest. */
  held: boolean;
  /** Ran since everything was settled. */
  readonly ran: Cell<unknown>[];
  settling: boolean;
  /** Called when nothing of this stratum and those below is dirty; true when it made something so. */
  more: (stratum: Stratum) => boolean;
  /** Cells that ran, by kind: the exact cost of an edit. */
  readonly counts: Map<string, number>;
  /** Bounds that were hit, by name. */
  readonly hits: Map<string, number>;
  /** What was left out because it is not certain, and how often, by kind and reason. */
  readonly dropped: Map<string, Map<string, number>>;
}

export interface Queue {
  readonly cells: Cell<unknown>[];
  /** How far it is worked off. */
  at: number;
}
const newQueue = (): Queue => ({ cells: [], at: 0 });
/** It will run when its turn comes. */
export const enqueue = <T>(cells: Cells, cell: Cell<T>): void => {
  cells.queues[cell.asked.stratum ?? 1].cells.push(cell as Cell<unknown>);
};

export const newCells = (): Cells => ({
  stack: [],
  queues: [newQueue(), newQueue(), newQueue()],
  rounds: 0,
  said: new Map(),
  held: false,
  ran: [],
  settling: false,
  more: () => false,
  counts: new Map(),
  hits: new Map(),
  dropped: new Map(),
});

/** The readers of a cell that nobody has read. */
export const nobody: readonly Cell<unknown>[] = [];
export const newCell = <T>(asked: Asked<T>, work: () => T, hooks: Hooks<T> | null = null): Cell<T> =>
  made(asked, asked.fallback, 'new', work, hooks);
/** One that changes by `write`. */
export const newInput = <T>(value: T, asked = given as Asked<T>, hooks: Hooks<T> | null = null): Cell<T> =>
  made(asked, value, 'clean', null, hooks);
const given: Asked<unknown> = { kind: 'input', fallback: undefined, same: Object.is };
function made<T>(asked: Asked<T>, value: T, state: 'new' | 'clean', work: (() => T) | null, hooks: Hooks<T> | null): Cell<T> {
  return {
    asked,
    value,
    state,
    users: nobody,
    work,
    hooks,
    reentered: false,
    again: false,
    emptied: false,
    runs: 0,
    circle: null,
    rank: 0,
    passed: false,
  };
}
