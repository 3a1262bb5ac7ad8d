// What is accepted, and by whom: comments, those that accept nothing, the baseline, and configurations further down.
import { describe, expect, it } from 'vitest';
import { folderWith, type Scratch } from './terminal.js';

const nap = 'import time\n\n\nasync def nap():\n    time.sleep(1)\n';
const napWith = (comment: string) => nap.replace('sleep(1)', `sleep(1)  # threadwise: ${comment}`);

const concise = async (at: Scratch, ...argv: readonly string[]) =>
  (await at.run(['check', '--output-format', 'concise', ...argv])).stdout.trimEnd().split('\n').filter(Boolean);
const places = async (at: Scratch, ...argv: readonly string[]) =>
  (await concise(at, ...argv)).map((it) => it.split(' ').slice(0, 3).join(' '));

describe('comments', () => {
  it.each([
    ['behind the statement', 'def f(): ...\nasync def go():\n    time.sleep(1)  # threadwise: ignore[loop] why\n'],
    ['on its first physical line', 'async def go():\n    time.sleep(  # threadwise: ignore[loop] why\n        1,\n    )\n'],
    ['on one in the middle', 'async def go():\n    time.sleep(\n        1,  # threadwise: ignore[loop] why\n    )\n'],
    ['on its last one, where a formatter puts it', 'async def go():\n    time.sleep(\n        1,\n    )  # threadwise: ignore[loop] why\n'],
    ['on the line above', 'async def go():\n    # threadwise: ignore[loop] why\n    time.sleep(1)\n'],
    ['on the line above several that share one', 'async def go():\n    # threadwise: ignore[loop] why\n    print(1); time.sleep(1)\n'],
    ['for the file, at its top', '# threadwise: ignore-file[loop] why\nasync def go():\n    time.sleep(1)\n'],
  ])('accept a finding %s', async (_, text) => {
    const at = folderWith({ 'a.py': `${text.startsWith('#') ? '' : ''}${text.replace(/^(# .*\n)?/, '$1import time\n')}` });
    expect(await concise(at)).toEqual([]);
    const { findings } = JSON.parse((await at.run(['check', '--show-suppressed', '--output-format', 'json'])).stdout);
    expect(findings).toMatchObject([{ rule: 'blocking-sleep', suppressed: { by: 'comment', reason: 'why' } }]);
  });

  it('speak for the head of a compound statement, and not for what is inside', async () => {
    const at = folderWith({
      'a.py': 'import time\n\n\nasync def go():\n    for _ in range(3):  # threadwise: ignore[loop]\n        time.sleep(1)\n',
    });
    expect(await places(at)).toEqual(['a.py:5:46: info unused-suppression', 'a.py:6:9: warning blocking-sleep']);
  });

  it('that name nothing there is are findings, with the nearest name', async () => {
    const at = folderWith({ 'a.py': napWith('ignore[blocking-slep] a typo'), 'b.py': napWith('ignore[blocking-sleep, nonsense] half') });
    expect(await concise(at)).toEqual([
      expect.stringMatching(/^a\.py:5:5: warning blocking-sleep /),
      'a.py:5:41: warning unknown-suppression `blocking-slep` is no rule and no law, so this comment accepts nothing; the nearest one is `blocking-sleep`',
      'b.py:5:57: warning unknown-suppression `nonsense` is no rule and no law, so this comment accepts nothing; `threadwise rules` lists them',
    ]);
    await at.run(['fix']);
    expect(at.read('b.py')).toContain('# threadwise: ignore[blocking-sleep] half\n');
  });

  it('with another word than these are told, and corrected', async () => {
    const at = folderWith({ 'a.py': napWith('disable[blocking-sleep] old habit'), 'b.py': 'x = 1  # threadwise: a word about [lists]\n' });
    expect(await concise(at)).toEqual([
      expect.stringMatching(/^a\.py:5:5: warning blocking-sleep /),
      'a.py:5:34: warning unknown-suppression `disable` is neither `ignore` nor `ignore-file`, so this comment accepts nothing',
    ]);
    await at.run(['fix', '--select', 'unknown-suppression']);
    expect(at.read('a.py')).toBe(napWith('ignore[blocking-sleep] old habit'));
  });

  it('that accept what is not there are findings, and the fix takes them out', async () => {
    const fine =
      'import asyncio\n\n\nasync def go():\n    await asyncio.sleep(1)  # threadwise: ignore[blocking-sleep]\n    # threadwise: ignore[worker]\n    x = 1\n';
    const at = folderWith({ 'a.py': fine });
    expect(await concise(at)).toEqual([
      'a.py:5:50: info unused-suppression `blocking-sleep` is not found here, so this comment accepts nothing',
      'a.py:6:26: info unused-suppression `worker` is not found here, so this comment accepts nothing',
    ]);
    expect((await at.run(['check'])).code).toBe(0);
    await at.run(['fix']);
    expect(at.read('a.py')).toBe('import asyncio\n\n\nasync def go():\n    await asyncio.sleep(1)\n    x = 1\n');
  });

  it('with a reason are taken out only with what is for review', async () => {
    const at = folderWith({ 'a.py': 'x = 1  # threadwise: ignore[blocking-sleep] the device needs it\n' });
    await at.run(['fix']);
    expect(at.read('a.py')).toContain('the device needs it');
    await at.run(['fix', '--unsafe-fixes']);
    expect(at.read('a.py')).toBe('x = 1\n');
  });

  it('are not called unused by a run that did not look, and not where a second coroutine reaches the same wait', async () => {
    const at = folderWith({
      'a.py': napWith('ignore[blocking-sleep]'),
      'pool.py': 'x = 1  # threadwise: ignore[cpu-bound-thread-pool]\n',
      'two.py':
        'import time\n\n\ndef rest():\n    time.sleep(1)\n\n\nasync def one():\n    rest()  # threadwise: ignore[loop]\n\n\nasync def two():\n    rest()  # threadwise: ignore[loop]\n',
    });
    expect(await places(at)).toEqual(['pool.py:1:29: info unused-suppression']);
    expect(await concise(at, '--select', 'worker')).toEqual([]);
    expect(await concise(at, '--gil', 'disabled')).toEqual([]);
    expect(await concise(at, '--ignore', 'unused-suppression')).toEqual([]);
    at.write('threadwise.toml', '[severity]\nunused-suppression = "error"\n');
    expect(await places(at)).toEqual(['pool.py:1:29: error unused-suppression']);
    expect((await at.run(['explain', 'unused-suppression'])).stdout).toContain('# unused-suppression\n');
  });

  it('are written for every finding with --add-ignore, with the reason and the line ends of the file', async () => {
    const two = 'import time\r\n\r\n\r\nasync def nap():\r\n    if True:\r\n        time.sleep(1); time.sleep(2)\r\n';
    const at = folderWith({ 'a.py': nap, 'b.py': two });
    const { stderr, code } = await at.run(['check', 'a.py', '--add-ignore', 'until the driver is replaced']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'Made comments for 1 finding in 1 file.\n' });
    expect(at.read('a.py')).toBe(
      nap.replace('    time', '    # threadwise: ignore[blocking-sleep] until the driver is replaced\n    time'),
    );
    await at.run(['check', 'b.py', '--add-ignore', '']);
    expect(at.read('b.py')).toContain('    if True:\r\n        # threadwise: ignore[blocking-sleep]\r\n        time.sleep(1);');
    const forgot = await at.run(['check', '--add-ignore', 'a.py']);
    expect({ ...forgot, stdout: '' }).toEqual({
      code: 2,
      stdout: '',
      stderr: "threadwise: `--add-ignore` takes a reason, and `a.py` is a path; `--add-ignore ''` gives none\n",
    });
  });
});

