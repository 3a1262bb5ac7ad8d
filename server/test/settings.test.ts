// Settings and target: where they come from, what is wrong with them, and what they select.
import { describe, expect, it } from 'vitest';
import { namesBelow, nodeHost } from '../src/host/node.js';
import type { Alarm, Target } from '../src/model.js';
import { nearest } from '../src/project/nearest.js';
import { configurationSchema, keys } from '../src/project/schema.js';
import { judging, selectedRules } from '../src/project/selection.js';
import { excludes, loadSettings, setting, shown } from '../src/project/settings.js';
import { findTarget, readSpecifier, targetInWords } from '../src/project/target.js';
import { rules } from '../src/rules/index.js';
import { folderWith } from './terminal.js';

const hosted = (files: Readonly<Record<string, string | Uint8Array>>) => {
  const it = folderWith(files);
  return { ...it, host: nodeHost(namesBelow(it.folder)) };
};
const toml = async (text: string, name = 'threadwise.toml') => {
  const { host } = hosted({ [name]: text });
  return loadSettings({ host, folder: '.' });
};

describe('settings', () => {
  it('come from the nearest file that speaks to us', async () => {
    const { host } = hosted({
      'pyproject.toml': '[tool.threadwise]\ngil = "both"\n',
      'a/pyproject.toml': '[project]\nname = "a"\n',
      'a/b/threadwise.toml': 'gil = "disabled"\n',
    });
    const gil = async (folder: string) => {
      const { settings, file } = await loadSettings({ host, folder });
      return [file, setting(settings, 'gil')?.value];
    };
    expect(await gil('a/b')).toEqual(['a/b/threadwise.toml', 'disabled']);
    expect(await gil('a')).toEqual(['pyproject.toml', 'both']);
  });

  it('one bad key voids nothing else, and each error has its place, what is allowed and what is near', async () => {
    const { settings, problems } = await toml(
      [
        'gil = "on"',
        'min-confidense = "high"',
        'select = ["blocking-slep", "blocking-network"]',
        'python-version = 3.12',
        'start-method = "spawn"',
        '',
      ].join('\n'),
    );
    expect(setting(settings, 'start-method')?.value).toBe('spawn');
    expect(setting(settings, 'select')?.value).toEqual(['blocking-network']);
    expect(setting(settings, 'gil')).toBeUndefined();
    expect(problems.map((it) => [`${it.range.start.line}:${it.range.start.column}-${it.range.end.column}`, it.message])).toEqual([
      ['1:7-11', '`gil` is `"on"`; it takes `auto`, `enabled`, `disabled`, `both`.'],
      ['2:1-15', '`min-confidense` is no setting; the nearest one is `min-confidence`.'],
      ['3:11-26', '`blocking-slep` is no rule, no law and not `all`; the nearest one is `blocking-sleep`.'],
      ['4:18-22', '`python-version` is `3.12`; it takes a text such as `"3.12"` or `"3.10-3.14"`.'],
    ]);
  });

  it('point into tables of a `pyproject.toml`', async () => {
    const text =
      '[project]\nname = "x"\n\n[tool.threadwise.severity]\nloop = "loud"\nworker = "error"\n\n[tool.threadwise.per-file-ignores]\n"tests/**" = ["wrker"]\n';
    const { settings, problems } = await toml(text, 'pyproject.toml');
    expect(setting(settings, 'severity')?.value).toEqual({ worker: 'error' });
    expect(problems.map((it) => [it.file, it.range.start.line, it.range.start.column, it.message])).toEqual([
      ['pyproject.toml', 5, 8, '`severity.loop` is `"loud"`; it takes `error`, `warning`, `info`, `hint`.'],
      ['pyproject.toml', 9, 15, '`wrker` is no rule, no law and not `all`; the nearest one is `worker`.'],
    ]);
  });

  it('say what is wrong with the shape of a value', async () => {
    const { problems } = await toml('exclude = "build"\nsrc = [1]\nseverity = "error"\n');
    expect(problems.map((it) => it.message)).toEqual([
      '`exclude` is `"build"`; it takes a list of texts.',
      'an entry of `src` is `1`; it takes a text.',
      '`severity` is `"error"`; it takes a table.',
    ]);
  });

  it('tell where a file is no TOML, unless it is somebody else’s', async () => {
    expect((await toml('gil = = 1\n')).problems).toMatchObject([{ range: { start: { line: 1 } } }]);
    expect((await toml('name = \n', 'pyproject.toml')).problems).toEqual([]);
    expect((await toml('[tool.threadwise]\ngil = \n', 'pyproject.toml')).problems).toHaveLength(1);
  });

  it('extend another file: lists add up, values are replaced, paths belong to the file that says them', async () => {
    const { host } = hosted({
      'base.toml': 'gil = "both"\nexclude = ["gen"]\nextend-select = ["loop"]\nstart-method = "spawn"\n',
      'app/threadwise.toml': 'extend = "../base.toml"\ngil = "enabled"\nexclude = ["old"]\n',
    });
    const { settings, problems } = await loadSettings({ host, folder: 'app' });
    expect(problems).toEqual([]);
    expect(excludes(settings)).toEqual([
      { base: '.', patterns: ['gen'] },
      { base: 'app', patterns: ['old'] },
    ]);
    expect(shown(settings).filter((it) => it.value !== undefined)).toEqual([
      { key: 'extend-select', value: ['loop'], origin: 'base.toml' },
      { key: 'gil', value: 'enabled', origin: 'threadwise.toml' },
      { key: 'start-method', value: 'spawn', origin: 'base.toml' },
      { key: 'exclude', value: ['gen', 'old'], origin: 'base.toml, threadwise.toml' },
    ]);
  });

  it('that extend each other or nothing are errors at `extend`', async () => {
    const { host } = hosted({
      'threadwise.toml': 'extend = "b.toml"\n',
      'b.toml': 'extend = "threadwise.toml"\n',
      'c/threadwise.toml': 'extend = "no.toml"\n',
    });
    expect((await loadSettings({ host, folder: '.' })).problems).toMatchObject([
      { file: 'b.toml', message: '`extend` leads back to `threadwise.toml`.' },
    ]);
    expect((await loadSettings({ host, folder: 'c' })).problems).toMatchObject([
      { file: 'c/threadwise.toml', message: '`extend` is `no.toml`, and there is no such file.' },
    ]);
  });

  it('of the editor are weaker than a file, flags are stronger', async () => {
    const { host } = hosted({ 'threadwise.toml': 'gil = "both"\n' });
    const layer = (gil: 'enabled' | 'disabled') => [{ origin: gil, base: '.', values: { gil } }];
    const weaker = await loadSettings({ host, folder: '.', weaker: layer('enabled') });
    const stronger = await loadSettings({ host, folder: '.', stronger: layer('disabled') });
    expect([setting(weaker.settings, 'gil')?.value, setting(stronger.settings, 'gil')?.value]).toEqual(['both', 'disabled']);
  });

  it('have a JSON schema with every key', () => {
    expect(Object.keys((configurationSchema() as { properties: object }).properties)).toEqual([...keys]);
  });
});

