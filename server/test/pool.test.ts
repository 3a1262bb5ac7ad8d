// Threads that read and scan: the same answers as one thread, and no answer lost when a thread breaks.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unpackFacts } from '../src/facts/unpack.js';
import { namesBelow } from '../src/host/node.js';
import { pooled } from '../src/host/pool.js';
import type { Prepared } from '../src/project/prepare.js';
import { type Scratch, scratch, testParser } from './terminal.js';

const root = join(import.meta.dirname, '../..');
const names = Array.from({ length: 60 }, (_, at) => `m${at}.py`);
let at: Scratch;
let workerFile = '';

beforeAll(async () => {
  at = scratch(
    Object.fromEntries([
      ...names.map((name, index) => [name, index % 3 === 0 ? `x = ${index}\n` : `import asyncio\n\n\nasync def f${index}():\n    pass\n`]),
      ['latin.py', Buffer.from('# \u00e9\n', 'latin1')],
      ['broken-worker.js', 'throw new Error("it breaks");\n'],
      [
        'quitting-worker.js',
        'require("node:worker_threads").parentPort.on("message", ({ next }) => { Atomics.add(next, 0, 8); process.exit(0); });\n',
      ],
    ]),
  );
  workerFile = join(at.folder, 'worker.js');
  await build({
    absWorkingDir: root,
    entryPoints: ['server/src/host/worker.ts'],
    outfile: workerFile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    alias: { 'web-tree-sitter': './node_modules/web-tree-sitter/web-tree-sitter.cjs' },
    logLevel: 'error',
  });
});
afterAll(() => at.remove());

async function prepareAll(worker: string, jobs: number, cancelled?: () => boolean): Promise<ReadonlyMap<string, Prepared>> {
  const wasm = (path: string) => readFileSync(join(root, 'node_modules', path));
  const run = pooled({
    naming: namesBelow(at.folder),
    parser: await testParser(),
    workerFile: worker,
    runtime: wasm('web-tree-sitter/web-tree-sitter.wasm'),
    grammar: wasm('tree-sitter-python/tree-sitter-python.wasm'),
    jobs,
    from: 0,
  });
  const found = new Map<string, Prepared>();
  await run([...names, 'latin.py', 'gone.py'], {
    whole: (file) => file === 'm0.py',
    done(file, prepared) {
      expect(found.has(file)).toBe(false);
      // Facts of a thread come with their bytes, to be kept without packing them again.
      if (prepared.is !== 'scanned' || prepared.packed === undefined) found.set(file, prepared);
      else {
        const { packed, ...rest } = prepared;
        expect(unpackFacts(packed)).toEqual(rest.scanned);
        found.set(file, rest);
      }
    },
    ...(cancelled === undefined ? {} : { cancelled }),
  });
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe('the pool', () => {
  it('answers with three threads as with one', async () => {
    const alone = await prepareAll(workerFile, 1);
    expect(alone.size).toBe(names.length + 2);
    expect(alone.get('m0.py')).toMatchObject({ is: 'scanned' });
    expect(alone.get('m3.py')).toEqual({ is: 'skipped' });
    expect(alone.get('latin.py')).toEqual({ is: 'failed', reason: 'not valid UTF-8', incomplete: false });
    expect(alone.get('gone.py')).toEqual({ is: 'failed', reason: 'does not exist', incomplete: true });
    expect(await prepareAll(workerFile, 3)).toEqual(alone);
  });

  it.each(['broken-worker.js', 'quitting-worker.js', 'no-worker.js'])('does the work itself where a thread cannot: %s', async (name) => {
    expect((await prepareAll(join(at.folder, name), 2)).size).toBe(names.length + 2);
  });

  it('stops when it is told to', async () => {
    expect((await prepareAll(workerFile, 1, () => true)).size).toBe(0);
  });
});
