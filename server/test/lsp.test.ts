// The language server as an editor sees it: real messages over a connection in memory, real files, and mostly the real engine.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { CancellationTokenSource, type Diagnostic, type Hover, LSPErrorCodes } from 'vscode-languageserver/node';
import { Engine } from '../src/engine/engine.js';
import { closeEditors, type Editor, oldEditor, startEditor, until, vscode } from './editor.js';
import { nap, report, shared, web } from './samples.js';
import { folderWith } from './terminal.js';

afterEach(closeEditors);

describe('initialize', () => {
  it('offers pull diagnostics to a client that pulls, hovers, fixes on resolve, and counts in UTF-16', async () => {
    const { initialized } = await startEditor();
    expect(initialized.capabilities).toMatchObject({
      positionEncoding: 'utf-16',
      textDocumentSync: { openClose: true, change: 2 },
      diagnosticProvider: { interFileDependencies: true, workspaceDiagnostics: true },
      codeActionProvider: {
        codeActionKinds: ['quickfix', 'refactor.rewrite.threadwise', 'source.fixAll.threadwise'],
        resolveProvider: true,
      },
      hoverProvider: true,
    });
    expect(initialized.serverInfo?.name).toBe('Threadwise');
  });

  it('offers no pull to a client that has never heard of it', async () => {
    const { initialized } = await startEditor({ capabilities: oldEditor });
    expect(initialized.capabilities.diagnosticProvider).toBeUndefined();
    expect(initialized.capabilities.workspace?.textDocumentContent).toBeUndefined();
  });

  it('watches files and settings where the client can tell of them', async () => {
    const { registered } = await startEditor();
    await until('both registrations', () => registered.length === 2);
    expect(registered.sort()).toEqual(['workspace/didChangeConfiguration', 'workspace/didChangeWatchedFiles']);
  });
});

