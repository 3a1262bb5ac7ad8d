// Notebooks: the cells of one are a module, places are those of cells, and what a notebook cannot do is refused with the reason.
import { afterEach, describe, expect, it } from 'vitest';
import type { Hover } from 'vscode-languageserver/node';
import { joined } from '../src/project/notebook.js';
import { closeEditors, type Editor, startEditor, until } from './editor.js';

afterEach(closeEditors);

const uri = 'file:///books/waves.ipynb';
const cell = (nth: number) => `vscode-notebook-cell:/books/waves.ipynb#${nth}`;

async function openCells(editor: Editor, ...texts: readonly string[]): Promise<void> {
  await editor.notify('notebookDocument/didOpen', {
    notebookDocument: {
      uri,
      notebookType: 'jupyter-notebook',
      version: 1,
      cells: texts.map((_, nth) => ({ kind: 2, document: cell(nth) })),
    },
    cellTextDocuments: texts.map((text, nth) => ({ uri: cell(nth), languageId: 'python', version: 1, text })),
  });
}

async function typeInto(editor: Editor, nth: number, text: string): Promise<void> {
  const change = { cells: { textContent: [{ document: { uri: cell(nth), version: 2 }, changes: [{ text }] }] } };
  await editor.notify('notebookDocument/didChange', { notebookDocument: { uri, version: 2 }, change });
}

const compute = [
  'def count(seed):',
  '    total = 0',
  '    for nth in range(5_000_000):',
  '        total += nth % seed',
  '    return total',
].join('\n');
const pool = [
  'from concurrent.futures import ThreadPoolExecutor',
  '',
  'with ThreadPoolExecutor(4) as pool:',
  '    print(list(pool.map(count, [3, 5, 7, 11])))',
].join('\n');

describe('the cells of a notebook', () => {
  it('are one module: a pool in one cell is blamed for a loop in another, each at its own place', async () => {
    const editor = await startEditor();
    await openCells(editor, '%matplotlib inline\nimport math', compute, pool);
    expect([await editor.alarms(cell(0)), await editor.alarms(cell(1))]).toEqual([[], []]);
    const [alarm, ...more] = await editor.alarms(cell(2));
    expect(more).toEqual([]);
    expect(alarm).toMatchObject({ code: 'cpu-bound-thread-pool', range: { start: { line: 3 } } });
    const steps = alarm!.relatedInformation!.map(({ location }) => [location.uri, location.range.start.line]);
    expect(steps).toContainEqual([cell(1), 2]);
  });

  it('follow an edit in another cell, and are gone with the notebook', async () => {
    const editor = await startEditor();
    await openCells(editor, compute, pool);
    const first = await editor.pull(cell(1));
    expect(first).toMatchObject({ kind: 'full', items: [{ code: 'cpu-bound-thread-pool' }] });
    expect(await editor.pull(cell(1), first.resultId)).toMatchObject({ kind: 'unchanged' });
    await typeInto(editor, 0, `# A comment above moves the lines.\n\n${compute}`);
    expect((await editor.alarms(cell(1)))[0]).toMatchObject({ range: { start: { line: 3 } } });
    await typeInto(editor, 0, compute.replace('5_000_000', '5'));
    expect(await editor.alarms(cell(1))).toEqual([]);
    await editor.notify('notebookDocument/didClose', {
      notebookDocument: { uri },
      cellTextDocuments: [0, 1].map((nth) => ({ uri: cell(nth) })),
    });
    await until('the cells to be forgotten', async () => (await editor.alarms(cell(1))).length === 0);
  });

  it('refuse processes with the reason, since their functions cannot be imported', async () => {
    const editor = await startEditor();
    await openCells(editor, compute, pool);
    const [alarm] = await editor.alarms(cell(1));
    const actions = await editor.actions(cell(1), alarm!.range, undefined, [alarm!]);
    const processes = actions.find((it) => it.title.includes('ProcessPoolExecutor'));
    expect(processes?.disabled?.reason).toContain('functions of a notebook cannot be imported by other processes');
    const at = { textDocument: { uri: cell(1) }, position: alarm!.range.start };
    const hover = await editor.request<Hover>('textDocument/hover', at);
    expect((hover.contents as { value: string }).value).toContain('functions of a notebook cannot be imported');
    expect(hover.range?.start.line).toBe(3);
  });

  it('are edited where the statement stands; one cell is not fixed as a whole', async () => {
    const editor = await startEditor();
    const nap = 'async def nap():\n    time.sleep(1)';
    await openCells(editor, 'import asyncio\nimport time', nap, 'await nap()');
    const [alarm] = await editor.alarms(cell(1));
    expect(alarm).toMatchObject({ code: 'blocking-sleep', range: { start: { line: 1, character: 4 } } });
    const [fix] = await editor.actions(cell(1), alarm!.range, ['quickfix']);
    const { edit } = await editor.resolve(fix!);
    const changes = edit!.documentChanges!.map((it) =>
      'edits' in it ? [it.textDocument.uri, it.edits.map((one) => ('range' in one ? one.range.start.line : -1))] : [],
    );
    expect(changes).toContainEqual([cell(1), [1]]);
    expect(changes.every(([name]) => name === cell(0) || name === cell(1))).toBe(true);
    expect(await editor.actions(cell(1), alarm!.range, ['source.fixAll'])).toEqual([]);
  });
});

describe('the module of a notebook', () => {
  it.each(
    Object.entries({
      'a magic': ['%matplotlib inline\nx = 1', '#matplotlib inline\nx = 1\n'],
      'a command': ['!pip install x\nx = 1', '#pip install x\nx = 1\n'],
      help: ['x = 1\nx.real?', 'x = 1\n#.real?\n'],
      'a cell in another language': ['%%bash\necho "\nls', '#%bash\n#cho "\n#s\n'],
      'a measured cell': ['%%time\nx = 1', '#%time\nx = 1\n'],
      'what a command prints': ['files = !ls *.py', 'files = ...     \n'],
      'a remainder and a format': ['x = 7\\\n % 2\n"%s" % x', 'x = 7\\\n % 2\n"%s" % x\n'],
    }),
  )('has %s without moving what follows', (_, [text, expected]) => {
    expect(joined([text!]).text).toBe(expected);
    expect(expected).toHaveLength(text!.length + 1);
  });
});
