// Threads that read and scan files beside the main thread, which takes part.
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { unpackFacts } from '../facts/unpack.js';
import { mostBytes, type PrepareAll, type Prepared, prepare, type ScannedSource } from '../project/prepare.js';
import type { Parser } from '../syntax/load.js';
import { type Naming, readFile } from './node.js';

/** Files that a thread takes at once. */
export const batchSize = 8;
/** Starting a thread costs more than it saves below this many files. */
const fewFiles = 300;
const mostThreads = 8;

/** What a worker is told, once. */
export interface Job {
  readonly paths: readonly string[];
  /** Indices of the files that are read whatever the filter says. */
  readonly whole: ReadonlySet<number>;
  /** Index of the next file that nobody has taken; shared memory. */
  readonly next: Int32Array;
  readonly runtime: Uint8Array;
  readonly grammar: Uint8Array;
}
/** What a worker answers, batch by batch. Facts are packed: their bytes change hands, and a copy of the objects would cost more. */
export interface Batch {
  readonly from: number;
  readonly prepared: Sent[];
}
export type Sent =
  | Exclude<Prepared, { readonly is: 'scanned' }>
  | (Omit<ScannedSource, 'is' | 'scanned'> & { readonly is: 'packed'; readonly packed: Uint8Array });
/** undefined where the bytes were damaged on the way. */
function received(it: Sent): Prepared | undefined {
  if (it.is !== 'packed') return it;
  const scanned = unpackFacts(it.packed);
  return scanned && { ...it, is: 'scanned', scanned };
}
export interface PoolOptions {
  readonly naming: Naming;
  readonly parser: Parser;
  /** Path of `worker.js`, and the bytes of the two wasm files. */
  readonly workerFile: string;
  readonly runtime: Uint8Array;
  readonly grammar: Uint8Array;
  /** Threads in all; by default as many as the machine has to offer. */
  readonly jobs?: number;
  /** From how many files on threads are started. */
  readonly from?: number;
}

export function pooled({ naming, parser, workerFile, runtime, grammar, jobs, from: least = fewFiles }: PoolOptions): PrepareAll {
  return async (files, { whole, done, cancelled }) => {
    const threads =
      files.length < least ? 1 : Math.min(jobs ?? Math.min(availableParallelism(), mostThreads), Math.ceil(files.length / batchSize));
    const paths = files.map(naming.toPath);
    const next = new Int32Array(new SharedArrayBuffer(4));
    const indices = new Set(files.flatMap((file, at) => (whole(file) ? [at] : [])));
    const settled = new Uint8Array(files.length);
    const settle = (at: number, prepared: Prepared | undefined) => {
      if (settled[at] === 1 || prepared === undefined) return;
      settled[at] = 1;
      done(files[at]!, prepared);
    };
    const job: Job = { paths, whole: indices, next, runtime, grammar };
    const workers = Array.from({ length: threads - 1 }, () => start(workerFile, job, settle));
    const take = async (at: number) => {
      const file = paths[at]!;
      settle(at, prepare(parser, file, await readFile(file, mostBytes(file)), indices.has(at)));
    };
    for (;;) {
      if (cancelled?.()) Atomics.store(next, 0, files.length);
      const from = Atomics.add(next, 0, batchSize);
      if (from >= files.length) break;
      for (let at = from; at < Math.min(from + batchSize, files.length); at++) await take(at);
      // The answers of the workers come in between.
      await setImmediate();
    }
    await Promise.all(workers);
    if (cancelled?.()) return;
    // What a worker took and did not answer, because it broke, is done here.
    for (let at = 0; at < files.length; at++) if (settled[at] === 0) await take(at);
  };
}

/** Resolves when the worker has ended, however that came about. */
function start(workerFile: string, job: Job, settle: (at: number, prepared: Prepared | undefined) => void): Promise<void> {
  return new Promise((resolve) => {
    const worker = new Worker(workerFile, { stdout: true, stderr: true });
    worker.on('message', ({ from, prepared }: Batch) => {
      for (const [index, it] of prepared.entries()) settle(from + index, received(it));
    });
    worker.on('error', () => resolve());
    worker.on('exit', () => resolve());
    worker.postMessage(job);
  });
}