describe('diagnostics of a document', () => {
  it('blame the coroutine, and walk down to the cause through files that are not open', async () => {
    const editor = await startEditor({ files: web });
    await editor.open('api.py');
    const [alarm, ...more] = await editor.alarms('api.py');
    expect(more).toEqual([]);
    expect(alarm).toMatchObject({
      source: 'threadwise',
      code: 'blocking-network',
      severity: 2,
      data: expect.stringMatching(/^[0-9a-f]{16}$/),
      codeDescription: { href: 'threadwise:/rules/blocking-network.md' },
    });
    expect(at(editor, 'api.py', alarm!)).toMatch(/^load_page/);
    const steps = alarm!.relatedInformation!;
    expect([...new Set(steps.map((it) => it.location.uri))]).toEqual(['api.py', 'service.py', 'client.py'].map(editor.uri));
    expect(steps.map((it) => it.message.split(' ')[0])).toEqual(steps.map((_, nth) => `${nth + 1}.`));
    expect(steps.at(-1)!.location.range.start).toEqual({ line: 4, character: 11 });
  });

  it('are `unchanged` for who has them, in the file that was edited elsewhere and in all others', async () => {
    const editor = await startEditor({ files: web });
    await editor.open('api.py');
    await editor.open('client.py');
    const first = await editor.pull('api.py');
    expect(first).toMatchObject({ kind: 'full', resultId: expect.any(String) });
    expect(await editor.pull('api.py', first.resultId)).toEqual({ kind: 'unchanged', resultId: first.resultId });
    await editor.type('client.py', 'timeout=5', 'timeout=6');
    expect(await editor.pull('api.py', first.resultId)).toEqual({ kind: 'unchanged', resultId: first.resultId });
    await editor.type('api.py', 'return page', 'return  page');
    expect(await editor.pull('api.py', first.resultId)).toEqual({ kind: 'unchanged', resultId: first.resultId });
  });

  it('follow an edit in a helper two files away, and its undoing', async () => {
    const editor = await startEditor({ files: web });
    await editor.open('api.py');
    await editor.open('client.py');
    const first = await editor.pull('api.py');
    await editor.type('client.py', 'requests.get(url, timeout=5).text', 'url');
    const second = await editor.pull('api.py', first.resultId);
    expect(second).toMatchObject({ kind: 'full', items: [] });
    await editor.type('client.py', 'return url', 'return requests.get(url, timeout=5).text');
    expect(await editor.pull('api.py', second.resultId)).toMatchObject({ kind: 'full', items: [{ code: 'blocking-network' }] });
  });

  it('move with the lines above them', async () => {
    const editor = await startEditor({ files: { 'nap.py': nap } });
    await editor.open('nap.py');
    const first = await editor.pull('nap.py');
    await editor.type('nap.py', '\n\n\n', '\n\n\n\n');
    const second = await editor.pull('nap.py', first.resultId);
    expect(second).toMatchObject({ kind: 'full', items: [{ range: { start: { line: 5, character: 4 } } }] });
  });

  it('count emoji as two, and leave carriage returns at the end of the line', async () => {
    const text = 'import time\r\n\r\n\r\nasync def nap():\r\n    print("😀😀"); time.sleep(1)\r\n';
    const editor = await startEditor();
    await editor.open('nap.py', text);
    const [alarm] = await editor.alarms('nap.py');
    expect(at(editor, 'nap.py', alarm!)).toMatch(/^time\.sleep/);
    expect(alarm!.range.start).toEqual({ line: 4, character: 19 });
  });

  it('say nothing about what a comment ignores', async () => {
    const editor = await startEditor();
    await editor.open('nap.py', nap.replace('sleep(1)', 'sleep(1)  # threadwise: ignore[blocking-sleep] a test needs it'));
    expect(await editor.alarms('nap.py')).toEqual([]);
  });

  it('come for a document that was never saved, and for one outside of every folder', async () => {
    const editor = await startEditor({ folders: [] });
    await editor.open('untitled:Untitled-1', nap);
    expect(await editor.alarms('untitled:Untitled-1')).toMatchObject([{ code: 'blocking-sleep' }]);
    await editor.open('nap.py', nap);
    expect(await editor.alarms('nap.py')).toMatchObject([{ code: 'blocking-sleep' }]);
  });

  it('take a file for the same whichever way the client escapes its name', async () => {
    const editor = await startEditor({ files: { 'a b@c.py': nap } });
    const [plain, escaped] = [editor.uri('a b@c.py'), editor.uri('a b@c.py').replace('@', '%40')];
    expect(plain).not.toBe(escaped);
    await editor.open(escaped, nap.replace('time.sleep(1)', 'pass'));
    expect(await editor.alarms(escaped)).toEqual([]);
    expect(await editor.alarms(plain)).toEqual([]);
  });

  it('leave out stubs, cells and old states of a file', async () => {
    const editor = await startEditor();
    for (const uri of ['stub.pyi', 'git:/nap.py', 'vscode-notebook-cell:/book.ipynb#1']) {
      await editor.open(uri, nap);
      expect(await editor.alarms(uri)).toEqual([]);
    }
  });

  it('are not pushed as well', async () => {
    const editor = await startEditor({ files: { 'nap.py': nap } });
    await editor.open('nap.py');
    expect(await editor.alarms('nap.py')).toHaveLength(1);
    await until('the folder to be read', () => editor.refreshes() > 0);
    expect([...editor.pushed]).toEqual([]);
  });

  it('carry no related information and no link where the client shows none', async () => {
    const editor = await startEditor({ files: web, capabilities: { ...vscode, textDocument: { diagnostic: {} } } });
    await editor.open('api.py');
    const [alarm] = await editor.alarms('api.py');
    expect(alarm).not.toHaveProperty('relatedInformation');
    expect(alarm).not.toHaveProperty('codeDescription');
  });
});

