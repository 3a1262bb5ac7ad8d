// The client without an editor: which files count as changed, and how the view of findings is laid out, against a stand-in for the editor.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { changedFiles } from '../../client/src/changed-files.js';
import { createFindingsView } from '../../client/src/findings.js';
import type { Finding } from '../../client/src/protocol.js';

interface Item {
  label: string;
  description: string;
  command?: { command: string; arguments: unknown[] };
}
interface Provider {
  getTreeItem(node: unknown): Item;
  getChildren(node?: unknown): unknown[];
}

const editor = vi.hoisted(() => ({ git: undefined as unknown, provider: undefined as unknown }));

vi.mock('vscode', () => ({
  extensions: { getExtension: () => editor.git },
  commands: { executeCommand: () => Promise.resolve() },
  window: {
    createTreeView: (_: string, { treeDataProvider }: { treeDataProvider: unknown }) => {
      editor.provider = treeDataProvider;
      return { dispose() {} };
    },
  },
  workspace: { asRelativePath: (it: { path: string }) => it.path.slice(1) },
  Uri: { parse: (it: string) => ({ path: it.replace(/^[\w-]+:\/*/, '/') }) },
  EventEmitter: class {
    event = () => ({ dispose() {} });
    fire() {}
    dispose() {}
  },
  TreeItem: class {
    label: string;
    constructor(label: string) {
      this.label = label;
    }
  },
  ThemeIcon: Object.assign(class {}, { File: {} }),
  ThemeColor: class {},
  MarkdownString: class {},
  Range: class {},
  TreeItemCollapsibleState: { None: 0, Collapsed: 1, Expanded: 2 },
}));

describe('the files that an audit of changed files asks for', () => {
  const uris = (...names: readonly string[]) => names.map((name) => ({ uri: { toString: () => `file:///books/${name}` } }));
  const repository = (state: object, status = () => Promise.resolve()) => ({ state, status });
  const gitOf = (api: () => object) => ({ activate: () => Promise.resolve({ getAPI: api }) });
  const gitWith = (...states: readonly object[]) =>
    gitOf(() => ({ state: 'initialized', repositories: states.map((it) => repository(it)) }));
  const state = { workingTreeChanges: uris('a.py', 'notes.md'), indexChanges: uris('b.pyw', 'a.py'), mergeChanges: uris('c.ipynb') };

  it('are those of Python in every repository, staged, unstaged, merged and new, each once', async () => {
    editor.git = gitWith({ ...state, untrackedChanges: uris('new.py', 'new.txt') }, { ...state, workingTreeChanges: uris('other/d.py') });
    const names = (await changedFiles())?.map((it) => it.slice('file:///books/'.length));
    expect(names).toEqual(['a.py', 'b.pyw', 'c.ipynb', 'new.py', 'other/d.py']);
  });

  it('are none where nothing changed, and unknown without git, without a repository, and where git is turned off', async () => {
    editor.git = gitWith({ workingTreeChanges: [], indexChanges: [], mergeChanges: [] });
    expect(await changedFiles()).toEqual([]);
    const off = gitOf(() => {
      throw new Error('Git model not found');
    });
    for (const git of [undefined, gitWith(), off, { activate: () => Promise.reject(new Error('broken')) }]) {
      editor.git = git;
      expect(await changedFiles()).toBeUndefined();
    }
  });

  it('are asked for at once: of repositories that are found a moment later, and of git itself, whose failure leaves what was known', async () => {
    const late = { ...state, workingTreeChanges: uris() };
    const found = [
      repository(late, async () => void Object.assign(late, { workingTreeChanges: uris('late.py') })),
      repository({ ...state, workingTreeChanges: uris('known.py') }, () => Promise.reject(new Error('locked'))),
    ];
    const api = {
      state: 'uninitialized',
      repositories: [] as object[],
      onDidChangeState(heard: () => void) {
        setTimeout(() => {
          api.repositories = found;
          heard();
        });
        return { dispose: () => {} };
      },
    };
    editor.git = gitOf(() => api);
    const names = (await changedFiles())?.map((it) => it.slice('file:///books/'.length));
    expect(names).toEqual(['late.py', 'b.pyw', 'a.py', 'c.ipynb', 'known.py']);
  });
});

describe('the view of findings', () => {
  const range = { start: { line: 3, character: 0 }, end: { line: 3, character: 5 } };
  const finding = (rule: string, more: Partial<Finding> = {}): Finding => ({
    rule,
    title: `About ${rule}`,
    law: 'owner',
    severity: 'warning',
    confidence: 'high',
    message: `this is ${rule}`,
    fingerprint: rule,
    uri: 'file:///books/a.py',
    range,
    steps: [{ uri: 'file:///books/b.py', range, text: 'because' }],
    ...more,
  });
  let view: ReturnType<typeof createFindingsView>;
  beforeEach(() => {
    view = createFindingsView();
  });
  /** Each row with what stands beside it, as deep as is asked for. */
  const rows = (depth: number, node?: unknown): unknown[] => {
    const provider = editor.provider as Provider;
    return provider.getChildren(node).map((it) => {
      const { label, description } = provider.getTreeItem(it);
      const below = depth > 1 ? rows(depth - 1, it) : [];
      return below.length > 0 ? [`${label} | ${description}`, below] : `${label} | ${description}`;
    });
  };

  it('has laws in their order, rules, findings and the steps of their evidence; or files', () => {
    view.take({ files: [{ uri: 'file:///books/a.py', findings: [finding('race'), finding('nap', { law: 'loop', severity: 'error' })] }] });
    expect(rows(4)).toEqual([
      ['1. Keep the loop free | 1', [['About nap | 1', [['this is nap | a.py:4', ['1. because | b.py:4']]]]]],
      ['3. One owner, or one lock | 1', [['About race | 1', [['this is race | a.py:4', ['1. because | b.py:4']]]]]],
    ]);
    view.group('file');
    expect(rows(2)).toEqual([['a.py | 2', ['this is nap | a.py:4', 'this is race | a.py:4']]]);
    view.take({ files: [{ uri: 'file:///books/a.py', findings: [] }] });
    expect(rows(1)).toEqual([]);
  });

  it('ends with the memory that is not ready for free threading, accidents first, over files that share it', () => {
    const shared = (name: string, how: 'accident' | 'anyway') => ({ id: name, name, how, born: { uri: 'file:///books/b.py', range } });
    view.take({
      files: [
        {
          uri: 'file:///books/a.py',
          findings: [finding('one', { shared: shared('sizes', 'anyway') }), finding('two', { shared: shared('total', 'accident') })],
        },
        { uri: 'file:///books/b.py', findings: [finding('three', { uri: 'file:///books/b.py', shared: shared('sizes', 'accident') })] },
      ],
    });
    expect(rows(3).at(-1)).toEqual([
      'Ready for free threading? | 2 shared places, 1 safe by accident',
      [
        ['total | safe by accident', ['this is two | a.py:4']],
        ['sizes | found with the GIL as well', ['this is one | a.py:4', 'this is three | b.py:4']],
      ],
    ]);
    const provider = editor.provider as Provider;
    const [total] = provider.getChildren(provider.getChildren().at(-1));
    expect(provider.getTreeItem(total).command).toMatchObject({ command: 'vscode.open', arguments: [{ path: '/books/b.py' }, {}] });
  });

  it('names the cell of a notebook, open or not', () => {
    const cell = { number: 5, line: 2 };
    const open = 'vscode-notebook-cell:/books/waves.ipynb#W4sZmlsZQ';
    view.take({
      files: [
        {
          uri: 'file:///books/waves.ipynb',
          findings: [finding('race', { uri: open, cell, steps: [{ uri: open, range, text: 'here', cell }] })],
        },
      ],
    });
    expect(rows(4)).toEqual([
      [
        '3. One owner, or one lock | 1',
        [['About race | 1', [['this is race | waves.ipynb, cell 5, line 2', ['1. here | waves.ipynb, cell 5, line 2']]]]],
      ],
    ]);
  });
});
