// The fixture format: what a page says, and that a section which does not hold is noticed.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser, type Parser } from '../src/syntax/load.js';
import { type PageFile, readPage, type Section } from './page.js';
import { applied, difference, judge } from './spec.js';

const fence = '```';
const section = (...lines: readonly string[]): Section => {
  const [first] = readPage('page.md', ['# page', '## It', ...lines].join('\n')).sections;
  if (!first) throw new Error('no section');
  return first;
};
const python = (...lines: readonly string[]) => section(`${fence}python`, ...lines, fence);
const file = (...lines: readonly string[]) => python(...lines).files[0] as PageFile;

describe('a page', () => {
  it('has one section per heading with Python, and prose besides', () => {
    const page = readPage('p.md', ['# p', '## One', 'Words.', '## Two', `${fence}python`, 'x = 1', fence, '### Still two', ''].join('\n'));
    expect(page.sections.map((it) => [it.title, it.at])).toEqual([['Two', 4]]);
    expect(page.sections[0]?.files).toEqual([{ path: 'main.py', text: 'x = 1\n', markers: [], lines: [6] }]);
  });

  it('names files by labels and takes the last one as the main file when there is no main.py', () => {
    const it = section('`a/b.py`:', `${fence}python`, fence, '', '`c.py`:', '', `${fence}python`, 'y = 2', fence);
    expect(it.files.map((each) => [each.path, each.text])).toEqual([
      ['a/b.py', ''],
      ['c.py', 'y = 2\n'],
    ]);
    expect(it.main).toBe('c.py');
  });

  it('reads settings, of the page and of the section', () => {
    const text = ['# p', `${fence}yaml`, 'target: 3.9-3.12, spawn', fence, '## A', `${fence}python`, fence];
    const [a, b] = readPage(
      'p.md',
      [...text, '## B', `${fence}yaml`, 'target: 3.14t', 'run: true', 'packages: numpy, pillow', fence, `${fence}python`, fence].join('\n'),
    ).sections;
    expect(a).toMatchObject({ run: false, packages: [], target: { python: { from: 9, to: 12 }, gil: 'on', start: 'spawn' } });
    expect(b).toMatchObject({
      run: true,
      packages: ['numpy', 'pillow'],
      target: { python: { from: 14, to: 14 }, gil: 'off', start: 'any' },
    });
  });

  it('keeps the answers with the lines they stand on', () => {
    const it = section(
      `${fence}python`,
      'x = 1',
      fence,
      `${fence}diff sleep-async safe`,
      '-a',
      '+b',
      fence,
      `${fence}refused move-to-thread`,
      fence,
    );
    expect(it.answers).toEqual([
      { kind: 'diff', id: 'sleep-async', body: '-a\n+b', tier: 'safe', from: 6, to: 8 },
      { kind: 'refused', id: 'move-to-thread', body: '', tier: undefined, from: 10, to: 10 },
    ]);
  });

  it.each([
    ['a block that is never closed', ['## A', `${fence}python`, 'x = 1'], 'p.md:2: this block is never closed'],
    ['two files of one name', ['## A', `${fence}python`, fence, `${fence}python`, fence], 'p.md:4: a second `main.py`'],
    ['an unknown setting', ['## A', `${fence}yaml`, 'speed: high', fence], 'p.md:3: `speed: high` is no setting'],
    ['an unknown target', ['## A', `${fence}yaml`, 'target: 2.7', fence, `${fence}python`, fence], '`2.7` is no target'],
    ['answers without Python', ['## A', `${fence}diff x`, fence], 'p.md:1: `A` has answers and no Python'],
    ['a marker without code', ['## A', `${fence}python`, '# alarm: [a]', fence], 'p.md:3: this marker stands on a line without code'],
    ['an alarm without a rule', ['## A', `${fence}python`, 'x  # alarm: a', fence], 'p.md:3: `alarm:` is followed by a rule in brackets'],
    ['a to-do without a reason', ['## A', `${fence}python`, 'x  # todo-ok: [a]', fence], 'p.md:3: `todo-ok:` says why'],
    ['a word that is no claim', ['## A', `${fence}python`, 'x  # alarm: [a] huge', fence], 'p.md:3: `huge` is neither'],
    ['sections of one name', ['## A', `${fence}python`, fence, '## A', `${fence}python`, fence], 'p.md:4: two sections are called `A`'],
  ])('refuses %s', (_, lines, message) => {
    expect(() => readPage('p.md', lines.join('\n'))).toThrow(message);
  });
});