describe('diagnostics that are pushed', () => {
  it('come for open and closed files, and go with the cause', async () => {
    const editor = await startEditor({ files: web, capabilities: oldEditor });
    const shown = () => editor.pushed.get(editor.uri('api.py'))?.map((it) => it.code);
    await until('an alarm in a file that is not open', () => shown()?.includes('blocking-network'));
    await editor.open('client.py');
    await editor.type('client.py', 'requests.get(url, timeout=5).text', 'url');
    await until('the alarm to go', () => shown()?.length === 0);
  });

  it('come for an open file before the folder is read, with the version of its text', async () => {
    const editor = await startEditor({ capabilities: oldEditor, folders: [] });
    await editor.open('nap.py', nap);
    await until('the alarm', () => editor.pushed.get(editor.uri('nap.py'))?.length === 1);
  });
});

describe('diagnostics of the workspace', () => {
  it('name closed files with alarms, and no file that is ignored or only imported', async () => {
    const hidden = { '.gitignore': 'secret.py\n', 'secret.py': nap, 'node_modules/x/nap.py': nap, 'tests/nap.py': nap };
    const config = { 'pyproject.toml': '[tool.threadwise]\nexclude = ["tests"]\n' };
    const editor = await startEditor({ files: { ...web, ...hidden, ...config } });
    const { items } = await editor.pullWorkspace();
    expect(items).toMatchObject([{ kind: 'full', uri: editor.uri('api.py'), version: null, items: [{ code: 'blocking-network' }] }]);
  });

  it('are held back until there is something new, and then say only that', async () => {
    const editor = await startEditor({ files: { ...web, 'nap.py': nap } });
    const first = await editor.pullWorkspace();
    const known = Object.fromEntries(first.items.map((it) => [it.uri, it.resultId!]));
    expect(Object.keys(known).sort()).toEqual([editor.uri('api.py'), editor.uri('nap.py')]);
    let answered = false;
    const second = editor.pullWorkspace(known).finally(() => {
      answered = true;
    });
    await editor.open('client.py');
    await editor.alarms('client.py');
    expect(answered).toBe(false);
    await editor.type('client.py', 'requests.get(url, timeout=5).text', 'url');
    expect((await second).items).toMatchObject([{ uri: editor.uri('api.py'), kind: 'full', items: [] }]);
  });

  it('empty the list of a file that was deleted, and find one that is new', async () => {
    const editor = await startEditor({ files: { 'nap.py': nap } });
    const [first] = (await editor.pullWorkspace()).items;
    editor.remove('nap.py');
    editor.write('other.py', nap);
    await editor.watch('nap.py', 'other.py');
    const { items } = await editor.pullWorkspace({ 'nap.py': first!.resultId! });
    expect(items.map((it) => [it.uri, 'items' in it ? it.items.length : -1]).sort()).toEqual([
      [editor.uri('nap.py'), 0],
      [editor.uri('other.py'), 1],
    ]);
  });

  it('free a request that waits when another one comes', async () => {
    const editor = await startEditor();
    const first = editor.pullWorkspace();
    await editor.alarms('any.py');
    const source = new CancellationTokenSource();
    const second = editor.request('workspace/diagnostic', { previousResultIds: [] }, source.token);
    expect(await first).toEqual({ items: [] });
    source.cancel();
    await expect(second).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
  });

  it('belong to the folder a file lies in, with its own settings', async () => {
    const files = {
      'app/nap.py': nap,
      'app/pyproject.toml': '[tool.threadwise]\nignore = ["blocking-sleep"]\n',
      'app/plugin/nap.py': nap,
      'app/plugin/pyproject.toml': '[tool.threadwise]\n',
    };
    const editor = await startEditor({ files, folders: ['app', 'app/plugin'] });
    const { items } = await editor.pullWorkspace();
    expect(items.map((it) => it.uri)).toEqual([editor.uri('app/plugin/nap.py')]);
  });
});

