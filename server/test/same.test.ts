// The short way gives the answers of the long one: facts after an edit are those of a scan, alarms behind the filter those of all files.
import { beforeAll, describe, expect, it } from 'vitest';
import { rescanChunk } from '../src/facts/rescan.js';
import { scan } from '../src/facts/scan.js';
import { libraries } from '../src/knowledge/libraries.js';
import type { Parser } from '../src/syntax/load.js';
import { concerns } from '../src/syntax/prefilter.js';
import { filtered, rescans } from './compare.js';
import { sampled } from './fast.js';
import { installedParser } from './installed-parser.js';
import { fixtureProjects, fixtureTexts, libraryTexts, memoryHost } from './sources.js';

let parser: Parser;
beforeAll(async () => {
  parser = await installedParser();
});

describe('facts after an edit are those of a scan from scratch', () => {
  const all = (texts: readonly string[], edits: number): { extracted: number; chunks: number; alone: number } => {
    const sum = { extracted: 0, chunks: 0, alone: 0 };
    for (const [at, text] of texts.entries()) {
      const { wrong, extracted, chunks, alone } = rescans(parser, text, edits, at);
      expect(wrong).toBeUndefined();
      sum.extracted += extracted;
      sum.chunks += chunks;
      sum.alone += alone;
    }
    return sum;
  };

  it('in the files of the fixtures', () => {
    all(sampled(fixtureTexts(), 8), 1);
  });

  it('where a line moves into the function above it, which had no body', () => {
    const before =
      'class A:\n    def f(self):\n        # says more\n    item = None\n        try:\n            pass\n        finally:\n            pass\n        return item\n\n    def g(self):\n        return 1\n';
    const after = before.replace('    item', '        item');
    const known = scan(parser, before);
    const found = rescanChunk(parser, known, before, after);
    expect(found?.scanned ?? scan(parser, after)).toEqual(scan(parser, after));
  });

  it('in every fortieth module of the standard library, where most chunks keep their facts', () => {
    const texts = sampled(
      [...libraryTexts().values()].filter((_, at) => at % 40 === 0),
      5,
    );
    const { extracted, chunks, alone } = all(texts, 2);
    expect(extracted).toBeLessThanOrEqual(chunks / 2);
    expect(alone).toBeGreaterThan(texts.length / 2);
  });
});

describe('alarms behind the filter are those of all files', () => {
  it('in every project of the fixtures that has a file for it to leave out', async () => {
    const wrong: string[] = [];
    let alarms = 0;
    for (const [name, texts] of fixtureProjects()) {
      if ([...texts.values()].every(concerns)) continue;
      const { lost, gained, alarms: count } = await filtered(memoryHost(texts), parser, '.');
      alarms += count;
      wrong.push(...lost.map((it) => `${name}: lost ${it}`), ...gained.map((it) => `${name}: gained ${it}`));
    }
    expect(alarms).toBeGreaterThan(10);
    expect(wrong).toEqual([]);
  });
});

describe('what the filter still costs', () => {
  // Fails the day it changes: then the alarm is no longer lost, and "Not yet" in docs/architecture.md has one entry less.
  it('a function that a file without a word of ours gives to a pool elsewhere', async () => {
    const texts = new Map([
      [
        'worker.py',
        'from concurrent.futures import ThreadPoolExecutor\n\n\ndef run_all(job):\n    with ThreadPoolExecutor(max_workers=4) as pool:\n        return list(pool.map(job, [9_000_000] * 4))\n',
      ],
      [
        'app.py',
        'from worker import run_all\n\n\ndef total(limit):\n    result = 0\n    for i in range(limit):\n        result += i * i % 7\n    return result\n\n\nrun_all(total)\n',
      ],
    ]);
    const { lost, gained } = await filtered(memoryHost(texts), parser, '.');
    expect(lost).toEqual([expect.stringMatching(/^worker\.py:\d+ cpu-bound-thread-pool /)]);
    expect(gained).toEqual([]);
  });
});

describe('the filter', () => {
  it('knows every library that calls what it is given, or makes what runners share', () => {
    const telling = ['acquires', 'assigned', 'belongs', 'decorates', 'is', 'pool', 'registers', 'runs', 'spawns'];
    const says = (entry: object): boolean => telling.some((key) => key in entry);
    const unknown = libraries.flatMap(({ apis }) =>
      Object.entries(apis).flatMap(([name, it]) => (says(it) && !concerns(`import ${name}\n`) ? [name] : [])),
    );
    expect(unknown.map((it) => `syntax/prefilter.ts lacks \`${it}\``)).toEqual([]);
  });

  it('knows their forms, and leaves out what has none', () => {
    const lines = ['from concurrent import futures as cf', 'import concurrent.futures', 'x = ThreadPoolExecutor()', 'async def f(): pass'];
    expect(lines.filter((it) => !concerns(it))).toEqual([]);
    expect(['import os\nx = os.getcwd()\n', 'def run(): return thread_count\n', ''].filter(concerns)).toEqual([]);
  });
});