describe('selection', () => {
  const lawOf = (id: string) => rules.find((it) => it.id === id)?.law;
  const selected = async (text: string) => [...selectedRules((await toml(text)).settings)].sort();

  it('takes what is more exact over what is less', async () => {
    const all = await selected('');
    expect(all).toContain('blocking-sleep');
    expect(await selected('ignore = ["loop"]\nextend-select = ["blocking-sleep"]')).toEqual(
      all.filter((id) => id === 'blocking-sleep' || lawOf(id) !== 'loop'),
    );
    const loop = await selected('select = ["loop"]\nignore = ["blocking-sleep"]');
    expect(loop).toContain('blocking-network');
    expect(loop.filter((id) => id === 'blocking-sleep' || lawOf(id) !== 'loop')).toEqual([]);
    expect(await selected('select = ["blocking-sleep"]')).toEqual(['blocking-sleep']);
    expect(await selected('ignore = ["all"]')).toEqual([]);
  });

  it('hides by file and by confidence, and sets severities', async () => {
    const { host, folder } = hosted({
      'threadwise.toml':
        'min-confidence = "high"\n[severity]\nloop = "error"\nblocking-network = "hint"\n[per-file-ignores]\n"tests/**" = ["worker"]\n"conftest.py" = ["all"]\n',
    });
    expect(folder).not.toBe('');
    const { settings } = await loadSettings({ host, folder: '.' });
    const alarm = (file: string, rule: string, law: Alarm['law'], confidence: Alarm['confidence'] = 'high'): Alarm => ({
      rule,
      law,
      severity: 'warning',
      confidence,
      at: { file, span: { start: 0, end: 1 }, note: '' },
      message: '',
      because: [],
      fingerprint: '',
      suppressed: null,
    });
    const judged = judging(
      settings,
      host,
    )([
      alarm('a.py', 'blocking-sleep', 'loop'),
      alarm('a.py', 'blocking-sleep', 'loop', 'medium'),
      alarm('a.py', 'blocking-network', 'loop'),
      alarm('a.py', 'cpu-bound-thread', 'worker'),
      alarm('tests/deep/a.py', 'cpu-bound-thread', 'worker'),
      alarm('tests/deep/a.py', 'blocking-sleep', 'loop'),
      alarm('lib/conftest.py', 'blocking-sleep', 'loop'),
      alarm('../outside.py', 'cpu-bound-thread', 'worker'),
    ]);
    expect(judged.map((it) => `${it.at.file} ${it.rule} ${it.severity}`)).toEqual([
      'a.py blocking-sleep error',
      'a.py blocking-network hint',
      'a.py cpu-bound-thread warning',
      'tests/deep/a.py blocking-sleep error',
      '../outside.py cpu-bound-thread warning',
    ]);
  });
});