describe('the baseline', () => {
  const base = '.threadwise-baseline.json';
  const config = `baseline = "${base}"\n`;

  it('named by the configuration accepts what was there, also after lines moved, and from any folder', async () => {
    const at = folderWith({ 'src/a.py': nap, 'threadwise.toml': config });
    expect(await at.run(['baseline'])).toEqual({ code: 0, stdout: '', stderr: `${base} accepts 1 finding\n` });
    expect(JSON.parse(at.read(base)).findings).toMatchObject([{ rule: 'blocking-sleep', path: 'src/a.py' }]);
    at.write('src/a.py', `# a line more\n\n${nap.replace('(1)', '(\n        1\n    )').replace('(\n        1\n    )', '(1)')}`);
    expect(await concise(at)).toEqual([]);
    expect((await at.run(['check', '.', '--output-format', 'concise'], { cwd: 'src' })).stdout).toBe('');
    expect(await concise(at, '--no-baseline')).toHaveLength(1);
  });

  it('only shrinks by itself: what is new is told, and added where somebody says so', async () => {
    const at = folderWith({ 'a.py': nap, 'b.py': nap, 'threadwise.toml': config });
    await at.run(['baseline']);
    at.write('a.py', 'x = 1\n');
    at.write('c.py', nap);
    const shrunk = await at.run(['baseline']);
    expect(shrunk).toEqual({
      code: 1,
      stdout: '',
      stderr: `${base} accepts 1 finding, 1 fewer than before\n1 finding not in it yet; \`--add\` accepts it as well\n`,
    });
    const paths = () => JSON.parse(at.read(base)).findings.map((it: { path: string }) => it.path);
    expect(paths()).toEqual(['b.py']);
    expect(await at.run(['baseline', '--add'])).toMatchObject({ code: 0, stderr: `${base} accepts 2 findings\n` });
    expect(paths()).toEqual(['b.py', 'c.py']);
  });

  it('loses in `check` what is fixed, so that it cannot come back; in CI that is only told', async () => {
    const at = folderWith({ 'a.py': nap, 'b.py': nap, 'threadwise.toml': config });
    await at.run(['baseline']);
    at.write('a.py', 'x = 1\n');
    const before = at.read(base);
    const told = `1 accepted finding is no longer there; \`threadwise baseline\` takes it out of ${base}\n`;
    expect((await at.run(['check'], { env: { CI: '1' } })).stderr).toBe(told);
    for (const narrow of [['--select', 'worker'], ['b.py'], ['--gil', 'disabled']]) await at.run(['check', ...narrow]);
    expect(at.read(base)).toBe(before);
    expect((await at.run(['check'])).stderr).toBe(`1 accepted finding is no longer there, and taken out of ${base}\n`);
    at.write('a.py', nap);
    expect(await places(at)).toEqual(['a.py:5:5: warning blocking-sleep']);
  });

  it('that is missing or damaged is an error at its key, and never overwritten unread', async () => {
    const at = folderWith({ 'a.py': nap, 'threadwise.toml': `gil = "enabled"\n${config}` });
    const { code, stderr, stdout } = await at.run(['check', '--output-format', 'concise']);
    expect({ code, found: stdout.split('\n').length - 1 }).toEqual({ code: 2, found: 1 });
    expect(stderr).toContain(`threadwise.toml:2:12: error: \`baseline\` is \`${base}\`, which does not exist.\n`);
    at.write(base, '{"version": 7}');
    expect(await at.run(['baseline'])).toMatchObject({
      code: 2,
      stderr: `threadwise: \`${base}\` is no baseline of version 1, so it was not overwritten\n`,
    });
  });
});

