// What our own client asks for beyond the protocol: an audit with progress and cancel, all safe fixes with a preview, debug information.
import { afterEach, describe, expect, it } from 'vitest';
import { CancellationTokenSource, LSPErrorCodes, type WorkspaceEdit } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { Engine } from '../src/engine/engine.js';
import { nodeHost } from '../src/host/node.js';
import type { AuditAnswer, FileFindings } from '../src/lsp/audit.js';
import type { BaselineAnswer } from '../src/lsp/baseline.js';
import type { Maps } from '../src/lsp/map.js';
import type { FixAllAnswer } from '../src/lsp/requests.js';
import { uriNames } from '../src/lsp/uri-names.js';
import { closeEditors, type Editor, startEditor, until } from './editor.js';
import { nap, report, web } from './samples.js';

afterEach(closeEditors);

/** Names of files with their findings, as the view lists them. */
function listed(editor: Editor): Map<string, FileFindings['findings']> {
  const found = new Map<string, FileFindings['findings']>();
  editor.on<{ files: readonly FileFindings[] }>('threadwise/findings', ({ files }) => {
    for (const { uri, findings } of files) {
      const name = uri.slice(editor.uri('.').length + 1);
      if (findings.length > 0) found.set(name, findings);
      else found.delete(name);
    }
  });
  return found;
}

const audit = (editor: Editor, params: object = {}) => editor.request<AuditAnswer>('threadwise/audit', params);

describe('an audit', () => {
  it('lists what is found in every file, with the evidence, also where only open files report problems', async () => {
    const editor = await startEditor({ files: { ...web, 'sub/nap.py': nap }, settings: { diagnosticMode: 'openFilesOnly' } });
    const found = listed(editor);
    expect(await audit(editor)).toEqual({ files: 4, failed: [] });
    expect([...found.keys()].sort()).toEqual(['api.py', 'sub/nap.py']);
    const [finding] = found.get('api.py')!;
    expect(finding).toMatchObject({
      rule: 'blocking-network',
      law: 'loop',
      severity: 'warning',
      title: 'A network call stops the event loop',
    });
    expect([...new Set(finding!.steps.map((it) => it.uri))]).toEqual(['api.py', 'service.py', 'client.py'].map(editor.uri));
  });

  it('of a folder, or of some files, lists nothing else', async () => {
    const editor = await startEditor({ files: { 'a/nap.py': nap, 'b/nap.py': nap, 'nap.py': nap } });
    const found = listed(editor);
    expect((await audit(editor, { folders: [editor.uri('a')] })).files).toBe(1);
    expect([...found.keys()]).toEqual(['a/nap.py']);
    await audit(editor, { files: [editor.uri('b/nap.py')] });
    expect([...found.keys()]).toEqual(['b/nap.py']);
  });

  it('tells everything again to a client whose list begins anew, and no more of files that it leaves out', async () => {
    const editor = await startEditor({ files: { 'nap.py': nap, 'other.py': nap } });
    const found = listed(editor);
    const anew = async (params: object = {}) => {
      found.clear();
      await audit(editor, params);
      return [...found.keys()].sort();
    };
    expect(await anew()).toEqual(['nap.py', 'other.py']);
    expect(await anew()).toEqual(['nap.py', 'other.py']);
    expect(await anew({ files: [editor.uri('nap.py')] })).toEqual(['nap.py']);
    expect(await anew({ files: [editor.uri('nap.py')] })).toEqual(['nap.py']);
    // One that is cancelled leaves the list empty, whatever is typed then.
    const cancelled = new CancellationTokenSource();
    const asked = editor.request('threadwise/audit', {}, cancelled.token);
    found.clear();
    cancelled.cancel();
    await expect(asked).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
    await editor.open('nap.py');
    await editor.type('nap.py', 'time.sleep(1)', 'time.sleep(2)');
    expect(await editor.alarms('nap.py')).toHaveLength(1);
    expect([...found.keys()]).toEqual([]);
  });

  it('follows edits, deleted files and files that are new until the next one', async () => {
    const editor = await startEditor({ files: { ...web, 'nap.py': nap } });
    const found = listed(editor);
    await audit(editor);
    await editor.open('client.py');
    await editor.type('client.py', 'requests.get(url, timeout=5).text', 'url');
    await until('the finding to go', () => !found.has('api.py'));
    editor.remove('nap.py');
    editor.write('new.py', nap);
    await editor.watch('nap.py', 'new.py');
    await until('the new file', () => found.has('new.py') && !found.has('nap.py'));
  });

  it('finds a file that appeared without a word of the watchers, and names what could not be read', async () => {
    const editor = await startEditor({ files: { 'nap.py': nap } });
    const found = listed(editor);
    await audit(editor);
    editor.write('late.py', nap);
    editor.write('bad.py', '# coding: no-such-encoding\nimport asyncio  # é\n');
    const { files, failed } = await audit(editor);
    expect([files, [...found.keys()].sort()]).toEqual([3, ['late.py', 'nap.py']]);
    expect(failed).toMatchObject([{ uri: editor.uri('bad.py'), reason: expect.stringContaining('no-such-encoding') }]);
  });

  it('tells how far it is, and ends at once when it is cancelled', async () => {
    const source = new CancellationTokenSource();
    let reads = 0;
    const host = nodeHost(uriNames);
    const read: typeof host.read = async (file, most) => {
      if (/\/m\d+\.py$/.test(file) && reads++ === 0) source.cancel();
      await new Promise((resolve) => setTimeout(resolve, 50));
      return host.read(file, most);
    };
    const analysed: string[] = [];
    class Noting extends Engine {
      override set(source: Parameters<Engine['set']>[0]) {
        analysed.push(source.file);
        return super.set(source);
      }
    }
    const platform = { host: { ...host, read }, makeEngine: (options: ConstructorParameters<typeof Engine>[0]) => new Noting(options) };
    const editor = await startEditor({ files: { 'nap.py': nap }, platform });
    const found = listed(editor);
    await until('the folder to be read', () => editor.refreshes() === 1);
    for (let nth = 0; nth < 70; nth++) editor.write(`m${nth}.py`, nap);
    const reports: string[] = [];
    editor.on<{ token: string; value: { kind: string; message?: string } }>('$/progress', ({ token, value }) => {
      if (token === 'mine') reports.push(value.message ?? value.kind);
    });
    await expect(editor.request('threadwise/audit', { workDoneToken: 'mine' }, source.token)).rejects.toMatchObject({
      code: LSPErrorCodes.RequestCancelled,
    });
    await until('the end', () => reports.at(-1) === 'end');
    expect(reports).toEqual(['begin', 'file 0 of 71', 'end']);
    expect(reads).toBeLessThan(70);
    // Not one more, though some had been read already.
    expect(analysed).toEqual([editor.uri('nap.py')]);
    expect(found.size).toBe(0);
  });
});

