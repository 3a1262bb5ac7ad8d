// Notebooks on disk: what the command line finds in them, where it says that it stands, and what it writes back.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { namesBelow, nodeHost } from '../src/host/node.js';
import { editedCells, inCell, inFile, joined, unfitForCells } from '../src/project/notebook.js';
import { cellsOf, withSources } from '../src/project/notebook-file.js';
import { closeEditors, startEditor, until } from './editor.js';
import { folderWith } from './terminal.js';

const waves = readFileSync(join(import.meta.dirname, '../../test-fixtures/projects/waves/waves.ipynb'), 'utf8');

afterEach(closeEditors);

const code = (source: string | readonly string[], more: object = {}) => ({ cell_type: 'code', metadata: {}, outputs: [], source, ...more });
const markdown = (source: string) => ({ cell_type: 'markdown', metadata: {}, source: [source] });
const notebook = (cells: readonly object[], metadata: object = {}) => JSON.stringify({ cells, metadata, nbformat: 4 }, null, 1);
const nap = 'import time\n\nasync def nap():\n    time.sleep(1)';

const cells = (json: string) => {
  const found = cellsOf(json);
  if ('problem' in found) throw new Error(found.problem);
  return found;
};

describe('a notebook on disk', () => {
  it('is listed with everything else, and its findings have the cell and the line of the cell', async () => {
    const at = folderWith({ 'waves.ipynb': waves, 'b.py': nap.replace('nap', 'doze') });
    const { stdout, code } = await at.run(['check', '--output-format', 'concise']);
    expect(stdout.split('\n').map((it) => it.split(' ', 5).join(' '))).toEqual([
      'b.py:4:5: warning blocking-sleep `time.sleep` blocks',
      'waves.ipynb:cell 5:3:20: warning cpu-bound-thread-pool `height`',
      'waves.ipynb:cell 6:2:5: warning blocking-sleep `time.sleep`',
      '',
    ]);
    expect(code).toBe(1);
  });

  it('shows the line in its cell, and the one above it only where that is in the cell', async () => {
    const at = folderWith({ 'a.ipynb': notebook([code('import time'), code('async def nap(): time.sleep(1)'), code('await nap()')]) });
    const { stdout } = await at.run(['check']);
    expect(stdout).toContain('a.ipynb:cell 2:1:18\n 1 │ async def nap(): time.sleep(1)\n');
    expect(stdout).not.toContain('│ import time');
  });

  it('tells the lines of the file to services that know no cells', async () => {
    const at = folderWith({ 'waves.ipynb': waves });
    const print = async (format: string) => (await at.run(['check', '--select', 'loop', '--output-format', format])).stdout;
    const line = waves.split('\n').findIndex((it) => it.includes('time.sleep(1)  # alarm')) + 1;
    const text = waves.split('\n')[line - 1]!;
    expect(await print('github')).toMatch(
      new RegExp(`^::warning file=waves\\.ipynb,line=${line},endLine=${line},title=[^:]*::cell 6, line 2: `),
    );
    expect(JSON.parse(await print('gitlab'))).toMatchObject([
      { description: expect.stringMatching(/^cell 6, line 2: /), location: { lines: { begin: line, end: line } } },
    ]);
    expect(await print('junit')).toContain(`name="blocking-sleep at cell 6:2:5" classname="waves" file="waves.ipynb" line="${line}"`);
    const [result] = JSON.parse(await print('sarif')).runs[0].results;
    const { region } = result.locations[0].physicalLocation;
    expect(text.slice(region.startColumn - 1, region.endColumn - 1)).toBe('time.sleep');
    expect(result.locations[0].logicalLocations).toEqual([{ name: 'cell 6' }]);
    const json = JSON.parse(await print('json')).findings[0];
    expect(json).toMatchObject({ path: 'waves.ipynb', cell: 6, range: { start: { line: 2, column: 5 } } });
    expect(json.witnesses[0]).toMatchObject([{ cell: 6 }, { cell: 6 }]);
    expect(await print('markdown')).toContain('[`waves.ipynb:cell 6:2:5`](waves.ipynb)');
    expect(await print('html')).toContain('<span class="path">waves.ipynb</span>:cell 6:2:5</span>');
    expect(await print('grouped')).toContain('waves.ipynb\n  cell 6:2:5  warning  blocking-sleep');
  });

  it('refuses processes with the reason', async () => {
    const at = folderWith({ 'waves.ipynb': waves });
    const { stdout } = await at.run(['check', '--select', 'worker', '--fixes', '--output-format', 'json']);
    expect(JSON.parse(stdout).findings[0].fixes).toMatchObject([
      { tier: null, refused: expect.stringContaining('functions of a notebook cannot be imported by other processes'), edits: [] },
    ]);
  });

  it('is told where it cannot be read, and passed over where it is in another language', async () => {
    const at = folderWith({
      'broken.ipynb': '{',
      'list.ipynb': '[]',
      'old.ipynb': '{"worksheets": []}',
      'r.ipynb': notebook([code(nap)], { kernelspec: { language: 'R' } }),
      'cell.ipynb': notebook([code(nap, { metadata: { vscode: { languageId: 'sql' } } })]),
    });
    const { stdout, stderr, code: exit } = await at.run(['check', '--output-format', 'concise']);
    expect({ stdout, exit }).toEqual({ stdout: '', exit: 0 });
    expect(stderr).toBe(
      'warning: broken.ipynb: is no notebook: it is not valid JSON\nwarning: list.ipynb: is no notebook: it has no cells\nwarning: old.ipynb: is a notebook of an old format\n',
    );
    expect((await at.run(['check', 'broken.ipynb'])).code).toBe(2);
  });

  it('names the cell of a syntax error', async () => {
    const at = folderWith({ 'a.ipynb': notebook([markdown('x'), code(nap), code('x = 1\ndef (\n')]) });
    expect((await at.run(['check'])).stderr).toContain('a.ipynb: syntax error in line 2 of cell 3');
  });

  it('is no module that others import, so that it can lie beside one of its name', async () => {
    const at = folderWith({
      'tide.ipynb': notebook([code('def rest():\n    pass')]),
      'tide.py': 'import time\n\ndef rest():\n    time.sleep(1)\n',
      'a.py': 'import asyncio\nimport tide\n\nasync def main():\n    tide.rest()\n    await asyncio.sleep(1)\n',
    });
    const { stdout } = await at.run(['check', '--output-format', 'concise']);
    expect(stdout).toMatch(/^a\.py:5:5: warning blocking-sleep/);
  });

  it('is an entry of the execution map under its own name', async () => {
    const at = folderWith({ 'waves.ipynb': waves });
    expect((await at.run(['print', 'map', '.'])).stdout).toMatch(/^entry waves\.ipynb: cells of a notebook {2}waves\.ipynb:cell \d+:1\n/);
  });

  it('is kept in the cache as any other file', async () => {
    const at = folderWith({ 'waves.ipynb': waves });
    const first = await at.run(['check', '--output-format', 'json']);
    const again = await at.run(['check', '--output-format', 'json', '--verbose']);
    expect(again.stdout).toBe(first.stdout);
    expect(again.stderr).toContain('0 files scanned, 1 as they were');
  });
});

