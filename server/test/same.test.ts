// The short way gives the answers of the long one: facts after an edit are those of a scan, alarms behind the filter those of all files.
import { beforeAll, describe, expect, it } from 'vitest';
import { rescanChunk } from '../src/facts/rescan.js';
import { scan } from '../src/facts/scan.js';
import { libraries } from '../src/knowledge/libraries.js';
import type { Parser } from '../src/syntax/load.js';
import { concerns, mentions } from '../src/syntax/prefilter.js';
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

describe('what a file without a word of ours gives to', () => {
  const loop = 'def total(limit):\n    result = 0\n    for i in range(limit):\n        result += i * i % 7\n    return result\n';
  const alarmsOf = async (files: Readonly<Record<string, string>>): Promise<readonly string[]> => {
    const { lost, gained, behind } = await filtered(memoryHost(new Map(Object.entries(files))), parser, '.');
    expect([...lost, ...gained]).toEqual([]);
    return behind;
  };
  const worker =
    'from concurrent.futures import ThreadPoolExecutor\n\n\ndef run_all(job):\n    with ThreadPoolExecutor(max_workers=4) as pool:\n        return list(pool.map(job, [9_000_000] * 4))\n';

  it('a function that passes it on to a pool is seen', async () => {
    const app = `from worker import run_all\n\n\n${loop}\n\nrun_all(total)\n`;
    expect(await alarmsOf({ 'worker.py': worker, 'app.py': app })).toEqual([
      expect.stringMatching(/^worker\.py:\d+ cpu-bound-thread-pool /),
    ]);
  });
  it('one that a package hands on is seen', async () => {
    const app = `from tools import (\n    other,\n    run_all,\n)\n\n\n${loop}\n\nrun_all(total)\n`;
    const files = { 'tools/__init__.py': 'from .worker import run_all\n\nother = 1\n', 'tools/worker.py': worker, 'app.py': app };
    expect(await alarmsOf(files)).toEqual([expect.stringMatching(/^tools\/worker\.py:\d+ cpu-bound-thread-pool /)]);
  });
  it('an object that keeps it for its thread is seen, and a class of threads', async () => {
    const jobs =
      'import threading\n\n\nclass Job:\n    def __init__(self, work):\n        self.work = work\n\n    def start(self):\n        self.threads = [threading.Thread(target=self.work) for _ in range(4)]\n        for it in self.threads:\n            it.start()\n\n\nclass Base(threading.Thread):\n    pass\n';
    const body = '        result = 0\n        for i in range(30_000_000):\n            result += i * i % 7\n        print(result)\n';
    const app = `import jobs\n\n\ndef total():\n${body.replaceAll(/^ {4}/gm, '')}\n\njobs.Job(total).start()\n`;
    const more = `from jobs import Base\n\n\nclass Sum(Base):\n    def run(self):\n${body}\n\nfor it in [Sum() for _ in range(4)]:\n    it.start()\n`;
    expect(await alarmsOf({ 'jobs.py': jobs, 'app.py': app, 'more.py': more })).toEqual([
      expect.stringMatching(/^jobs\.py:\d+ cpu-bound-thread /),
      expect.stringMatching(/^more\.py:\d+ cpu-bound-thread /),
    ]);
  });
  it('is left out where it only has a name of its own that is alike', () => {
    const is = mentions([{ name: 'run_all', module: 'tools.worker' }]);
    expect(is('from tools import run_all\n')).toBe(true);
    expect(is('import tools.worker\n\ntools.worker.run_all(f)\n')).toBe(true);
    expect(is('from shop import run\n\nrun(all)\n')).toBe(false);
    expect(is('def run_all(job):\n    return job()\n')).toBe(false);
    expect(is('import worker\n')).toBe(false);
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

  it('reads where large arrays are, and not where numbers are small or nobody has arrays', () => {
    const sizes = ['1000000', '100_000', '1_000_000', '1e6', '2.5e+6', '10 ** 6'];
    expect(sizes.filter((it) => !concerns(`import numpy as np\na = np.arange(${it})\n`))).toEqual([]);
    expect(['1000', '10_000', '1e-6', '0.000001', '1e4'].filter((it) => concerns(`import numpy as np\na = np.arange(${it})\n`))).toEqual(
      [],
    );
    expect(concerns('a = range(1_000_000)\n')).toBe(false);
  });

  it('knows their forms, and leaves out what has none', () => {
    const lines = ['from concurrent import futures as cf', 'import concurrent.futures', 'x = ThreadPoolExecutor()', 'async def f(): pass'];
    expect(lines.filter((it) => !concerns(it))).toEqual([]);
    expect(['import os\nx = os.getcwd()\n', 'def run(): return thread_count\n', ''].filter(concerns)).toEqual([]);
  });
});