describe('a marker', () => {
  it('is cut off, other comments stay', () => {
    const it = file('a()  # why', 'b()  # passed  # alarm: [x] # alarm: [y] medium error "so it is"');
    expect(it.text).toBe('a()  # why\nb()  # passed\n');
    expect(it.markers).toMatchObject([
      { kind: 'alarm', rule: 'x', line: 1, confidence: 'high', severity: undefined, text: '' },
      { kind: 'alarm', rule: 'y', line: 1, confidence: 'medium', severity: 'error', text: 'so it is' },
    ]);
  });

  it('draws carets under the line above, counted in characters', () => {
    const it = file('s("🐢"); nap()', '#       ^^^^^ alarm: [x]', 'b()');
    expect(it.text).toBe('s("🐢"); nap()\nb()\n');
    const [marker] = it.markers;
    expect(it.text.split('\n')[0]?.slice(...(marker?.columns ?? []))).toBe('nap()');
    expect(it.lines).toEqual([4, 6]);
  });
});

describe('judging', () => {
  let parser: Parser;
  beforeAll(async () => {
    const require = createRequire(import.meta.url);
    const bytes = (name: string) => readFileSync(require.resolve(name));
    parser = await loadParser(bytes('web-tree-sitter/web-tree-sitter.wasm'), bytes('tree-sitter-python/tree-sitter-python.wasm'));
  });
  const sleepy = (call: string, ...rest: readonly string[]) =>
    judge(python('import time', 'async def main():', `    ${call}`, ...rest), parser).wrong;

  it('accepts a section that holds', () => {
    expect(sleepy('time.sleep(1)  # alarm: [blocking-sleep]')).toEqual([]);
    expect(sleepy('print(1)')).toEqual([]);
  });

  it.each([
    ['an alarm without a marker', 'time.sleep(1)', 'page.md:6: false alarm [blocking-sleep]'],
    ['a marker without an alarm', 'print(1)  # alarm: [blocking-sleep]', 'page.md:6: missed alarm [blocking-sleep]'],
    ['an alarm of another rule', 'time.sleep(1)  # alarm: [blocking-network]', 'page.md:6: missed alarm [blocking-network]'],
    ['another confidence', 'time.sleep(1)  # alarm: [blocking-sleep] medium', 'has high confidence, not medium'],
    ['another severity', 'time.sleep(1)  # alarm: [blocking-sleep] hint', 'is shown as warning, not hint'],
    ['another message', 'time.sleep(1)  # alarm: [blocking-sleep] "no such words"', '[blocking-sleep] says: '],
    ['a missed alarm that is found', 'time.sleep(1)  # todo-alarm: [blocking-sleep] hard', 'is no longer missed'],
    ['a false alarm that is gone', 'print(1)  # todo-ok: [blocking-sleep] hard', 'is no longer a false alarm'],
    ['a lock that is not held', 'print(1)  # holds: _lock', '`# holds:` is now nothing'],
    ['a race that is not there', 'print(1)  # race: hits', 'no race of `hits` is found here'],
    ['a hover that says nothing', 'print(1)  # hover: "GIL"', 'nothing is shown on hover'],
  ])('notices %s', (_, call, message) => {
    expect(sleepy(call).join('\n')).toContain(message);
  });

  it('notices another span', () => {
    expect(sleepy('time.sleep(1)', '#   ^^^^ alarm: [blocking-sleep]').join('\n')).toContain(
      'covers `time.sleep`, not what the carets cover',
    );
  });

  it('notices an answer that nothing gives, and says what the stale one is now', () => {
    const code = [`${fence}python`, 'import time', 'async def main():', '    time.sleep(1)  # alarm: [blocking-sleep]', fence];
    const none = judge(section(...code, `${fence}refused sleep-async`, fence), parser).wrong.join('\n');
    expect(none).toContain('there is no refused of `sleep-async` here');
    const stale = judge(section(...code, `${fence}diff sleep-async`, '-x', fence), parser);
    expect(stale.wrong.join('\n')).toContain('this diff is now\n');
    expect([...stale.answers.values()].join('\n')).toContain('await asyncio.sleep(1)');
  });
});

describe('edits', () => {
  const files = new Map([['a.py', 'one\ntwo\nthree\nfour\nfive\n']]);
  const edit = (start: number, end: number, text: string) => ({ file: 'a.py', span: { start, end }, text });

  it('are shown with a line around them', () => {
    const after = applied(files, [edit(0, 3, 'ONE'), edit(19, 23, 'FIVE')]);
    expect(typeof after === 'string' ? after : difference(files, after, 'a.py')).toBe('-one\n+ONE\n two\n@@\n four\n-five\n+FIVE');
    expect(typeof after === 'string' ? after : difference(files, after, 'b.py')).toMatch(/^@@ a\.py\n-one/);
  });

  it('are refused when they overlap, leave the file or name another', () => {
    expect(applied(files, [edit(0, 5, ''), edit(4, 6, '')])).toContain('overlap');
    expect(applied(files, [edit(0, 500, '')])).toContain('leave the file');
    expect(applied(files, [{ ...edit(0, 1, ''), file: 'b.py' }])).toContain('not in the section');
    expect(applied(files, [])).toBe('the repair has no edits');
  });
});
