// What a project says of its own names, in its settings and in files: what it changes, how it is shown, and how mistakes are told.
import { describe, expect, it } from 'vitest';
import { namesBelow, nodeHost } from '../src/host/node.js';
import type { Target } from '../src/model.js';
import { knowledgeFor } from '../src/project/knowledge.js';
import { loadSettings } from '../src/project/settings.js';
import { folderWith } from './terminal.js';

const target: Target = {
  python: { from: 11, to: 11 },
  gil: 'on',
  start: 'any',
  origin: { python: 'test', gil: 'test', start: 'test' },
};
const loaded = async (files: Readonly<Record<string, string>>, folder = '.') => {
  const host = nodeHost(namesBelow(folderWith(files).folder));
  const { settings, problems } = await loadSettings({ host, folder });
  return { api: knowledgeFor(settings, target).api, problems: problems.map((it) => [it.file, it.range.start.line, it.message]) };
};
const library = (name: string, apis: object) => JSON.stringify({ library: name, evidence: `https://example.org/${name}`, apis }, null, 2);

describe('knowledge of a project', () => {
  it('is declared in a table, call by call or by pattern', async () => {
    const { api, problems } = await loaded({
      'pyproject.toml': [
        '[tool.threadwise.knowledge]',
        'blocking = { "myorm.fetch*" = "myorm.aio.fetch", "mycorp.db.query" = "" }',
        'task-keepers = ["mycorp.tasks.keep"]',
        'thread-safe = ["mycorp.Client"]',
        'thread-unsafe = ["mycorp.**.Cursor"]',
      ].join('\n'),
    });
    expect(problems).toEqual([]);
    expect(api('myorm.fetch_one')).toEqual({
      gil: 'waits',
      topic: 'other',
      twin: 'myorm.aio.fetch',
      ownTwin: 'myorm.aio.fetch',
      evidence: 'pyproject.toml:2',
    });
    expect(api('mycorp.db.query')).toEqual({ gil: 'waits', topic: 'other', evidence: 'pyproject.toml:2' });
    expect(api('mycorp.tasks.keep')?.keeps).toBe(true);
    expect(api('mycorp.Client')?.safety).toBe('shared');
    expect(api('mycorp.db.sync.Cursor')).toMatchObject({ safety: 'distinct', evidence: 'pyproject.toml:5' });
    expect(api('mycorp.nothing')).toBeUndefined();
  });

  it('is read from files, folders and patterns, from the folder of the settings that name them', async () => {
    const files = {
      'base.toml': '[knowledge]\nfiles = ["shared/one.json"]\n',
      'shared/one.json': library('one', { 'one.f': { topic: 'http' } }),
      'app/threadwise.toml': 'extend = "../base.toml"\n[knowledge]\nfiles = ["kb", "more/*.json"]\n',
      'app/kb/deep/two.json': library('two', { 'two.f': { topic: 'file' }, 'one.f': { topic: 'database' } }),
      'app/more/three.json': library('three', { 'three.f': { topic: 'dns' } }),
      'app/more/not/four.json': library('four', { 'four.f': { topic: 'dns' } }),
    };
    const { api, problems } = await loaded(files, 'app');
    expect(problems).toEqual([]);
    expect(['one.f', 'two.f', 'three.f', 'four.f'].map((it) => api(it)?.topic)).toEqual(['database', 'file', 'dns', undefined]);
  });

  it('that is wrong is told with file, entry and what is allowed, and voids no other file', async () => {
    const { api, problems } = await loaded({
      'threadwise.toml': '[knowledge]\nfiles = ["kb/*.json", "no.json"]\nthread-safe = ["mycorp.Client", "my corp"]\nthread_unsafe = []\n',
      'kb/bad.json': library('bad', { 'bad.g': { topic: 'slep' }, 'bad.h': { returns: 'no name' } }),
      'kb/broken.json': '{',
      'kb/good.json': library('good', { 'good.f': { topic: 'http' } }),
    });
    expect(api('good.f')?.topic).toBe('http');
    expect(api('mycorp.Client')?.safety).toBe('shared');
    expect(api('bad.h')).toBeUndefined();
    expect(problems).toEqual([
      ['threadwise.toml', 3, expect.stringMatching(/^an entry of `knowledge.thread-safe` is `"my corp"`; it takes a dotted name/)],
      ['threadwise.toml', 4, '`knowledge.thread_unsafe` is no setting; the nearest one is `thread-unsafe`.'],
      ['kb/bad.json', 5, expect.stringMatching(/^`bad.g`: `topic` is `"slep"`; it takes .*`sleep`/)],
      ['kb/bad.json', 8, expect.stringMatching(/^`bad.h`: `returns`: not a dotted Python name/)],
      ['kb/broken.json', 1, expect.stringMatching(/^The file is no JSON: /)],
      ['threadwise.toml', 2, expect.stringMatching(/^`no.json` in `knowledge.files` names no file/)],
    ]);
  });

  it('says what a twin may be', async () => {
    const { problems } = await loaded({ 'threadwise.toml': '[knowledge]\nblocking = { "a.b" = "await c", "a.c" = "" }\n' });
    expect(problems).toEqual([
      ['threadwise.toml', 2, '`knowledge.blocking.a.b` is `"await c"`; it takes a dotted name, or `""` where there is none.'],
    ]);
  });
});

