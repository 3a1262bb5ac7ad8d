// What a terminal shows while it waits, and whether it gets colors.
import type { Output, Terminal } from './terminal.js';

export interface Progress {
  at(done: number, all: number): void;
  /** Clears the line. */
  done(): void;
}
/** Milliseconds before anything is shown, and between two changes of it. */
const patience = 300;
const pause = 80;

/** Silent unless a person watches stderr. */
export function progressOn({ stderr, env }: Terminal, quiet: boolean): Progress {
  if (stderr.isTTY !== true || quiet || env.CI) return { at: () => {}, done: () => {} };
  let next = performance.now() + patience;
  let visible = false;
  return {
    at(done, all) {
      const now = performance.now();
      if (now < next) return;
      next = now + pause;
      visible = true;
      stderr.write(`\r\u001b[K${done}/${all} files`);
    },
    done() {
      if (visible) stderr.write('\r\u001b[K');
    },
  };
}

/** `--color`, else `NO_COLOR`, else `FORCE_COLOR`, else whether a person watches. */
export function useColor({ env }: Terminal, when: 'auto' | 'always' | 'never', output: Output | undefined): boolean {
  if (when !== 'auto') return when === 'always' && output !== undefined;
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0' && output !== undefined;
  return output?.isTTY === true;
}