describe('the command line', () => {
  it('finds what the language server finds, in a folder and in a part of it', async () => {
    const root = join(import.meta.dirname, '../..');
    const demos = readdirSync(join(root, 'test-fixtures/projects'));
    const projects = [...demos.map((it) => `test-fixtures/projects/${it}`), 'client/test/workspace'];
    const files = Object.fromEntries(
      projects.flatMap((project) =>
        readdirSync(join(root, project), { recursive: true, encoding: 'utf8' })
          .filter((path) => /\.(py|ipynb|toml)$/.test(path))
          .map((path) => [`${basename(project)}/${path}`, readFileSync(join(root, project, path), 'utf8')]),
      ),
    );
    const terminal = folderWith(files);
    for (const folder of [...demos, 'shop/backoffice', 'workspace']) {
      const { stdout } = await terminal.run(['check', '--output-format', 'json', '--output-format', 'sarif=sarif.json', folder]);
      const found: { rule: string; path: string; severity: string; message: string }[] = JSON.parse(stdout).findings;
      // A notebook that is not open has the lines of its file in the editor, as in SARIF.
      const lines: number[] = JSON.parse(terminal.read('sarif.json')).runs[0].results.map(
        (it: { locations: { physicalLocation: { region: { startLine: number } } }[] }) =>
          it.locations[0]!.physicalLocation.region.startLine,
      );
      const editor = await startEditor({ files, folders: [folder] });
      const { items } = await editor.pullWorkspace();
      const shown = items.flatMap((it) =>
        ('items' in it ? it.items : []).map(({ code, message, severity, range }) => ({
          path: it.uri.slice(editor.uri('.').length + 1),
          line: range.start.line + 1,
          rule: code,
          severity: ['', 'error', 'warning', 'info', 'hint'][severity!],
          message,
        })),
      );
      const listed = found.map(({ path, rule, severity, message }, at) => ({ path, line: lines[at], rule, severity, message }));
      expect(shown).toEqual(listed);
      expect(shown.length).toBeGreaterThan(0);
    }
  });
});

