// `--since`, `--staged` and `--watch`: findings of what changed.
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { readDiff } from '../src/cli/changed.js';
import { namesBelow } from '../src/host/node.js';
import { changesIn } from '../src/host/watch.js';
import { folderWith, type Scratch } from './terminal.js';

const nap = 'import time\n\n\nasync def nap():\n    time.sleep(1)\n';

/** A repository in which everything is committed. */
const repository = (files: Readonly<Record<string, string>>) => {
  const at = folderWith(files);
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false', ...args], {
      cwd: at.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
    });
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-q', '-m', 'start');
  return { at, git };
};
const found = async (at: Scratch, argv: readonly string[], more = {}) => {
  const { stdout } = await at.run(['check', '--output-format', 'json', ...argv], more);
  return JSON.parse(stdout).findings.map((it: { path: string; range: { start: { line: number } } }) => `${it.path}:${it.range.start.line}`);
};

describe('--since', () => {
  it('shows what rests on a changed line: the place itself, or a step of its evidence in another file', async () => {
    const { at } = repository({
      'app.py': 'from lib import load\n\n\nasync def go():\n    load()\n',
      'lib.py': 'import time\n\n\ndef load():\n    pass\n',
      'old.py': nap,
      'sub/here.py': 'x = 1\n',
    });
    expect(await found(at, ['--since', 'HEAD'])).toEqual([]);
    at.write('lib.py', 'import time\n\n\ndef load():\n    time.sleep(1)\n');
    at.write('new name.py', nap);
    expect(await found(at, [])).toEqual(['app.py:5', 'new name.py:5', 'old.py:5']);
    expect(await found(at, ['--since', 'HEAD'])).toEqual(['app.py:5', 'new name.py:5']);
    expect((await at.run(['check', '--since', 'HEAD', '--select', 'worker'])).code).toBe(0);
    expect((await at.run(['check', '--since', 'HEAD'])).code).toBe(1);
    // From below the top, where paths lead upwards.
    expect(await found(at, ['--since', 'HEAD', '..'], { cwd: 'sub' })).toEqual(['../app.py:5', '../new name.py:5']);
  });

  it('compares with where the branches parted, and fixes only what it shows', async () => {
    const { at, git } = repository({ 'a.py': nap, 'b.py': 'x = 1\n' });
    git('checkout', '-q', '-b', 'feature');
    at.write('b.py', nap);
    git('commit', '-qam', 'ours');
    git('checkout', '-q', 'main');
    at.write('a.py', `# theirs\n${nap}`);
    git('commit', '-qam', 'theirs');
    git('checkout', '-q', 'feature');
    expect(await found(at, ['--since', 'main'])).toEqual(['b.py:5']);
    await at.run(['fix', '--since', 'main']);
    expect([at.read('a.py'), at.read('b.py')]).toEqual([nap, expect.stringContaining('await asyncio.sleep(1)')]);
  });

  it('tells what is missing: a repository, a commit', async () => {
    const at = folderWith({ 'a.py': nap });
    const outside = await at.run(['check', '--since', 'HEAD']);
    expect(outside).toEqual({
      code: 2,
      stdout: '',
      stderr: 'threadwise: `--since` needs a git repository, and the working folder lies in none\n',
    });
    const { at: inside } = repository({ 'a.py': nap });
    for (const since of ['no-such', '--output=x']) {
      expect(await inside.run(['check', `--since=${since}`])).toMatchObject({
        code: 2,
        stderr: `threadwise: \`--since\`: \`${since}\` names no commit of this repository\n`,
      });
    }
    expect((await inside.run(['check', '--since', 'HEAD', '--staged'])).stderr).toContain('exclude each other');
  });
});

describe('--staged', () => {
  it('judges the text that is staged, not the one on disk', async () => {
    const { at, git } = repository({ 'a.py': 'import time\n', 'b.py': nap });
    at.write('a.py', nap);
    git('add', 'a.py');
    at.write('a.py', 'import time\n# repaired on disk, not in the index\n');
    expect(await found(at, ['--staged'])).toEqual(['a.py:5']);
    git('add', 'a.py');
    expect(await found(at, ['--staged'])).toEqual([]);
    expect((await at.run(['fix', '--staged'])).stderr).toContain('`--staged` and `--fix` exclude each other');
  });
});

describe('patches', () => {
  it('are read by their hunks: lines that look like headers, removed lines, odd names', () => {
    const diff = [
      'diff --git a/a b/a',
      '--- a/a',
      '+++ b/a',
      '@@ -3 +3,2 @@ def f():',
      '---- a',
      '++++ b/fake',
      '+two',
      '@@ -9,2 +10,0 @@',
      '-gone',
      '-gone',
      '--- "a/t\\303\\244b\\t.py"',
      '+++ "b/t\\303\\244b\\t.py"',
      '@@ -0,0 +1 @@',
      '+x',
      '\\ No newline at end of file',
      '--- a/dead',
      '+++ /dev/null',
      '@@ -1 +0,0 @@',
      '-x',
      '',
    ].join('\n');
    expect([...readDiff(diff)]).toEqual([
      [
        'a',
        [
          { from: 3, to: 4 },
          { from: 10, to: 11 },
        ],
      ],
      ['täb\t.py', [{ from: 1, to: 1 }]],
    ]);
  });
});

describe('--watch', () => {
  it('checks again with each batch of changes: texts, new files, settings', async () => {
    const at = folderWith({ 'a.py': nap, 'b.py': 'x = 1\n' });
    async function* changes(): AsyncGenerator<readonly string[]> {
      at.write('a.py', 'x = 1\n');
      yield ['a.py'];
      at.write('c.py', nap);
      at.write('b.py', nap);
      yield ['b.py', 'c.py'];
      at.write('threadwise.toml', 'exclude = ["b.py"]\n');
      yield ['threadwise.toml'];
    }
    const { code, stdout, stderr } = await at.run(['check', '--watch', '--output-format', 'concise'], { changes });
    expect(code).toBe(1);
    expect(stdout.split('\n').map((it) => it.split(':')[0])).toEqual(['a.py', 'b.py', 'c.py', 'c.py', '']);
    expect(stderr.match(/Watching \d files?/g)).toEqual(['Watching 2 files', 'Watching 2 files', 'Watching 3 files', 'Watching 2 files']);
  });

  it('goes with nothing that writes or that reads the standard input', async () => {
    const at = folderWith({ 'a.py': nap });
    for (const more of [['--fix'], ['-'], ['--staged']]) expect((await at.run(['check', '--watch', ...more])).code).toBe(2);
    expect((await at.run(['check', '--watch'])).stderr).toContain('not part of this build');
  });

  it('hears of Python files and of settings, and of nothing in folders that are left out', async () => {
    const at = folderWith({ 'a.py': '', 'sub/b.py': '', 'node_modules/c.py': '' });
    const batches = changesIn(namesBelow(at.folder), ['.'])[Symbol.asyncIterator]();
    const seen = new Set<string>();
    at.write('notes.txt', 'x');
    at.write('node_modules/c.py', 'x');
    at.write('sub/b.py', 'x = 1');
    at.write('threadwise.toml', '');
    while (!(seen.has('sub/b.py') && seen.has('threadwise.toml'))) for (const it of (await batches.next()).value ?? []) seen.add(it);
    await batches.return?.();
    expect([...seen].filter((it) => !['sub/b.py', 'threadwise.toml', 'a.py'].includes(it))).toEqual([]);
  });
});