describe('the command line', () => {
  const app = 'import acme\n\n\nasync def nap():\n    acme.rest(1)\n';
  it('finds what the project knows to sleep', async () => {
    const at = folderWith({
      'app.py': app,
      'pyproject.toml': '[tool.threadwise.knowledge]\nfiles = ["acme.json"]\n',
      'acme.json': library('acme', { 'acme.rest': { topic: 'sleep', twin: 'acme.aio.rest' } }),
    });
    const { code, stdout } = await at.run(['check']);
    expect({ code, stdout }).toMatchObject({ code: 1, stdout: expect.stringContaining('[blocking-sleep]') });
  });

  it('leaves alone what runs elsewhere, and hints at what blocks before anybody is served', async () => {
    const at = folderWith({
      'app.py': [
        'import time',
        'from corp.threads import offload, threaded',
        '',
        '',
        'def work():',
        '    time.sleep(1)',
        '',
        '',
        'async def handler():',
        '    offload(work)',
        '    helper()',
        '',
        '',
        '@threaded',
        'def helper():',
        '    time.sleep(2)',
        '',
        '',
        '@threaded',
        'async def in_a_loop_of_its_own():',
        '    time.sleep(3)',
        '',
        '',
        'async def prepare():',
        '    time.sleep(4)',
        '',
        '',
        'async def serve():',
        '    time.sleep(5)',
      ].join('\n'),
      'corp/__init__.py': '',
      'corp/threads.py':
        'def offload(function):\n    return function()\n\n\ndef threaded(function):\n    def run():\n        return offload(function)\n    return run\n',
      'pyproject.toml':
        '[tool.threadwise.knowledge]\nruns-elsewhere = ["corp.threads.offload", "corp.threads.threaded"]\nstartup = ["app.prep*"]\n',
    });
    const { stdout } = await at.run(['check', '--select', 'blocking-sleep', '--output-format', 'json', '--exit-zero']);
    const found = JSON.parse(stdout).findings as { severity: string; range: { start: { line: number } } }[];
    expect(found.map((it) => [it.range.start.line, it.severity])).toEqual([
      [25, 'hint'],
      [29, 'warning'],
    ]);
  });

  it('believes what the project says of its own functions, whatever their bodies show', async () => {
    const at = folderWith({
      'app.py':
        'from corp import device\n\n\nasync def measure():\n    prepare()\n\n\ndef prepare():\n    device.settle(3)\n    device.reset()\n',
      'corp/__init__.py': '',
      'corp/device.py': 'import _native\n\n\ndef settle(n):\n    _native.settle(n)\n\n\ndef reset():\n    _native.reset()\n',
      'pyproject.toml': '[tool.threadwise.knowledge]\nfiles = ["corp.json"]\n',
      'corp.json': library('corp', { 'corp.device.settle': { topic: 'sleep' } }),
    });
    const { findings } = JSON.parse((await at.run(['check', '--output-format', 'json'])).stdout);
    expect(findings).toHaveLength(1);
    expect(findings[0].message).toContain('corp.device.settle');
    expect((await at.run(['check', '--isolated'])).code).toBe(0);
  });

  it('ends with 2 where a file is wrong, and says where', async () => {
    const at = folderWith({
      'app.py': app,
      'pyproject.toml': '[tool.threadwise.knowledge]\nfiles = ["acme.json"]\n',
      'acme.json': library('acme', { 'acme.rest': { sleeps: true } }),
    });
    const { code, stdout, stderr } = await at.run(['check']);
    expect({ code, stdout }).toMatchObject({ code: 2, stdout: expect.stringContaining('All clear') });
    expect(stderr).toMatch(/^acme\.json:5:5: error: `acme\.rest`: `sleeps` is no key; there are .*`topic`/);
    expect(stderr).toContain('the configuration is wrong, only what is right of it was used');
  });

  it('`config show` prints it with where it comes from, `config schema` describes it', async () => {
    const at = folderWith({
      'base.toml': '[knowledge]\nthread-safe = ["a.B"]\n',
      'threadwise.toml': 'extend = "base.toml"\n[knowledge]\nthread-safe = ["c.D"]\nblocking = { "a.f" = "" }\n',
    });
    const { stdout } = await at.run(['config', 'show', '.']);
    expect(stdout).toMatch(/^knowledge\.thread-safe +=\s\["a\.B","c\.D"\] {2}\(base\.toml, threadwise\.toml\)$/m);
    expect(stdout).toMatch(/^knowledge\.blocking +=\s\{"a\.f":""\} {2}\(threadwise\.toml\)$/m);
    expect(stdout).toMatch(/^knowledge\.files +=\s\(not set\) {2}\(default\)$/m);
    const schema = JSON.parse((await at.run(['config', 'schema'])).stdout);
    expect(Object.keys(schema.properties.knowledge.properties)).toContain('task-keepers');
  });
});