describe('the target', () => {
  const target = async (files: Readonly<Record<string, string>>, interpreter?: string): Promise<Target> => {
    const { host } = hosted({ '.git/HEAD': '', ...files });
    const { settings } = await loadSettings({ host, folder: '.' });
    return findTarget({ host, folder: '.', settings, ...(interpreter === undefined ? {} : { interpreter }) });
  };

  it('is every version with the GIL where nothing is said', async () => {
    const it = await target({});
    expect(it).toEqual({
      python: { from: 9, to: 14 },
      gil: 'on',
      start: 'any',
      origin: { python: 'default', gil: 'default', start: 'default' },
    });
    expect(targetInWords(it)).toBe('Python 3.9-3.14 with the GIL, any start method');
  });

  it('climbs down the ladder: setting, requires-python, .python-version, interpreter, virtual environment', async () => {
    const files = {
      'threadwise.toml': 'python-version = "3.10-3.12"\n',
      'pyproject.toml': '[project]\nrequires-python = ">=3.11"\n',
      '.python-version': '3.13\n',
      '.venv/pyvenv.cfg': 'home = x\nversion = 3.9.2\n',
    };
    const seen: unknown[] = [];
    const rest: Record<string, string> = { ...files };
    for (const name of [...Object.keys(files), 'none']) {
      const { python, origin } = await target(rest, '3.12.1');
      seen.push([python.from, python.to, origin.python]);
      delete rest[name];
    }
    expect(seen).toEqual([
      [10, 12, '`python-version` from threadwise.toml'],
      [11, 14, '`requires-python` from pyproject.toml'],
      [13, 13, '.python-version'],
      [12, 12, 'the selected interpreter'],
      [12, 12, 'the selected interpreter'],
    ]);
    expect(await target({ '.venv/pyvenv.cfg': files['.venv/pyvenv.cfg'] })).toMatchObject({
      python: { from: 9, to: 9 },
      origin: { python: '.venv/pyvenv.cfg' },
    });
  });

  it('is free-threaded where a `t` says so, and not where a stronger place names a version without it', async () => {
    expect(await target({ '.python-version': '3.14t\n' })).toMatchObject({
      gil: 'off',
      python: { from: 14, to: 14 },
      origin: { gil: '.python-version' },
    });
    expect(await target({ '.python-version': '3.14t\n', 'threadwise.toml': 'python-version = "3.13"\n' })).toMatchObject({ gil: 'on' });
    expect(await target({ '.python-version': '3.14t\n', 'threadwise.toml': 'gil = "both"\n' })).toMatchObject({
      gil: 'either',
      origin: { gil: '`gil` from threadwise.toml' },
    });
    expect(await target({ '.python-version': '3.14t\n', 'pyproject.toml': '[project]\nrequires-python = ">=3.10"\n' })).toMatchObject({
      gil: 'off',
      python: { from: 10 },
    });
  });

  it('reads what a virtual environment says of its interpreter', async () => {
    const free = 'home = /opt/python/bin\nimplementation = CPython\nversion_info = 3.14.0\nexecutable = /opt/python/bin/python3.14t\n';
    expect(await target({ '.venv/pyvenv.cfg': free })).toMatchObject({
      gil: 'off',
      python: { from: 14, to: 14 },
      origin: { python: '.venv/pyvenv.cfg', gil: '.venv/pyvenv.cfg' },
    });
    expect(await target({ '.venv/pyvenv.cfg': 'version = 3.13.1+freethreaded\n' })).toMatchObject({ gil: 'off', python: { to: 13 } });
    expect(await target({ '.venv/pyvenv.cfg': 'home = /usr/bin\nversion = 3.14.0\n' })).toMatchObject({ gil: 'on', python: { to: 14 } });
  });

  it('says from where the start method comes', async () => {
    expect(await target({ 'threadwise.toml': 'start-method = "forkserver"\n' })).toMatchObject({
      start: 'forkserver',
      origin: { start: '`start-method` from threadwise.toml' },
    });
    expect(await target({ 'threadwise.toml': 'start-method = "auto"\n' })).toMatchObject({ start: 'any', origin: { start: 'default' } });
  });

  it.each([
    ['>=3.9', 9, 14],
    ['>=3.9,<3.13', 9, 12],
    ['>= 3.8, < 4.0', 8, 14],
    ['~=3.10', 10, 14],
    ['~=3.10.2', 10, 10],
    ['==3.11.*', 11, 11],
    ['^3.9', 9, 14],
    ['>3.8', 9, 14],
    ['>=3.8,!=3.9.1', 8, 14],
    ['<=3.12', 9, 12],
    ['>=3.15', 15, 15],
    ['>=3', 0, 14],
  ])('reads the specifier %s', (text, from, to) => {
    expect(readSpecifier(text)).toEqual({ from, to });
  });

  it.each(['>=2.7', '', 'any', '<3'])('has no answer for the specifier %j', (text) => {
    expect(readSpecifier(text)).toBeUndefined();
  });
});

describe('the nearest word', () => {
  it('is near, or there is none', () => {
    expect(nearest('blocking-slepe', ['blocking-sleep', 'blocking-network'])).toBe('blocking-sleep');
    expect(nearest('slect', ['select', 'src'])).toBe('select');
    expect(nearest('xyz', ['select', 'src'])).toBeUndefined();
  });
});