describe('what is written into a notebook', () => {
  it('is the source of the cells that change, and nothing else', async () => {
    const at = folderWith({ 'waves.ipynb': waves });
    const { stderr } = await at.run(['fix']);
    expect(stderr).toBe('Made 1 fix in 1 file.\n');
    expect(at.read('waves.ipynb')).toBe(
      waves.replace('    time.sleep(1)  # alarm', '    await asyncio.sleep(1)  # alarm').replace('    "import time\\n",\n', ''),
    );
  });

  it('is shown by `--diff` cell by cell, and through the standard input', async () => {
    const at = folderWith({ 'waves.ipynb': waves });
    const { stdout } = await at.run(['fix', '--diff']);
    expect(stdout).toContain(
      '--- a/waves.ipynb:cell 6\n+++ b/waves.ipynb:cell 6\n@@ -1,5 +1,5 @@\n async def forecast(station):\n-    time.sleep(1)',
    );
    expect(at.read('waves.ipynb')).toBe(waves);
    await at.run(['fix']);
    const piped = await at.run(['fix', '-', '--stdin-filename', 'x.ipynb'], { stdin: waves });
    expect(piped.stdout).toBe(at.read('waves.ipynb'));
  });

  it('may be a comment that accepts a finding', async () => {
    const at = folderWith({ 'waves.ipynb': waves });
    await at.run(['check', '--add-ignore', 'a demonstration']);
    const added = at
      .read('waves.ipynb')
      .split('\n')
      .filter((it) => !waves.includes(it));
    expect(added).toEqual([
      '    "    # threadwise: ignore[cpu-bound-thread-pool] a demonstration\\n",',
      '    "    # threadwise: ignore[blocking-sleep] a demonstration\\n",',
    ]);
    expect((await at.run(['check'])).code).toBe(0);
  });

  it('keeps how the sources are spelled: one string or lines, their indent, escapes', () => {
    const files = [
      '{"cells":[{"cell_type":"code","source":"a = \\"\\u00e9\\"\\nb = 2\\n"}]}',
      '{"cells": [ {"cell_type": "code", "source": ["a = \\"\\u00e9\\"\\n", "b = 2\\n"] } ] }',
      '{\n\t"cells": [\n\t\t{\n\t\t\t"source": [\n\t\t\t\t"a = \\"é\\"\\n",\n\t\t\t\t"b = 2\\n"\n\t\t\t],\n\t\t\t"cell_type": "code"\n\t\t}\n\t]\n}',
    ];
    for (const json of files) {
      const [cell] = cells(json);
      expect(cell!.source).toBe('a = "é"\nb = 2\n');
      const written = withSources(json, [cell!], new Map([[1, 'a = "é"\nc = "ü"\nb = 2\n']]));
      expect(cells(written)[0]!.source).toBe('a = "é"\nc = "ü"\nb = 2\n');
      expect(written.replace(/"?c = .*?\\n(?:", ?\s*)?/, '')).toBe(json);
      expect(/[üÜ]/.test(written)).toBe(!json.includes('\\u00e9'));
    }
    expect(
      cells(
        withSources(
          '{"cells":[{"cell_type":"code","source":[]}]}',
          cells('{"cells":[{"cell_type":"code","source":[]}]}'),
          new Map([[1, 'a\nb']]),
        ),
      )[0]!.source,
    ).toBe('a\nb');
  });

  it('is nothing where the file changed meanwhile', async () => {
    const at = folderWith({ 'a.ipynb': notebook([code(nap)]) });
    const path = join(at.folder, 'a.ipynb');
    const changed = notebook([code(`${nap}\n# new`)]);
    const host = nodeHost(namesBelow(at.folder));
    let reads = 0;
    const late = {
      ...host,
      async read(file: string, most: number) {
        if (file === 'a.ipynb' && ++reads === 2) writeFileSync(path, changed);
        return host.read(file, most);
      },
    };
    const { code: exit, stderr } = await at.run(['fix', '--no-cache'], { host: late });
    expect(stderr).toContain('`a.ipynb` was not written: changed on disk in the meantime');
    expect(exit).toBe(2);
    expect(at.read('a.ipynb')).toBe(changed);
  });
});

