// The command line as people and scripts use it: commands, options and exit codes.
import { describe, expect, it } from 'vitest';
import { formatNames } from '../src/cli/formats.js';
import { folderWith, type Scratch } from './terminal.js';

const nap = 'import time\n\n\nasync def nap():\n    time.sleep(1)\n';
const fixedNap = 'import asyncio\n\n\nasync def nap():\n    await asyncio.sleep(1)\n';
const pool =
  'from concurrent.futures import ThreadPoolExecutor\n\n\ndef count(n):\n    total = 0\n    for i in range(3_000_000):\n        total += i * n % 7\n    return total\n\n\ndef main():\n    with ThreadPoolExecutor(max_workers=4) as pool:\n        return list(pool.map(count, [1, 2, 3, 4]))\n\n\nif __name__ == "__main__":\n    main()\n';

const json = async (at: Scratch, ...argv: readonly string[]) =>
  JSON.parse((await at.run(['check', '--output-format', 'json', ...argv])).stdout);

describe('check', () => {
  it('shows the finding in its code, why it is one, and what could be done', async () => {
    const at = folderWith({
      'app.py': 'from helpers import load\n\n\nasync def handler(url):\n    return load(url)\n',
      'helpers.py': 'import requests\n\n\ndef load(url):\n    return fetch(url).text\n\n\ndef fetch(url):\n    return requests.get(url)\n',
      'pyproject.toml': '[project]\nrequires-python = ">=3.11"\n',
    });
    const { code, stdout, stderr } = await at.run(['check']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const [finding] = (await json(at)).findings;
    const note = (step: number) => finding.witnesses[0][step - 1].text;
    expect(stdout.split('\n').filter((it) => !/^ {3}= (?:options| {8})/.test(it))).toEqual([
      `${finding.severity}[blocking-network] ${finding.message}`,
      '   ╭▸ app.py:5:12',
      ' 4 │ async def handler(url):',
      ' 5 │     return load(url)',
      `   │            ━━━━ ${note(2)}`,
      '   ├▸ app.py:4:11   step 1 of 4',
      ' 4 │ async def handler(url):',
      `   │           ─────── ${note(1)}`,
      '   ├▸ helpers.py:5:12   step 3 of 4',
      ' 5 │     return fetch(url).text',
      `   │            ────────── ${note(3)}`,
      '   ├▸ helpers.py:9:12   step 4 of 4',
      ' 9 │     return requests.get(url)',
      `   │            ───────────────── ${note(4)}`,
      '   │',
      '   = assumes     Python 3.11-3.14 with the GIL, any start method  (`requires-python` from pyproject.toml)',
      '   = confidence  high',
      '   = help        threadwise explain blocking-network',
      '',
      `Found 1 finding in 2 files (1 ${finding.severity}).`,
      expect.stringMatching(/^1 fixable with `--fix.*; `--diff` shows the change\.$/),
      '',
    ]);
    expect(stdout).toMatch(/^ {3}= options {5}1 {2}Run it in a thread: /m);
  });

  it('draws with ASCII alone when asked', async () => {
    const { stdout } = await folderWith({ 'nap.py': nap }).run(['check', '--ascii']);
    expect(stdout).toContain('   --> nap.py:5:5\n');
    expect(stdout).toContain('   |     ^^^^^^^^^^ ');
    expect([...stdout].filter((it) => it > '~')).toEqual([]);
  });

  it('says with --verbose which bounds of the analysis were hit, and how often', async () => {
    const functions = ['a', 'b', 'c', 'd', 'e'].map((it) => `def ${it}():\n    pass\n\n\n`).join('');
    const at = folderWith({
      'many.py': `import time\n\n\n${functions}async def main(n):\n    [a, b, c, d, e][n]()\n    time.sleep(1)\n`,
      'few.py': nap,
    });
    expect((await at.run(['check', 'many.py', '--verbose'])).stderr).toMatch(
      /^bounds hit: alternatives \d+\n1 file scanned, 0 as they were; \d+\.\d+ s\n$/,
    );
    expect((await at.run(['check', 'few.py', '--verbose'])).stderr).toMatch(/^1 file scanned, 0 as they were; \d+\.\d+ s\n$/);
    expect((await at.run(['check', 'many.py'])).stderr).toBe('');
  });

  it('counts a chain of calls that is longer than anybody follows', async () => {
    const chain = Array.from({ length: 20 }, (_, at) => `def f${at}():\n    f${at + 1}()\n`).join('\n');
    const text = `import time\n\n\n${chain}\n\ndef f20():\n    time.sleep(1)\n\n\nasync def main():\n    f0()\n`;
    const at = folderWith({ 'deep.py': text });
    expect((await at.run(['check', 'deep.py', '--verbose'])).stderr).toMatch(/^bounds hit: (?:.*, )?witness \d+/);
  });

  it('says with --verbose what was left out because it is not certain', async () => {
    const order =
      'import threading\nfrom dataclasses import dataclass\n\n\n@dataclass\nclass Box:\n    a: threading.Lock\n    b: threading.Lock\n\n\n';
    const one = 'def one(box: Box):\n    with box.a:\n        with box.b:\n            pass\n\n\n';
    const two = one.replace('one', 'two').replace('.a', '.x').replace('.b', '.a').replace('.x', '.b');
    const shared = `import threading\n\n\nclass Sum:\n    def __init__(self):\n        self.total = 0\n\n    def add(self, it):\n        self.total = self.total + int(it)\n\n\ndef work(sums):\n    for it in sums:\n        it.add("1")\n\n\ndef both(sums: list[Sum]):\n    for _ in range(2):\n        threading.Thread(target=work, args=(sums,)).start()\n`;
    const at = folderWith({ 'order.py': order + one + two, 'sum.py': shared });
    const { stderr } = await at.run(['check', '--verbose']);
    expect(stderr).toContain('left out as uncertain: pairs of locks 1 (object unknown 1)\n');
    expect(stderr).toMatch(/^left out as uncertain: pairs of accesses \d+ \(object unknown \d+\)$/m);
  });

  it('leaves out steps in the middle of a long chain, and shows them with --verbose', async () => {
    const hops = Array.from({ length: 6 }, (_, at) => `def f${at}():\n    f${at + 1}()\n`).join('\n');
    const at = folderWith({ 'long.py': `import time\n\nasync def main():\n    f0()\n\n${hops}\ndef f6():\n    time.sleep(1)\n` });
    const short = (await at.run(['check'])).stdout;
    const long = (await at.run(['check', '--verbose'])).stdout;
    const steps = (text: string) => [...text.matchAll(/step (\d+) of/g)].map((it) => Number(it[1]));
    expect(steps(short)).toHaveLength(3);
    expect(short).toMatch(/┊ {2}\d steps between; --verbose shows them/);
    expect(steps(long).length).toBeGreaterThan(5);
  });

  it('speaks of a clean project in one line', async () => {
    const at = folderWith({ 'fine.py': fixedNap });
    expect(await at.run(['check'])).toEqual({
      code: 0,
      stdout: 'All clear: 1 file, 4 rules.\n'.replace('4', String((await rules()).filter((it) => it.default).length)),
      stderr: '',
    });
    expect((await at.run(['check', '--quiet'])).stdout).toBe('');
  });

  it('colors for a person, and as the environment and --color say', async () => {
    const at = folderWith({ 'nap.py': nap });
    const colored = async (argv: readonly string[], more: object) => (await at.run(['check', ...argv], more)).stdout.includes('\u001b[');
    expect(await colored([], { tty: true })).toBe(true);
    expect(await colored([], {})).toBe(false);
    expect(await colored([], { env: { CI: '1' } })).toBe(false);
    expect(await colored([], { tty: true, env: { NO_COLOR: '1' } })).toBe(false);
    expect(await colored([], { env: { FORCE_COLOR: '1' } })).toBe(true);
    expect(await colored(['--color', 'always'], { env: { NO_COLOR: '1' } })).toBe(true);
    expect(await colored(['--color', 'never'], { tty: true })).toBe(false);
  });

  it('writes one line per finding in `concise`', async () => {
    const { stdout } = await folderWith({ 'nap.py': nap }).run(['check', '--output-format', 'concise']);
    expect(stdout).toMatch(/^nap\.py:5:5: warning blocking-sleep `time\.sleep` .*\n$/);
  });

  it('writes several formats in one run, each where it is told', async () => {
    const at = folderWith({ 'nap.py': nap });
    const { stdout } = await at.run([
      'check',
      '--output-format',
      'concise',
      '--output-format',
      'json=out.json',
      '--output-format',
      'sarif=out.sarif',
    ]);
    expect(stdout).toMatch(/^nap\.py:5:5/);
    expect(JSON.parse(at.read('out.json')).findings).toHaveLength(1);
    expect(JSON.parse(at.read('out.sarif')).version).toBe('2.1.0');
  });

  it('gives the same bytes for the same input', async () => {
    const at = folderWith({ 'a.py': nap, 'b/c.py': pool, 'b/a.py': nap, 'bad.py': 'def (\n' });
    const run = async () => {
      const to = formatNames.flatMap((it) => ['--output-format', `${it}=out.${it}`]);
      const { code, stderr } = await at.run(['check', '--fixes', ...to]);
      return [code, stderr || 'silent', ...formatNames.map((it) => at.read(`out.${it}`))];
    };
    const first = await run();
    expect(await run()).toEqual(first);
    expect(first.filter((it) => it === '')).toEqual([]);
  });

  it('reads a file that is imported, and reports only what it was asked about', async () => {
    const at = folderWith({
      'app.py': 'from lib import helper\nasync def go():\n    helper()\n',
      'lib.py': `${nap}\ndef helper():\n    time.sleep(1)\n`,
    });
    const { findings, summary } = await json(at, 'app.py');
    expect(findings.map((it: { path: string }) => it.path)).toEqual(['app.py']);
    expect(summary).toEqual({ files: 1, analysed: 1, failed: [] });
  });

  it('leaves tests and examples of a project alone, packages or not, and speaks of them when they are asked for', async () => {
    const at = folderWith({ 'app/work.py': pool, 'examples/show.py': pool, 'tests/support/load.py': pool });
    const paths = async (...argv: readonly string[]) => (await json(at, ...argv)).findings.map((it: { path: string }) => it.path);
    expect(await paths()).toEqual(['app/work.py']);
    expect(await paths('examples')).toEqual(['examples/show.py']);
    expect(await paths('examples/show.py')).toEqual(['examples/show.py']);
  });

  it('expands patterns that the shell left alone', async () => {
    const at = folderWith({ 'src/a.py': nap, 'src/sub/b.py': nap, 'c.py': nap });
    const paths = async (pattern: string) => (await json(at, pattern)).findings.map((it: { path: string }) => it.path);
    expect(await paths('src/**/*.py')).toEqual(['src/a.py', 'src/sub/b.py']);
    expect(await paths('*.py')).toEqual(['c.py']);
  });

  it('takes settings from files and flags', async () => {
    const at = folderWith({
      'nap.py': nap,
      'old/nap.py': nap,
      'threadwise.toml': 'exclude = ["old"]\n[severity]\nblocking-sleep = "error"\n',
    });
    const found = async (...argv: readonly string[]) =>
      (await json(at, ...argv)).findings.map((it: { path: string; severity: string }) => `${it.path} ${it.severity}`);
    expect(await found()).toEqual(['nap.py error']);
    expect(await found('--isolated')).toEqual(['nap.py warning', 'old/nap.py warning']);
    expect(await found('--ignore', 'loop')).toEqual([]);
    expect(await found('--exclude', 'nap.py')).toEqual([]);
    at.write('other.toml', 'select = ["worker"]\n');
    expect(await found('--config', 'other.toml')).toEqual([]);
    expect(await found('--config', 'other.toml', '--extend-select', 'blocking-sleep')).toEqual(['nap.py warning', 'old/nap.py warning']);
  });

  it('judges for the Python it is told', async () => {
    const at = folderWith({ 'pool.py': pool });
    const count = async (...argv: readonly string[]) => (await json(at, ...argv)).findings.length;
    expect(await count()).toBe(1);
    expect(await count('--gil', 'disabled')).toBe(0);
    expect(await count('--python-version', '3.14t')).toBe(0);
  });

  it('checks the standard input under a name', async () => {
    const at = folderWith({ 'app/lib.py': 'import time\n\n\ndef rest():\n    time.sleep(1)\n' });
    const text = 'from lib import rest\n\n\nasync def go():\n    rest()\n';
    const { stdout, code } = await at.run(['check', '-', '--stdin-filename', 'app/new.py', '--output-format', 'concise'], { stdin: text });
    expect({ stdout: stdout.slice(0, 40), code }).toEqual({ stdout: 'app/new.py:5:5: warning blocking-sleep `', code: 1 });
  });
});

describe('exit codes', () => {
  it.each([
    [[], 1],
    [['--fail-on', 'error'], 0],
    [['--fail-on', 'warning'], 1],
    [['--fail-on', 'info'], 1],
    [['--fail-on', 'never'], 0],
    [['--exit-zero'], 0],
    [['--select', 'worker'], 0],
  ])('check %j ends with %i', async (argv, code) => {
    expect((await folderWith({ 'nap.py': nap }).run(['check', ...argv])).code).toBe(code);
  });

  it.each([
    [['chekc'], 'unknown command'],
    [['check', '--gil', 'maybe'], '--gil: `gil` is `"maybe"`; it takes `auto`, `enabled`, `disabled`, `both`.'],
    [['check', '--select', 'blocking-slep'], 'the nearest one is `blocking-sleep`'],
    [['check', '--output-format', 'xml'], `There are ${formatNames.join(', ')}.`],
    [['check', '--jobs', '0'], 'whole number'],
    [['check', '--config', 'no.toml'], '`no.toml` does not exist'],
    [['check', '-', 'a.py'], '`-` is the only path'],
    [['check', '--baseline', 'no.json'], 'does not exist'],
    [['check', '--colour'], 'unknown option'],
    [['explain', 'blocking-slep'], 'the nearest one is `blocking-sleep`'],
    [['print', 'racoons', 'a.py'], 'Allowed choices'],
    [['server'], 'not part of this build'],
    [[], 'Usage'],
  ])('%j is wrong usage: 2, with the reason on stderr and nothing on stdout', async (argv, says) => {
    const { code, stdout, stderr } = await folderWith({ 'a.py': nap }).run(argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(says);
  });

  it('a wrong configuration ends with 2, each error at its place, and what is right of it holds', async () => {
    const at = folderWith({ 'nap.py': nap, 'pyproject.toml': '[tool.threadwise]\ngil = "on"\nslect = []\nignore = ["loop"]\n' });
    const { code, stdout, stderr } = await at.run(['check', '--exit-zero']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: expect.stringMatching(/^All clear: 1 file/) });
    expect(stderr.split('\n')).toEqual([
      'pyproject.toml:2:7: error: `gil` is `"on"`; it takes `auto`, `enabled`, `disabled`, `both`.',
      'pyproject.toml:3:1: error: `slect` is no setting; the nearest one is `select`.',
      'threadwise: the configuration is wrong, only what is right of it was used',
      '',
    ]);
  });

  it('help and version end with 0', async () => {
    const at = folderWith({});
    expect(await at.run(['--version'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
    expect(await at.run(['check', '--help'])).toMatchObject({ code: 0, stdout: expect.stringContaining('--output-format') });
  });
});

describe('a terminal', () => {
  it('is given long lines cropped around the mark', async () => {
    const at = folderWith({
      'nap.py': `import time\n\n\nasync def nap():\n    ${'x = 1; '.repeat(30)}time.sleep(1)  # ${'y'.repeat(90)}\n`,
    });
    const { stdout } = await at.run(['check'], { columns: 60 });
    const lines = stdout.split('\n');
    const code = lines.findIndex((it) => it.includes('time.sleep(1)'));
    expect(lines[code]!.length).toBeLessThanOrEqual(60);
    expect(lines[code]).toMatch(/^ 5 │ ….*time\.sleep\(1\).*…$/);
    expect(lines[code + 1]!.indexOf('━')).toBe(lines[code]!.indexOf('time.sleep'));
    expect(lines[code + 1]!.split('━')).toHaveLength('time.sleep'.length + 1);
  });
});

describe('audit', () => {
  it('groups by law, and sums up by law and rule', async () => {
    const at = folderWith({ 'nap.py': nap, 'pool.py': pool });
    const { code, stdout } = await at.run(['audit', '.']);
    expect(code).toBe(1);
    const order = ['Law 1: Keep the loop free (1 finding)', 'nap.py:5:5', 'Law 2: Send work where it can run (1 finding)', 'pool.py:13:'];
    expect(order.map((it) => stdout.indexOf(it))).toEqual(order.map((it) => stdout.indexOf(it)).sort((a, b) => a - b));
    expect(stdout).toContain(
      '    1  1. Keep the loop free\n    1     blocking-sleep\n    1  2. Send work where it can run\n    1     cpu-bound-thread-pool\n',
    );
    expect(stdout).toContain('Found 2 findings in 2 files (2 warnings).');
  });
});

describe('what is known', () => {
  it('`explain` prints the page of a rule', async () => {
    const { code, stdout } = await folderWith({}).run(['explain', 'blocking-sleep']);
    expect({ code, title: stdout.split('\n')[0] }).toEqual({ code: 0, title: '# blocking-sleep' });
    expect((await folderWith({}).run(['explain', 'loop'])).stdout).toContain('`blocking-sleep`');
  });

  it('`rules` lists them, also as JSON', async () => {
    const list = await rules();
    expect(list).toContainEqual(expect.objectContaining({ id: 'blocking-sleep', law: 'loop', severity: 'warning', default: true }));
    const { stdout } = await folderWith({}).run(['rules']);
    expect(stdout.trimEnd().split('\n')).toHaveLength(list.length);
  });

  it('`config show` prints each value with where it comes from', async () => {
    const at = folderWith({ 'app/threadwise.toml': 'gil = "both"\n', 'app/a.py': '' });
    const { stdout } = await at.run(['config', 'show', 'app/a.py', '--min-confidence', 'high']);
    expect(stdout).toContain('configuration: app/threadwise.toml\n');
    expect(stdout).toContain('target: Python 3.9-3.14 with or without the GIL, any start method');
    expect(stdout).toMatch(/^gil +=\s"both" {2}\(threadwise\.toml\)$/m);
    expect(stdout).toMatch(/^min-confidence +=\s"high" {2}\(the command line\)$/m);
    expect(JSON.parse((await at.run(['config', 'schema'])).stdout)).toMatchObject({
      properties: { gil: { enum: expect.arrayContaining(['both']) } },
    });
  });

  it('`debug-info` names versions and no folder', async () => {
    const at = folderWith({});
    const { stdout } = await at.run(['debug-info']);
    expect(stdout).toMatch(/^threadwise: \d/);
    expect(stdout).not.toContain(at.folder);
  });
});

describe('print', () => {
  const files = {
    'pkg/__init__.py': '',
    'pkg/a.py': 'from pkg.b import f\n\n\ndef g():\n    f()\n    print(1)\n',
    'pkg/b.py': 'import time\n\n\ndef f():\n    time.sleep(1)\n',
  };

  it('calls: each function with what it may call, the folder being the import root', async () => {
    const at = folderWith({ ...files, 'outside.py': '' });
    const { code, stdout } = await at.run(['print', 'calls', '--json', '.']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ 'pkg.a.g': ['<builtin>.print', 'pkg.b.f'], 'pkg.b.f': ['time.sleep'] });
    const inside = await at.run(['print', 'calls', '--json', '.'], { cwd: 'pkg' });
    expect(JSON.parse(inside.stdout)).toMatchObject({ 'a.g': ['<builtin>.print', 'pkg.b.f'], 'b.f': ['time.sleep'] });
  });

  it('filter, chunks, tree, facts and runners', async () => {
    const at = folderWith({ 'nap.py': nap });
    const print = async (step: string) => JSON.parse((await at.run(['print', step, '--json', 'nap.py'])).stdout);
    expect(await print('filter')).toEqual({ 'nap.py': true });
    expect((await print('chunks'))['nap.py']).toMatchObject([
      { start: { line: 1, column: 1 } },
      { start: { line: 4, column: 1 }, part: 'whole', statements: ['function_definition'] },
    ]);
    expect((await print('tree'))['nap.py']).toMatchObject({ type: 'module' });
    expect((await print('facts'))['nap.py']).toMatchObject({ failure: null });
    expect(await print('runners')).toMatchObject({ 'nap:nap': expect.any(Array) });
    expect((await at.run(['print', 'tree', 'nap.py'])).stdout).toMatch(/^nap\.py\n {2}module\n {4}import_statement\n/);
  });

  it('runners: who runs each function, and where that starts', async () => {
    const jobs = 'import threading\n\n\ndef work():\n    pass\n\n\nfor _ in range(4):\n    threading.Thread(target=work).start()\n';
    const at = folderWith({ 'jobs.py': jobs });
    expect((await at.run(['print', 'runners', 'jobs.py'])).stdout).toBe(
      'jobs:\n  main: runs when the module is imported or started (jobs.py:1)\njobs:work\n  thread*: 4 threads run `work` (jobs.py:9)\n',
    );
    const starts = [{ file: 'jobs.py', line: 9, note: '4 threads run `work`' }];
    expect(JSON.parse((await at.run(['print', 'runners', '--json', 'jobs.py'])).stdout)['jobs:work']).toEqual([
      { id: 'thread jobs: work', kind: 'thread', many: true, space: 'main', starts },
    ]);
  });

  it('effects: what each function waits for and costs', async () => {
    const { code, stdout } = await folderWith({ 'nap.py': nap }).run(['print', 'effects', 'nap.py']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^nap:nap\n {2}waits for time\.sleep/);
  });

  it('races shows both sides of a race, with who runs them and what they hold', async () => {
    const hits =
      'import threading\n\nhits = 0\n\n\ndef bump():\n    global hits\n    hits = hits + int(1)\n\n\nfor _ in range(4):\n    threading.Thread(target=bump).start()\n';
    const { code, stdout } = await folderWith({ 'hits.py': hits }).run(['print', 'races', 'hits.py']);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout:
        'race hits: a call between the read and the write, high harm\n' +
        '  hits.py:8 bump update, run by thread*, no lock held\n'.repeat(2),
    });
  });
});

async function rules(): Promise<readonly { id: string; default: boolean }[]> {
  return JSON.parse((await folderWith({}).run(['rules', '--output-format', 'json'])).stdout);
}