describe('configurations further down', () => {
  it('decide about the files below them: rules, severities, what is left out', async () => {
    const at = folderWith({
      'threadwise.toml': 'min-confidence = "high"\n[severity]\nloop = "error"\n',
      'a.py': nap,
      'quiet/threadwise.toml': 'ignore = ["blocking-sleep"]\n',
      'quiet/deep/b.py': nap,
      'tools/pyproject.toml': '[tool.threadwise]\nextend = "../threadwise.toml"\nexclude = ["gen"]\nseverity = { loop = "info" }\n',
      'tools/c.py': nap,
      'tools/gen/d.py': nap,
      'other/pyproject.toml': '[project]\nname = "no settings of ours"\n',
      'other/e.py': nap,
    });
    expect(await places(at)).toEqual([
      'a.py:5:5: error blocking-sleep',
      'other/e.py:5:5: error blocking-sleep',
      'tools/c.py:5:5: info blocking-sleep',
    ]);
    expect(await places(at, '--config', 'threadwise.toml')).toHaveLength(5);
    expect((await at.run(['config', 'show', 'tools/c.py'])).stdout).toContain('configuration: tools/pyproject.toml\n');
  });

  it('may ask for rules that nobody asked for above', async () => {
    const meta = 'import os.path\n\n\nasync def go(p):\n    return os.path.getsize(p)\n';
    const at = folderWith({ 'a.py': meta, 'strict/threadwise.toml': 'extend-select = ["blocking-file-metadata"]\n', 'strict/b.py': meta });
    expect((await places(at)).map((it) => it.split(' ').at(-1))).toEqual(['blocking-file-metadata']);
    expect((await places(at))[0]).toMatch(/^strict\/b\.py/);
  });

  it('are told where they answer what the project alone can', async () => {
    const at = folderWith({ 'a.py': nap, 'sub/threadwise.toml': 'gil = "disabled"\nignore = ["loop"]\n', 'sub/b.py': nap });
    const { code, stdout, stderr } = await at.run(['check', '--output-format', 'concise']);
    expect({ code, lines: stdout.split('\n').length - 1 }).toEqual({ code: 1, lines: 1 });
    expect(stderr).toBe(
      'sub/threadwise.toml:1:1: warning: `gil` has no effect here: the default holds for all that is checked together. Checked by itself, this folder has its own answer.\n',
    );
    expect((await at.run(['check', 'sub', '--output-format', 'concise'])).stderr).toBe('');
  });

  it('that are wrong are told at their place, and void nothing else', async () => {
    const at = folderWith({ 'a.py': nap, 'sub/threadwise.toml': 'gill = 1\n[severity]\nloop = "error"\n', 'sub/b.py': nap });
    const { code, stdout, stderr } = await at.run(['check', '--output-format', 'concise']);
    expect(code).toBe(2);
    expect(stdout.split('\n').map((it) => it.split(' ')[1])).toEqual(['warning', 'error', undefined]);
    expect(stderr.split('\n')).toEqual([
      'sub/threadwise.toml:1:1: error: `gill` is no setting; the nearest one is `gil`.',
      'threadwise: the configuration is wrong, only what is right of it was used',
      '',
    ]);
    expect(await at.run(['fix'])).toMatchObject({ code: 2, stderr: expect.stringContaining('nothing was written') });
    expect(at.read('a.py')).toBe(nap);
  });
});
