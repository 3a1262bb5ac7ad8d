// Work in slices: what happens often is done once it is quiet, and never in one go with the message that caused it.

/** The parts of a cancellation token that are asked here. */
export interface Token {
  readonly isCancellationRequested: boolean;
  onCancellationRequested(listener: () => void): { dispose(): void };
}

export interface Settling {
  /** Something changed that has not been worked off. */
  touch(): void;
  /** Settles when nothing is left to work off, or as soon as the token says that nobody waits any more. Never rejects. */
  settled(token?: Token): Promise<void>;
  /** Begins no further round. */
  stop(): void;
}

/** In milliseconds. */
export interface Delays {
  /** Without a change, before work begins. */
  readonly quiet: number;
  /** Until it begins even though changes keep coming. */
  readonly longest: number;
}

/** Milliseconds that a pause has to last at most, however long the work takes. */
const longestPause = 1_000;

/**
 * `work` does all there is to do; a change during it leads to another round. What it throws goes to `failed`, and nothing stops. Work that
 * took long waits for a longer pause the next time, so that it comes between two thoughts and not between two letters.
 */
export function createSettling(
  work: () => Promise<void>,
  failed: (error: unknown) => void,
  { quiet, longest }: Delays = { quiet: 30, longest: 300 },
): Settling {
  let changes = 0;
  let done = 0;
  let firstChange = 0;
  let lastChange = 0;
  let took = 0;
  let round: Promise<void> | undefined;
  let stopped = false;

  const run = async () => {
    while (done < changes && !stopped) {
      const more = Math.min(took, longestPause);
      const wait = Math.min(lastChange + Math.max(quiet, more), firstChange + longest + 2 * more) - Date.now();
      if (wait > 0) {
        await pause(wait);
        continue;
      }
      done = changes;
      const began = Date.now();
      await work().catch(failed);
      took = Date.now() - began;
    }
    round = undefined;
  };

  return {
    touch() {
      lastChange = Date.now();
      if (done === changes) firstChange = lastChange;
      changes++;
      round ??= run();
    },
    async settled(token) {
      do {
        if (round !== undefined) await (token ? orCancelled(round, token) : round);
        // A cancellation or a change that has arrived meanwhile is heard before an answer is computed.
        await pause(0);
      } while (round !== undefined && token?.isCancellationRequested !== true);
    },
    stop() {
      stopped = true;
    },
  };
}

/** Settles with the promise or when the request is cancelled, whichever comes first. */
export async function orCancelled<T>(promise: Promise<T>, token: Token): Promise<T | undefined> {
  let listener: { dispose(): void } | undefined;
  const cancelled = new Promise<undefined>((resolve) => {
    listener = token.onCancellationRequested(() => resolve(undefined));
  });
  try {
    return await Promise.race([promise, cancelled]);
  } finally {
    listener?.dispose();
  }
}

/** Milliseconds of work after which messages are looked at. */
export const slice = 15;

/** What may be done until the loop has to turn again. */
export interface Slice {
  spent(): boolean;
}
/** Takes steps of work until it is done or nobody waits any more; the loop turns between two. */
export async function bySlices(step: (budget: Slice) => 'done' | 'more', cancelled: () => boolean): Promise<void> {
  for (;;) {
    const began = performance.now();
    if (step({ spent: () => performance.now() - began >= slice }) === 'done' || cancelled()) return;
    await pause(0);
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
