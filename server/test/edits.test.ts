// What an edit costs is exact: how much is extracted, worked out and asked again after each of some edits to a small project.
import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { Engine } from '../src/engine/engine.js';
import { type Knowledge, loadKnowledge } from '../src/knowledge/load.js';
import type { Target } from '../src/model.js';
import type { Parser } from '../src/syntax/load.js';
import { project, sourceOf } from './editing-project.js';
import { installedParser } from './installed-parser.js';

const committed = 'bench/edits.json';
const target: Target = {
  python: { from: 12, to: 12 },
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

/** A file and what of its text becomes what; without a text to replace the file comes, without a new one it goes. */
type Edit = readonly [file: string, from: string | null, to: string | null];
const scripts: Readonly<Record<string, readonly Edit[]>> = {
  'a number in a function that computes': [['shop/calc.py', 'i * i % 7', 'i * i % 75']],
  'a name in a body that nobody returns': [['shop/state.py', 'REGISTRY[name] = value', 'REGISTRY[name] = values']],
  'a helper of a coroutine that waits for nothing': [['shop/base.py', 'append(item)', 'append(item or 1)']],
  'a statement in a helper two files away from an alarm': [
    ['shop/base.py', '        time.sleep(1)\n', '        time.sleep(1)\n        n = 1\n'],
  ],
  'a character in a comment': [['shop/web.py', '    store.save(item)\n', '    store.save(item)  # x\n']],
  'a character in a string': [['shop/web.py', 'handler("u")', 'handler("us")']],
  'a wait that a helper loses': [['shop/tools.py', '    time.sleep(seconds)\n', '    return seconds\n']],
  'a new function': [['shop/calc.py', 'def even(n):', 'def more(n):\n    return n\n\n\ndef even(n):']],
  'another signature': [['shop/tools.py', 'def slow(seconds=2):', 'def slow(seconds=2, unit=1):']],
  'another base class': [['shop/store.py', 'class Store(Base):', 'class Store(object):']],
  'another name of an import': [['shop/jobs.py', 'from .calc import crunch, fib', 'from .calc import crunch as crush, fib']],
  'a constant in another file': [['shop/config.py', 'ROUNDS = 3_000_000', 'ROUNDS = 30']],
  'a bracket too few, and repaired': [
    ['shop/web.py', '    return fetch(url)', '    return fetch(url'],
    ['shop/web.py', '    return fetch(url', '    return fetch(url)'],
  ],
  'a file that goes, and comes back': [
    ['shop/tools.py', '', null],
    ['shop/tools.py', null, project['shop/tools.py'] as string],
  ],
  'a file that nobody imports': [['notes.py', null, 'import threading\n\n\ndef note():\n    threading.Thread(target=print).start()\n']],
};

/** A fixed few, so that a new rule changes no counter. */
const rules: ReadonlySet<string> = new Set(['blocking-sleep', 'blocking-network', 'cpu-bound-thread', 'cpu-bound-thread-pool']);

type Counts = Readonly<Record<string, number>>;
/** What every edit of a script adds to the counters once its alarms are known, and how many alarms there are then. */
function costs(edits: readonly Edit[]): readonly Counts[] {
  const engine = new Engine({ parser, target, knowledge, rules });
  const texts = new Map(Object.entries(project));
  for (const [file, text] of texts) engine.set(sourceOf(file, text));
  engine.alarms();
  return edits.map(([file, from, to]) => {
    const before = new Map(engine.counts());
    const old = texts.get(file) ?? '';
    const text = to === null ? undefined : from === null ? to : old.replace(from, to);
    expect(text).not.toBe(old);
    if (text === undefined) {
      texts.delete(file);
      engine.drop(file);
    } else {
      texts.set(file, text);
      engine.set(sourceOf(file, text));
    }
    const alarms = engine.alarms().length;
    const more = [...engine.counts()].map(([kind, times]) => [kind, times - (before.get(kind) ?? 0)] as const);
    const changed = more.filter(([, times]) => times > 0).sort(([a], [b]) => (a < b ? -1 : 1));
    return { alarms, ...Object.fromEntries(changed) };
  });
}

it('an edit costs what it cost before', () => {
  const now = Object.fromEntries(Object.entries(scripts).map(([name, edits]) => [name, costs(edits)]));
  if (process.env.UPDATE)
    writeFileSync(
      committed,
      `${JSON.stringify(now, null, 2)}
`,
    );
  expect(now, '`UPDATE=1 npm run test:fast -- edits` writes the new costs').toEqual(JSON.parse(readFileSync(committed, 'utf8')));
});

it('an edit in a body stops where the summary of its function is the same', () => {
  const [same] = costs(scripts['a helper of a coroutine that waits for nothing'] ?? []);
  const [lost] = costs(scripts['a wait that a helper loses'] ?? []);
  // The function itself says anew what it waits for; its callers, their callers and the coroutine are not asked.
  expect(same).toMatchObject({ extract: 1, reach: 1 });
  expect(lost?.reach).toBeGreaterThan(1);
  expect(lost?.leaks).toBeGreaterThan(same?.leaks ?? 0);
});