describe('all safe fixes', () => {
  /** A fix is offered for an old argument and for a queue that is awaited, both of them safe. */
  const two = [
    'import asyncio',
    'import time',
    '',
    '',
    'async def nap():',
    '    time.sleep(1)',
    '',
    '',
    'async def doze():',
    '    time.sleep(2)',
    '',
  ].join('\n');

  it('come in one edit, and their findings go', async () => {
    const editor = await startEditor({ files: { 'two.py': two, 'nap.py': nap } });
    await editor.open('two.py');
    await editor.pullWorkspace();
    const { edit, fixes, files } = await editor.request<FixAllAnswer>('threadwise/fixAll', { preview: false });
    expect([fixes, files]).toEqual([3, 2]);
    expect(editor.applied('two.py', { title: '', edit })).toBe(
      two.replace('import time\n', '').replaceAll('    time.sleep', '    await asyncio.sleep'),
    );
    const one = await editor.request<FixAllAnswer>('threadwise/fixAll', { files: [editor.uri('nap.py')], preview: false });
    expect(changed(one.edit)).toEqual([editor.uri('nap.py')]);
  });

  it('are looked at first, and asked about once for each kind of fix', async () => {
    const editor = await startEditor({ files: { 'two.py': two, 'nap.py': nap } });
    await editor.pullWorkspace();
    const { edit } = await editor.request<FixAllAnswer>('threadwise/fixAll', { preview: true });
    expect(Object.values(edit.changeAnnotations!)).toEqual([
      expect.objectContaining({ needsConfirmation: true, label: expect.any(String) }),
    ]);
    expect(changed(edit)).toHaveLength(2);
  });

  it('are one code action for who asks for `source.fixAll`, and are no part of the menu', async () => {
    const editor = await startEditor({ files: { 'two.py': two } });
    await editor.open('two.py');
    const whole = { start: { line: 0, character: 0 }, end: { line: 11, character: 0 } };
    for (const kind of ['source.fixAll', 'source.fixAll.threadwise', 'source']) {
      const [action, ...more] = await editor.actions('two.py', whole, [kind]);
      expect(more).toEqual([]);
      const text = editor.applied('two.py', action!);
      expect(text).toContain('await asyncio.sleep(2)');
      expect(TextDocument.create('x', 'python', 1, text).lineCount).toBeGreaterThan(8);
    }
    expect(await editor.actions('two.py', whole, ['source.organizeImports'])).toEqual([]);
    expect((await editor.actions('two.py', whole)).some((it) => it.kind?.startsWith('source'))).toBe(false);
  });
});

