// Problems of files that are not open: told while the setting wants them, in parts where the client takes parts.
import { afterEach, describe, expect, it } from 'vitest';
import { Engine } from '../src/engine/engine.js';
import { closeEditors, oldEditor, startEditor, until, vscode } from './editor.js';
import { nap, web } from './samples.js';

afterEach(closeEditors);

const method = 'textDocument/diagnostic';
const dynamic = { ...vscode, textDocument: { ...vscode.textDocument, diagnostic: { dynamicRegistration: true } } };

describe('the setting `diagnosticMode`', () => {
  it('decides what a client is told to pull, and a change of it is told without a new start', async () => {
    const editor = await startEditor({ files: { 'nap.py': nap }, capabilities: dynamic, settings: { diagnosticMode: 'openFilesOnly' } });
    expect(editor.initialized.capabilities.diagnosticProvider).toBeUndefined();
    await until('the registration', () => editor.registered.includes(method));
    expect(editor.registeredFor(method)).toMatchObject({ interFileDependencies: true, workspaceDiagnostics: false });
    await until('the folder to be read', () => editor.refreshes() === 1);
    await editor.configure({ diagnosticMode: 'workspace' });
    await until('the other one', () => (editor.registeredFor(method) as { workspaceDiagnostics: boolean }).workspaceDiagnostics);
    expect(editor.registered.filter((it) => it === method)).toEqual([method]);
    expect((await editor.pullWorkspace()).items).toMatchObject([{ uri: editor.uri('nap.py'), items: [{ code: 'blocking-sleep' }] }]);
    expect(editor.refreshes()).toBe(1);
  });

  it('is kept by a server that pushes: files that are not open go when it says so', async () => {
    const editor = await startEditor({ files: { 'nap.py': nap, 'open.py': nap }, capabilities: oldEditor });
    const shown = (path: string) => editor.pushed.get(editor.uri(path))?.length;
    await editor.open('open.py');
    await until('both', () => shown('nap.py') === 1 && shown('open.py') === 1);
    await editor.configure({ diagnosticMode: 'openFilesOnly' });
    await until('one to go', () => shown('nap.py') === 0);
    expect(shown('open.py')).toBe(1);
    await editor.close('open.py');
    await until('the other to go', () => shown('open.py') === 0);
  });
});

describe('installed code', () => {
  it('is read for what it does and never blamed, open or not, unless it is the folder that is open', async () => {
    const library = '.venv/lib/python3.13/site-packages/acme';
    const files = {
      '.venv/pyvenv.cfg': 'version = 3.13.1\n',
      [`${library}/__init__.py`]: '',
      [`${library}/rest.py`]: `${nap}\n\ndef pause():\n    time.sleep(1)\n`,
      'app.py': 'import asyncio\nfrom acme.rest import pause\n\n\nasync def serve():\n    pause()\n',
    };
    const editor = await startEditor({ files });
    await editor.open(`${library}/rest.py`);
    await editor.open('app.py');
    expect(await editor.alarms(`${library}/rest.py`)).toEqual([]);
    expect((await editor.pullWorkspace({ 'app.py': 'x' })).items.filter((it) => it.uri.includes('.venv'))).toEqual([]);
    const inside = await startEditor({ files, folders: [library] });
    await inside.open(`${library}/rest.py`);
    expect(await inside.alarms(`${library}/rest.py`)).toMatchObject([{ code: 'blocking-sleep' }]);
  });
});

describe('a pull for the workspace', () => {
  it('is answered in parts where the client takes them, and the answer itself is empty', async () => {
    const editor = await startEditor({ files: { ...web, 'nap.py': nap } });
    const parts: { token: string; value: { items: { uri: string }[] } }[] = [];
    editor.on<(typeof parts)[number]>('$/progress', (it) => void parts.push(it));
    const answer = await editor.request('workspace/diagnostic', { previousResultIds: [], partialResultToken: 'mine' });
    expect(answer).toEqual({ items: [] });
    const own = parts.filter((it) => it.token === 'mine').flatMap((it) => it.value.items.map(({ uri }) => uri));
    expect(own.sort()).toEqual([editor.uri('api.py'), editor.uri('nap.py')]);
  });

  it('says nothing before every file was read, so that no finding comes and goes', async () => {
    const files = Object.fromEntries(Array.from({ length: 80 }, (_, nth) => [`m${nth}.py`, nap]));
    const editor = await startEditor({ files });
    expect((await editor.pullWorkspace()).items).toHaveLength(80);
  });

  it('is left alone while nothing changes, and nothing runs meanwhile', async () => {
    let asked = 0;
    class Counting extends Engine {
      override alarms(file?: string) {
        asked++;
        return super.alarms(file);
      }
    }
    const editor = await startEditor({ files: { 'nap.py': nap }, platform: { makeEngine: (options) => new Counting(options) } });
    const { items } = await editor.pullWorkspace();
    const known = Object.fromEntries(items.map((it) => [it.uri, it.resultId!]));
    let answers = 0;
    const waiting = editor.pullWorkspace(known).then(() => answers++);
    await editor.alarms('nap.py');
    const before = asked;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect([answers, asked]).toEqual([0, before]);
    editor.write('nap.py', nap.replace('time.sleep(1)', 'pass'));
    await editor.watch('nap.py');
    await waiting;
    expect(answers).toBe(1);
  });
});
