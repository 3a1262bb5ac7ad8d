// The engine answers like a fresh one over the same files, whatever was set, edited and dropped before, and survives any text.
import { beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../src/engine/engine.js';
import { type Knowledge, loadKnowledge } from '../src/knowledge/load.js';
import { runnersOf } from '../src/link/runners.js';
import type { Target } from '../src/model.js';
import type { Parser } from '../src/syntax/load.js';
import { edit, sequence, project as shop, sourceOf, type Texts } from './editing-project.js';
import { everything } from './everything.js';
import { sampled } from './fast.js';
import { installedParser } from './installed-parser.js';

const target: Target = {
  python: { from: 11, to: 11 },
  gil: 'on',
  start: 'any',
  origin: { python: 'test', gil: 'test', start: 'test' },
};
let parser: Parser;
let knowledge: Knowledge;
beforeAll(async () => {
  parser = await installedParser();
  knowledge = loadKnowledge(target);
});
const make = (): Engine => new Engine({ parser, target, knowledge });

const project: Readonly<Record<string, string>> = {
  'config.py': 'ROUNDS = 3_000_000\nTHREADS = 4\n',
  'work.py':
    'from config import ROUNDS\n\n\ndef crunch(seed):\n    total = seed\n    for i in range(ROUNDS):\n        total += i * i % 7\n    return total\n',
  'main.py':
    'from concurrent.futures import ThreadPoolExecutor\n\nfrom config import THREADS\nfrom work import crunch\n\n\ndef main():\n    with ThreadPoolExecutor(max_workers=THREADS) as pool:\n        return list(pool.map(crunch, range(4)))\n',
  'net.py': 'import requests\n\n\ndef load(url):\n    return requests.get(url, timeout=5).text\n',
  'service.py': 'from net import load\n\n\ndef fetch(url):\n    return load(url)\n',
  'api.py': 'import time\n\nfrom service import fetch\n\n\nasync def handler(url):\n    time.sleep(1)\n    return fetch(url)\n',
};
const moduleOf = (file: string): string => file.replace('.py', '');
function filled(texts: ReadonlyMap<string, string>): Engine {
  const engine = make();
  for (const [file, text] of texts) engine.set({ file, text, module: moduleOf(file), package: false });
  return engine;
}
describe('answers depend on the files alone', () => {
  it.each(sampled([1, 2, 3, 4, 5, 6], 6))('after a script of edits, breaking ones among them (%i)', (seed) => {
    const next = sequence(seed);
    const texts: Texts = new Map(Object.entries(shop));
    const fresh = (): Engine => {
      const engine = make();
      for (const [file, text] of texts) engine.set(sourceOf(file, text));
      return engine;
    };
    const engine = fresh();
    expect(new Set(engine.alarms().map((it) => it.rule)).size).toBeGreaterThan(3);
    const done: string[] = [];
    const compare = (): void => {
      const [now, from] = [everything(engine), everything(fresh())];
      // A difference of a few hundred kilobytes is told by its first line that differs, and by the edits that led to it.
      const at = now === from ? -1 : [...now].findIndex((it, index) => it !== from[index]);
      const told = (it: string): string => (at < 0 ? '' : it.slice(Math.max(0, at - 300), at + 300));
      expect({ done: at < 0 ? [] : done, says: told(now) }).toEqual({ done: [], says: told(from) });
    };
    for (let step = 0; step < 60; step++) {
      const before = new Map(texts);
      done.push(edit(texts, next));
      for (const [file, text] of texts) if (before.get(file) !== text) engine.set(sourceOf(file, text));
      for (const file of before.keys()) if (!texts.has(file)) engine.drop(file);
      if (step % 2 === 0) engine.alarms(Object.keys(shop)[step % 10]);
      if (step % 5 === 0) compare();
    }
    compare();
  });

  it.each([1, 40])('and are the same when they are worked out in slices of %i steps, with edits between them', (steps) => {
    const next = sequence(steps);
    const texts: Texts = new Map(Object.entries(shop));
    const fresh = (): Engine => {
      const engine = make();
      for (const [file, text] of texts) engine.set(sourceOf(file, text));
      return engine;
    };
    const slice = (engine: Engine): 'done' | 'more' => {
      let left = steps;
      return engine.settle({ spent: () => left-- <= 0 });
    };
    const engine = fresh();
    let slices = 1;
    while (slice(engine) === 'more') slices++;
    expect(slices).toBeGreaterThan(150 / steps);
    const before = new Map(engine.counts());
    expect(engine.alarms()).toEqual(fresh().alarms());
    expect(engine.counts()).toEqual(before);
    for (let step = 0; step < 40; step++) {
      const old = new Map(texts);
      edit(texts, next);
      for (const [file, text] of texts) if (old.get(file) !== text) engine.set(sourceOf(file, text));
      for (const file of old.keys()) if (!texts.has(file)) engine.drop(file);
      for (let some = next(5); some > 0; some--) slice(engine);
    }
    while (slice(engine) === 'more');
    expect(everything(engine)).toBe(everything(fresh()));
  });

  it('a size in another file changes what is said here', () => {
    const engine = filled(new Map(Object.entries(project)));
    const messages = () => engine.alarms('main.py').map((it) => it.message);
    expect(messages()).toEqual(['`crunch` computes under the GIL: the 4 threads of `pool` run it one at a time']);
    engine.set({ file: 'config.py', text: 'ROUNDS = 3_000_000\nTHREADS = 8\n', module: 'config', package: false });
    expect(messages()).toEqual(['`crunch` computes under the GIL: the 8 threads of `pool` run it one at a time']);
    engine.set({ file: 'config.py', text: 'ROUNDS = 30\nTHREADS = 8\n', module: 'config', package: false });
    expect(messages()).toEqual([]);
  });

  describe('runners', () => {
    const texts = {
      'jobs.py': 'import threading\n\nfrom helper import step\n\n\ndef work():\n    step()\n\n\nthreading.Thread(target=work).start()\n',
      'helper.py': 'def step():\n    return deep()\n\n\ndef deep():\n    return 1\n',
    };
    const ran = (engine: Engine, name: string): readonly string[] => {
      const { link } = engine.inspect();
      const fn = [...link.modules.values()].flatMap((it) => it.functions).find((it) => it.name === name);
      return fn ? runnersOf(link, fn).map((it) => `${it.id}${it.many ? ' *' : ''}`) : [];
    };
    const change = (engine: Engine, file: 'jobs.py' | 'helper.py', from: string, to: string): void =>
      engine.set({ file, text: texts[file].replace(from, to), module: moduleOf(file), package: false });
    const work = (engine: Engine, kind: string): number => engine.inspect().link.cells.counts.get(kind) ?? 0;

    it('stay as they are through an edit that changes no call', () => {
      const engine = filled(new Map(Object.entries(texts)));
      expect(ran(engine, 'deep')).toEqual(['thread jobs: work']);
      const before = [work(engine, 'arrivals'), work(engine, 'runners')];
      change(engine, 'helper.py', 'return 1', 'return 2');
      expect(ran(engine, 'deep')).toEqual(['thread jobs: work']);
      expect([work(engine, 'arrivals'), work(engine, 'runners')]).toEqual(before);
    });

    it('are worked out again no further than they differ', () => {
      const engine = filled(new Map(Object.entries(texts)));
      ran(engine, 'deep');
      const before = work(engine, 'arrivals');
      change(engine, 'helper.py', 'return deep()', 'return [deep(), deep()]');
      expect(ran(engine, 'deep')).toEqual(['thread jobs: work']);
      expect(work(engine, 'arrivals')).toBe(before);
      change(engine, 'helper.py', 'return deep()', 'return 0');
      expect(ran(engine, 'deep')).toEqual([]);
      change(engine, 'jobs.py', 'threading.Thread', 'for _ in range(3): threading.Thread');
      change(engine, 'helper.py', '', '');
      expect(ran(engine, 'deep')).toEqual(['thread jobs: work *']);
    });
  });

  it('asks for the modules it lacks, and not again for those that are absent', () => {
    const engine = make();
    engine.set({ file: 'api.py', text: project['api.py'] as string, module: 'api', package: false });
    expect(engine.wanted()).toContain('service');
    engine.absent('service');
    expect(engine.wanted()).not.toContain('service');
    engine.set({ file: 'service.py', text: project['service.py'] as string, module: 'service', package: false });
    expect(engine.wanted()).toContain('net');
  });
});

describe('no text takes the engine down', () => {
  const odd: Readonly<Record<string, string>> = {
    'a very deep expression': `x = ${'('.repeat(3000)}1${')'.repeat(3000)}\n`,
    'a very long sum': `x = ${Array.from({ length: 5000 }, (_, i) => i).join(' + ')}\n`,
    'very deep blocks': `${Array.from({ length: 300 }, (_, i) => `${' '.repeat(i)}if x:\n`).join('')}${' '.repeat(300)}pass\n`,
    'a chain of attributes': `x = a${'.b'.repeat(5000)}\n`,
    'a chain of calls': `x = a${'()'.repeat(3000)}\n`,
    'functions that call each other': Array.from({ length: 400 }, (_, i) => `def f${i}(): return f${(i + 1) % 400}()\n`).join(''),
    'names bound in a circle': 'a = b\nb = c\nc = a\nfor x in a(): a = x\n',
    'a class that is its own base': 'class A(B): pass\nclass B(A): pass\nA().x()\n',
    'a module that imports itself': 'from odd import *\nimport odd\nodd.odd.odd.f()\n',
    nothing: '',
  };
  it.each(Object.entries(odd))('%s', (_name, text) => {
    const engine = make();
    const rest = '\nimport time\nasync def last():\n    time.sleep(1)\n';
    engine.set({ file: 'odd.py', text: text + rest, module: 'odd', package: false });
    expect(engine.alarms().map((it) => it.rule)).toEqual(['blocking-sleep']);
  });
});

describe('typing for hours', () => {
  it('leaves nothing behind in answers that are read by all and never change', () => {
    const engine = filled(new Map(Object.entries(project)));
    const text = project['api.py'] as string;
    const most = (): number => {
      const { inputs } = engine.inspect().link;
      return Math.max(...[inputs.asked, inputs.all, ...inputs.modules.values()].map((it) => it.users.length));
    };
    const typeSome = (strokes: number): void => {
      for (let at = 0; at < strokes; at++) {
        engine.set({ file: 'api.py', text: text.replace('sleep(1)', `sleep(${1 + (at % 2)})`), module: 'api', package: false });
        engine.alarms('api.py');
      }
    };
    typeSome(300);
    expect(most()).toBeLessThanOrEqual(128);
  });
});