describe('a baseline', () => {
  const config = { 'threadwise.toml': 'baseline = "accepted.json"\n' };
  const listedIn = (editor: Editor) =>
    (JSON.parse(editor.onDisk('accepted.json')) as { findings: { path: string }[] }).findings.map((it) => it.path);

  /** Asks for it and writes what comes, as the client does. */
  const change = async (editor: Editor, what: 'accept' | 'prune') => {
    const { baselines } = await editor.request<BaselineAnswer>('threadwise/baseline', { what });
    for (const { uri, text } of baselines) {
      const path = uri.slice(editor.uri('.').length + 1);
      if (text === undefined) continue;
      editor.write(path, text);
      await editor.watch(path);
    }
    return baselines;
  };

  it('takes what is found now, which is then silent, and loses what is fixed', async () => {
    const editor = await startEditor({ files: { ...config, 'a.py': nap, 'b.py': nap } });
    const accepted = await change(editor, 'accept');
    expect(accepted).toMatchObject([{ uri: editor.uri('accepted.json'), listed: 2, changed: 2, named: true }]);
    expect(listedIn(editor)).toEqual(['a.py', 'b.py']);
    await editor.open('a.py');
    await until('the finding to be accepted', async () => (await editor.alarms('a.py')).length === 0);
    editor.write('b.py', nap.replace('time.sleep(1)', 'pass'));
    await editor.watch('b.py');
    expect(await change(editor, 'prune')).toMatchObject([{ listed: 1, changed: 1 }]);
    expect(listedIn(editor)).toEqual(['a.py']);
    expect(await change(editor, 'accept')).toMatchObject([{ listed: 1, changed: 0 }]);
  });

  it('that no configuration names is said to be unread; one that is damaged stays as it is', async () => {
    const editor = await startEditor({ files: { 'a.py': nap } });
    expect(await change(editor, 'prune')).toEqual([]);
    expect(await change(editor, 'accept')).toMatchObject([{ uri: editor.uri('.threadwise-baseline.json'), listed: 1, named: false }]);
    editor.write('.threadwise-baseline.json', '{"mine": true}');
    expect(await change(editor, 'accept')).toMatchObject([{ refused: expect.stringContaining('no baseline'), changed: 0 }]);
    expect(editor.onDisk('.threadwise-baseline.json')).toBe('{"mine": true}');
  });
});

describe('the execution map', () => {
  it('is drawn for each folder, and each box leads to the source', async () => {
    const editor = await startEditor({ files: { 'one/report.py': report, 'two/x.py': 'x = 1\n' }, folders: ['one', 'two'] });
    const { maps, style } = await editor.request<Maps>('threadwise/map', {});
    expect(style).toContain('.node');
    expect(maps.map((it) => it.svg !== undefined)).toEqual([true, false]);
    const jobs = maps[0]!.nodes.findIndex((it) => it.kind === 'thread');
    expect(maps[0]!.nodes[jobs]!.says).toBe('4 threads of pool');
    expect(maps[0]!.svg).toContain(`data-node="${jobs}"`);
    expect(maps[0]!.nodes[jobs]!.places[0]).toMatchObject({
      uri: editor.uri('one/report.py'),
      range: { start: { line: expect.any(Number) } },
    });
  });
});

it('debug information says what was assumed and how much was read, and names no folder', async () => {
  const editor = await startEditor({ files: { 'nap.py': nap, '.python-version': '3.13\n' } });
  await audit(editor);
  const text = await editor.request<string>('threadwise/debugInformation', {});
  for (const line of [/^threadwise: \d/m, /^project 1: .*3\.13.*\.python-version/m, /files in the analysis: 1$/m, /findings: 1$/m])
    expect(text).toMatch(line);
  expect(text).not.toContain(editor.root);
});

const changed = (edit: WorkspaceEdit) => edit.documentChanges!.map((it) => ('textDocument' in it ? it.textDocument.uri : ''));