describe('edits of the module that cells make', () => {
  const sources = ['%%time\nx = 1\nif x:\n    %ls\n    y = 2', 'z = 3', '%%bash\necho'];
  const { text } = joined(sources);
  const edit = (from: string, to: string, inside = 0) => {
    const start = text.indexOf(from) + inside;
    return { file: 'a.ipynb', span: { start, end: inside > 0 ? start : start + from.length }, text: to };
  };
  it.each([
    ['a line of one cell', [edit('y = 2', 'y = 3')], undefined],
    ['a line behind the last one of a cell', [edit('y = 2\n', 'w = 1\n', 6)], undefined],
    ['the rest of one cell and the beginning of the next', [edit('y = 2\n\nz', 'y')], 'from one cell of the notebook into the next'],
    ['a magic', [edit('    #ls\n', '')], 'no Python'],
    ['before a magic that speaks for its cell', [{ ...edit('x = 1', ''), span: { start: 0, end: 0 }, text: 'import os\n' }], 'no Python'],
    ['a cell in another language', [edit('#cho', 'x', 1)], 'no Python'],
    ['a block over two cells', [edit('z = 3', '    z = 3')], 'a block would go on in the next cell'],
  ])('%s', (_, edits, reason) => {
    const found = unfitForCells(sources, edits);
    if (reason === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(reason);
  });

  it('behind the last line of a cell belong to that cell, and before the first line of the next to the next', () => {
    const own = cells(notebook(sources.map((it) => code(it))));
    const after = (it: ReturnType<typeof edit>) => editedCells(own, [it]).map(({ source }) => source);
    expect(after(edit('y = 2\n', '    w = 1\n', 6))[0]).toBe(`${sources[0]}\n    w = 1`);
    expect(after({ ...edit('z = 3', 'w = 1\n'), span: { start: text.indexOf('z'), end: text.indexOf('z') } })[1]).toBe('w = 1\nz = 3');
    expect(after(edit('    y = 2\n', ''))[0]).toBe('%%time\nx = 1\nif x:\n    %ls');
  });
});

describe('places in the file', () => {
  it('are those of each letter, whatever is escaped', () => {
    for (const json of [
      notebook([markdown('a'), code(['"é😀" \\\n', '\t"\u0001b"\n', 'last'])]),
      notebook([code('"é😀" \\\n\t"\u0001b"\nlast')]),
    ]) {
      for (const spelling of [json, json.replace('é', '\\u00e9').replace('😀', '\\ud83d\\ude00')]) {
        const [cell] = cells(spelling);
        const lines = spelling.split('\n');
        for (const word of ['b"', 'last']) {
          const { line, column } = inFile(cell!, cell!.source.indexOf(word));
          expect(lines[line - 1]!.slice(column - 1).startsWith(JSON.stringify(word).slice(1, -1))).toBe(true);
        }
      }
    }
  });

  it('beyond a cell are its end', () => {
    const own = cells(notebook([code('a'), code('')]));
    expect(inCell(own, 99)).toMatchObject({ cell: { number: 2 }, offset: 0 });
    expect(inCell(own, 2)).toMatchObject({ cell: { number: 1 }, offset: 1 });
    expect(inCell([], 0)).toBeUndefined();
  });
});

describe('a notebook that nobody has opened, in the editor', () => {
  it('has its findings at their lines of the file, until its cells are open', async () => {
    const editor = await startEditor({ files: { 'waves.ipynb': waves } });
    const { items } = await editor.pullWorkspace();
    expect(items).toMatchObject([{ uri: editor.uri('waves.ipynb') }]);
    const shown = items.flatMap((it) => ('items' in it ? it.items : []));
    const lines = waves.split('\n');
    expect(shown.map(({ code: rule, range }) => lines[range.start.line]!.includes(`alarm: [${rule}]`))).toEqual([true, true]);
    const cell = 'vscode-notebook-cell:/waves.ipynb#1';
    await editor.notify('notebookDocument/didOpen', {
      notebookDocument: {
        uri: editor.uri('waves.ipynb'),
        notebookType: 'jupyter-notebook',
        version: 1,
        cells: [{ kind: 2, document: cell }],
      },
      cellTextDocuments: [{ uri: cell, languageId: 'python', version: 1, text: `${nap}\n` }],
    });
    await until('the finding of the cell', async () => (await editor.alarms(cell)).length === 1);
    const known = { [editor.uri('waves.ipynb')]: items[0]!.resultId! };
    const next = (await editor.pullWorkspace(known)).items;
    expect(next).toMatchObject([
      { uri: cell, items: [{ code: 'blocking-sleep' }] },
      { uri: editor.uri('waves.ipynb'), items: [] },
    ]);
  });

  it('is listed by an audit with the number of the cell, and is not fixed with the workspace', async () => {
    const editor = await startEditor({ files: { 'waves.ipynb': waves, 'nap.py': nap } });
    const listed: { findings: { cell?: object; rule: string }[] }[] = [];
    editor.on<{ files: typeof listed }>('threadwise/findings', ({ files }) => void listed.push(...files));
    await editor.request('threadwise/audit', {});
    const found = listed.flatMap((it) => it.findings.map(({ rule, cell }) => [rule, cell]));
    expect(found).toContainEqual(['cpu-bound-thread-pool', { number: 5, line: 3 }]);
    expect(found).toContainEqual(['blocking-sleep', undefined]);
    const { edit } = await editor.request<{ edit: { documentChanges: { textDocument: { uri: string } }[] } }>('threadwise/fixAll', {
      preview: false,
    });
    expect(edit.documentChanges.map((it) => it.textDocument.uri)).toEqual([editor.uri('nap.py')]);
  });
});
