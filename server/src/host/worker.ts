// One thread that reads and scans files: entry of `dist/worker.js`. It pulls batches from a counter that all threads share.
import { parentPort } from 'node:worker_threads';
import { mostBytes, prepare } from '../project/prepare.js';
import { loadParser } from '../syntax/load.js';
import { readFile } from './node.js';
import { type Batch, batchSize, type Job } from './pool.js';

/** Nothing runs before the job arrives. */
parentPort?.on('message', (job: Job) => {
  void work(job);
});

async function work({ paths, whole, next, runtime, grammar }: Job): Promise<void> {
  const parser = await loadParser(runtime, grammar);
  for (;;) {
    const from = Atomics.add(next, 0, batchSize);
    if (from >= paths.length) break;
    const batch: Batch = { from, prepared: [] };
    for (let at = from; at < Math.min(from + batchSize, paths.length); at++) {
      batch.prepared.push(prepare(parser, await readFile(paths[at]!, mostBytes), whole.has(at)));
    }
    parentPort?.postMessage(batch);
  }
  parentPort?.close();
}
