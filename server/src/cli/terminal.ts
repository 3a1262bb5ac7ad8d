// What a command is given of the process it runs in, so that tests can hand it something else.
import type { Host } from '../project/host.js';
import type { PrepareAll } from '../project/prepare.js';
import type { Parser } from '../syntax/load.js';

export interface Output {
  write(text: string | Uint8Array): unknown;
  readonly isTTY?: boolean;
  /** Width of the terminal. */
  readonly columns?: number;
}
export interface Terminal {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
  /** All of the standard input. */
  stdin(): Promise<Uint8Array>;
  /** Files are called by their paths below `cwd`. */
  readonly host: Host;
  parser(): Promise<Parser>;
  /** Threads that read and scan; undefined where there are none. */
  pool?(parser: Parser, jobs: number | undefined): PrepareAll | undefined;
  /** Writes a file that was named as an output, at once or not at all. */
  save(path: string, text: string): Promise<void>;
  /** Does work that an interrupt waits for. */
  whole?<T>(work: () => Promise<T>): Promise<T>;
  /** Batches of files that changed below folders; undefined where nobody can watch. */
  changes?(folders: readonly string[]): AsyncIterable<readonly string[]>;
  /** Runs the language server until its client leaves. */
  serve?(): Promise<void>;
  /** What `debug-info` says about the platform. */
  readonly platform?: Readonly<Record<string, string>>;
}

/** The exit codes that scripts rely on. */
export const exit = { fine: 0, findings: 1, failed: 2, interrupted: 130 } as const;

/** Wrong usage, bad configuration, or a path that does not exist: said on stderr, and the exit code is 2. */
export class Refusal extends Error {}
