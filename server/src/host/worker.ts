// One thread that reads and scans files: entry of `dist/worker.js`. It pulls batches from a counter that all threads share.
import { parentPort } from 'node:worker_threads';
import { pack } from '../facts/pack.js';
import { mostBytes, type Prepared, prepare } from '../project/prepare.js';
import { loadParser } from '../syntax/load.js';
import { readFile } from './node.js';
import { type Batch, batchSize, type Job, type Sent } from './pool.js';

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
      const file = paths[at]!;
      batch.prepared.push(sent(prepare(parser, file, await readFile(file, mostBytes(file)), whole.has(at))));
    }
    parentPort?.postMessage(
      batch,
      batch.prepared.flatMap((it) => (it.is === 'packed' ? [it.packed.buffer as ArrayBuffer] : [])),
    );
  }
  parentPort?.close();
}

function sent(it: Prepared): Sent {
  if (it.is !== 'scanned') return it;
  const { scanned, ...rest } = it;
  return { ...rest, is: 'packed', packed: pack(scanned) };
}