describe('hover', () => {
  it('tells an alarm with its evidence, its cures and what was assumed', async () => {
    const config = { 'pyproject.toml': '[project]\nrequires-python = ">=3.11,<3.13"\n' };
    const editor = await startEditor({ files: { ...web, ...config } });
    await editor.open('api.py');
    const text = markdown(await editor.hover('api.py', 'load_page(url)\n'));
    expect(text).toContain('**Why**');
    expect(text).toContain(`[api.py:5](${editor.uri('api.py')}#L5,12)`);
    expect(text).toContain(`[client.py:5](${editor.uri('client.py')}#L5,12)`);
    expect(text).toContain('requests.get');
    expect(text).toMatch(/\*\*What would make it fine\*\*\n\n\w/);
    expect(text).toContain('- Run it in a thread');
    expect(text).toMatch(/Rule \[`blocking-network`\]\(threadwise:\/rules\/blocking-network\.md\), (high|medium) confidence/);
    expect(text).toContain('Python 3.11 to 3.12 (`requires-python` from pyproject.toml), with the GIL (default), any start method');
  });

  it('tells why a rewrite is refused', async () => {
    const editor = await startEditor();
    await editor.open('shared.py', shared);
    expect(markdown(await editor.hover('shared.py', 'map(search'))).toMatch(/Use a ProcessPoolExecutor: not offered, because .*found/);
  });

  it('tells what starts where nothing is wrong, and is silent elsewhere', async () => {
    const editor = await startEditor();
    const few = report.replace('5_000_000', '5');
    await editor.open('report.py', few);
    expect(await editor.alarms('report.py')).toEqual([]);
    expect(markdown(await editor.hover('report.py', 'map(count'))).toContain('in threads');
    expect(await editor.hover('report.py', 'total = 0')).toBeNull();
  });

  it('is plain for a client without Markdown', async () => {
    const editor = await startEditor({ files: web, capabilities: oldEditor });
    await editor.open('api.py');
    const it = await editor.hover('api.py', 'load_page(url)\n');
    expect(it?.contents).toMatchObject({ kind: 'plaintext' });
    expect(markdown(it)).toMatch(/^\d\. api\.py:5 /m);
    expect(markdown(it)).not.toMatch(/\*\*|\]\(/);
  });

  it('takes nothing in a name for markup', async () => {
    const editor = await startEditor();
    await editor.open('x.py', nap.replace(/\bnap\b/g, '__nap__'));
    expect(markdown(await editor.hover('x.py', 'time.sleep'))).not.toMatch(/(?<![\\`\w])__nap__/);
  });
});

describe('settings', () => {
  it('of the editor say which Python is judged, and a change of them asks for new answers', async () => {
    const editor = await startEditor({ settings: { python: { version: '3.13', gil: 'auto', startMethod: 'spawn' } } });
    await editor.open('report.py', report);
    const text = markdown(await editor.hover('report.py', 'map(count'));
    expect(text).toContain('Python 3.13 (`python-version` from the editor)');
    await until('the folder to be read', () => editor.refreshes() === 1);
    await editor.configure({ python: { version: '3.13', gil: 'disabled', startMethod: 'auto' } });
    await until('a refresh', () => editor.refreshes() === 2);
    expect(await editor.alarms('report.py')).toEqual([]);
    const silent = markdown(await editor.hover('report.py', 'map(count'));
    expect(silent).toContain('`cpu-bound-thread`, `cpu-bound-thread-pool`, `gil-holding-call` are silent here');
    expect(silent).toContain('free-threaded (`gil` from the editor)');
  });

  it('need not be set where a file of the project names a free-threaded Python', async () => {
    const editor = await startEditor({ files: { 'report.py': report, '.python-version': '3.14t\n' } });
    await editor.open('report.py', report);
    expect(await editor.alarms('report.py')).toEqual([]);
    const text = markdown(await editor.hover('report.py', 'map(count'));
    expect(text).toContain('This target has no GIL');
    expect(text).toContain('CPython 3.14 (.python-version), free-threaded (.python-version)');
  });

  it('that did not change begin nothing anew', async () => {
    const editor = await startEditor();
    await until('the folder to be read', () => editor.refreshes() === 1);
    await editor.configure({ trace: { server: 'verbose' } });
    await editor.configure({ python: { version: '3.14t' } });
    await until('a refresh', () => editor.refreshes() > 1);
    expect(editor.refreshes()).toBe(2);
  });

  it('come with the first message where the client cannot be asked', async () => {
    const editor = await startEditor({ capabilities: oldEditor, settings: { python: { gil: 'disabled' } } });
    await editor.open('report.py', report);
    await editor.open('nap.py', nap);
    await until('an alarm', () => editor.pushed.get(editor.uri('nap.py'))?.length === 1);
    expect(editor.pushed.get(editor.uri('report.py')) ?? []).toEqual([]);
  });

  it('of a project file win, hold from when it is saved, and what is wrong in it is marked there', async () => {
    const editor = await startEditor({ settings: { python: { gil: 'enabled' } } });
    await editor.open('report.py', report);
    expect(await editor.alarms('report.py')).toHaveLength(1);
    editor.write('pyproject.toml', '[tool.threadwise]\ngil = "disabled"\nselct = []\n');
    await editor.watch('pyproject.toml');
    await until('the alarm to go', async () => (await editor.alarms('report.py')).length === 0);
    const [problem] = await until('the mark', () => editor.pushed.get(editor.uri('pyproject.toml')));
    expect(problem).toMatchObject({ source: 'threadwise', range: { start: { line: 2, character: 0 } } });
    editor.write('pyproject.toml', '[tool.threadwise]\ngil = "disabled"\n');
    await editor.watch('pyproject.toml');
    await until('the mark to go', () => editor.pushed.get(editor.uri('pyproject.toml'))?.length === 0);
  });

  it('of a configuration further down hold below it, and the list of accepted findings holds here as well', async () => {
    const editor = await startEditor({
      files: {
        'threadwise.toml': 'baseline = "accepted.json"\n',
        'accepted.json': '{"version": 1, "findings": []}',
        'sub/threadwise.toml': 'selct = []\n[severity]\nloop = "error"\n',
        'nap.py': nap,
        'sub/nap.py': nap,
      },
    });
    await editor.open('nap.py');
    await editor.open('sub/nap.py');
    const [own] = await editor.alarms('nap.py');
    expect([own?.severity, (await editor.alarms('sub/nap.py'))[0]?.severity]).toEqual([2, 1]);
    const [problem] = await until('the mark', () => editor.pushed.get(editor.uri('sub/threadwise.toml')));
    expect(problem?.message).toContain('`selct` is no setting');
    const entry = { rule: 'blocking-sleep', path: 'nap.py', fingerprint: own!.data };
    editor.write('accepted.json', JSON.stringify({ version: 1, findings: [entry] }));
    await editor.watch('accepted.json');
    await until('the finding to go', async () => (await editor.alarms('nap.py')).length === 0);
    expect(await editor.alarms('sub/nap.py')).toHaveLength(1);
  });

  it('bring knowledge of the project, also when its file changes, and mark the entry that is wrong', async () => {
    const file = (entry: object) =>
      JSON.stringify({ library: 'acme', evidence: 'https://example.org', apis: { 'acme.rest': entry } }, null, 2);
    const editor = await startEditor({
      files: {
        'threadwise.toml': '[knowledge]\nfiles = ["kb"]\n',
        'kb/acme.json': file({ topic: 'slep' }),
        'nap.py': 'import acme\n\n\nasync def nap():\n    acme.rest(1)\n',
      },
    });
    await editor.open('nap.py');
    expect(await editor.alarms('nap.py')).toEqual([]);
    const [problem] = await until('the mark', () => editor.pushed.get(editor.uri('kb/acme.json')));
    expect(problem).toMatchObject({ source: 'threadwise', range: { start: { line: 4, character: 4 } } });
    expect(problem?.message).toContain('`sleep`');
    editor.write('kb/acme.json', file({ topic: 'sleep' }));
    await editor.watch('kb/acme.json');
    await until('the alarm', async () => (await editor.alarms('nap.py')).length === 1);
    await until('the mark to go', () => editor.pushed.get(editor.uri('kb/acme.json'))?.length === 0);
  });
});

describe('work', () => {
  it('waits until typing pauses, and is then done once', async () => {
    const given: string[] = [];
    class Counting extends Engine {
      override set(source: Parameters<Engine['set']>[0]) {
        given.push(source.text);
        super.set(source);
      }
    }
    const delays = { quiet: 100, longest: 60_000, progress: 0 };
    const editor = await startEditor({ platform: { delays, makeEngine: (options) => new Counting(options) } });
    await editor.open('nap.py', nap);
    for (const [from, to] of ['1', '12', '123', '1234'].map((it) => [it, `${it}${it.length + 1}`])) await editor.type('nap.py', from!, to!);
    expect(await editor.alarms('nap.py')).toHaveLength(1);
    expect(given).toEqual([nap.replace('1', '12345')]);
  });

  it('does not wait for a pause that never comes', async () => {
    const editor = await startEditor({ platform: { delays: { quiet: 60_000, longest: 1, progress: 0 } } });
    await editor.open('nap.py', nap);
    expect(await editor.alarms('nap.py')).toHaveLength(1);
  });

  it('on a folder that takes its time is shown, and its end too', async () => {
    const window = { workDoneProgress: true };
    const editor = await startEditor({ files: web, capabilities: { ...vscode, window } });
    await until('the end of the progress', () => editor.progress.at(-1) === 'end');
    expect(editor.progress[0]).toBe('begin');
  });
});

describe('rule pages', () => {
  it('can be opened from the code of a diagnostic', async () => {
    const editor = await startEditor();
    const page = (rule: string) =>
      editor.request<{ text: string }>('workspace/textDocumentContent', { uri: `threadwise:/rules/${rule}.md` });
    expect((await page('blocking-network')).text).toMatch(/^# blocking-network/);
    expect((await page('no-such-rule')).text).toContain('no such page');
  });
});

describe('what goes wrong', () => {
  it('a request that is cancelled is answered at once', async () => {
    const editor = await startEditor({ platform: { delays: { quiet: 60_000, longest: 60_000, progress: 0 } } });
    await editor.open('nap.py', nap);
    for (const [method, more] of [
      ['textDocument/diagnostic', {}],
      ['textDocument/hover', { position: { line: 4, character: 6 } }],
      ['workspace/diagnostic', { previousResultIds: [] }],
    ] as const) {
      const source = new CancellationTokenSource();
      const answer = editor.request(method, { textDocument: { uri: editor.uri('nap.py') }, ...more }, source.token);
      setTimeout(() => source.cancel(), 20);
      await expect(answer).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
    }
  });

  it.each(
    Object.entries({
      'a syntax error': 'async def tick(:\n    time.sleep(1\n',
      'nothing at all': '',
      'a NUL byte': 'import time\0\nasync def nap():\n    time.sleep(1)\n',
      'half a surrogate pair': `x = "\ud800"\n${nap}`,
      'five megabytes in one line': `x = "${'a'.repeat(5_000_000)}"`,
      'nesting without end': `x = ${'('.repeat(2_000)}`,
    }),
  )('a file with %s costs nothing but itself', async (_, text) => {
    const editor = await startEditor({ files: web });
    await editor.open('odd.py', text);
    expect(Array.isArray(await editor.alarms('odd.py'))).toBe(true);
    expect(await editor.hover('odd.py', text.slice(0, 5))).toBeNull();
    await editor.open('api.py');
    expect(await editor.alarms('api.py')).toMatchObject([{ code: 'blocking-network' }]);
    await editor.type('odd.py', text.slice(0, 1), `${text.slice(0, 1)} `);
    await editor.type('api.py', 'load_page(url)', 'load_page(url) ');
    expect(await editor.alarms('api.py')).toMatchObject([{ code: 'blocking-network' }]);
  });

  it('a file that breaks while it is typed keeps the alarms of its other functions, and the server goes on', async () => {
    const editor = await startEditor();
    await editor.open('nap.py', `${nap}\n\ndef other():\n    return 1\n`);
    await editor.type('nap.py', 'return 1', 'return (');
    expect(await editor.alarms('nap.py')).toMatchObject([{ code: 'blocking-sleep' }]);
  });

  it('an engine that fails is told in the log, and answers again once it can', async () => {
    let broken = true;
    class Failing extends Engine {
      override alarms(file?: string) {
        if (broken) throw new Error('a rule fell over');
        return super.alarms(file);
      }
    }
    const editor = await startEditor({ files: { 'nap.py': nap }, platform: { makeEngine: (options) => new Failing(options) } });
    await editor.open('nap.py');
    expect(await editor.alarms('nap.py')).toEqual([]);
    expect(await editor.actions('nap.py', { start: { line: 4, character: 5 }, end: { line: 4, character: 5 } })).toEqual([]);
    expect(await editor.hover('nap.py', 'time.sleep')).toBeNull();
    await until('the line in the log', () => editor.logged.some((it) => it.includes('a rule fell over')));
    broken = false;
    expect(await editor.alarms('nap.py')).toMatchObject([{ code: 'blocking-sleep' }]);
  });

  it('a parser that does not load leaves a server that says why', async () => {
    const parser = () => Promise.reject(new Error('no wasm here'));
    const editor = await startEditor({ platform: { parser } });
    await editor.open('nap.py', nap);
    expect(await editor.alarms('nap.py')).toEqual([]);
    await until('the line in the log', () => editor.logged.some((it) => it.includes('no wasm here')));
  });

  it('a change for a document that was never opened is passed over', async () => {
    const editor = await startEditor();
    const textDocument = { uri: editor.uri('ghost.py'), version: 3 };
    await editor.notify('textDocument/didChange', { textDocument, contentChanges: [{ text: nap }] });
    await editor.notify('textDocument/didClose', { textDocument });
    await editor.open('nap.py', nap);
    expect(await editor.alarms('nap.py')).toHaveLength(1);
  });
});

function at(editor: Editor, path: string, { range }: Diagnostic): string {
  const lines = editor.text(path).split(/\r?\n/);
  return lines[range.start.line]!.slice(range.start.character, range.end.character);
}

function markdown(hover: Hover | null): string {
  return (hover?.contents as { value: string } | undefined)?.value ?? '';
}
