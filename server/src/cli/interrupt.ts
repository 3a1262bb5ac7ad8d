// An interrupt ends the command at once, but for what is being written: files that change together change all or not at all.

export interface Interrupt {
  /** Work that an interrupt waits for. */
  whole<T>(work: () => Promise<T>): Promise<T>;
  /** There was one; the second waits for nothing. */
  heard(): void;
}

export function interruptWith(end: () => void): Interrupt {
  let writing = 0;
  let asked = false;
  return {
    async whole(work) {
      writing++;
      try {
        return await work();
      } finally {
        writing--;
        if (asked && writing === 0) end();
      }
    },
    heard() {
      if (writing === 0 || asked) end();
      asked = true;
    },
  };
}
