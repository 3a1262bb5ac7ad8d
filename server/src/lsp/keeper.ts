// Keeps the one session there is: begins it, begins a new one when the settings change, and tells the client what came of it.
import type { NotebookDocument, NotebookDocuments, TextDocuments } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { isPython } from '../project/host.js';
import { targetInWords } from '../project/target.js';
import type { Parser } from '../syntax/load.js';
import type { Client, ClientSettings, DiagnosticMode } from './client.js';
import { toSettingDiagnostic } from './convert.js';
import { createNotebooks, type Notebooks } from './notebooks.js';
import { type EditorSettings, openProject, type Project } from './project.js';
import type { Platform } from './server.js';
import { createSession, type Session } from './session.js';
import { orCancelled, type Token } from './slices.js';

export interface Keeper {
  /** `settings` is what came with the message, for clients that cannot be asked. */
  begin(settings: unknown): void;
  /** Begins anew if the settings that matter are others than before: clients announce a change of any of them. */
  reconfigured(settings: unknown): void;
  setFolders(uris: readonly string[]): void;
  opened(document: TextDocument): void;
  closed(document: TextDocument): void;
  /** It was opened, or anything in it changed. */
  notebookOpened(notebook: NotebookDocument): void;
  notebookClosed(notebook: NotebookDocument): void;
  /** A file on disk changed, appeared or went; where the settings rest on it, everything is asked anew. */
  touched(uri: string): void;
  /** The session, up to date; undefined while there is none, or as soon as the request is cancelled. */
  settled(token: Token): Promise<Session | undefined>;
  /** The session as it is. */
  now(): Session | undefined;
  /** Which files report problems. */
  mode(): DiagnosticMode;
  /** What the client calls a file. */
  uri(file: string): string;
  /** The file that a document is, or the notebook that a cell belongs to. */
  fileOf(uri: string): string;
  readonly notebooks: Notebooks;
  end(): void;
}

export interface KeeperOptions {
  readonly platform: Platform;
  readonly parser: Promise<Parser>;
  readonly client: Client;
  readonly documents: TextDocuments<TextDocument>;
  readonly openNotebooks: NotebookDocuments<TextDocument>;
  /** Called after each round of work. */
  changed(): void;
}

/** Schemes of documents that are a part of something, or an old state of it: what is said about them is of no use. */
const passedOver = new Set(['git', 'gitfs', 'gitlens', 'gitlens-git', 'review', 'vscode-notebook-cell', 'vscode-local-history', 'output']);

/** Stubs hold no code. */
const counts = ({ uri, languageId }: TextDocument): boolean =>
  languageId === 'python' && !passedOver.has(uri.slice(0, uri.indexOf(':'))) && !uri.endsWith('.pyi');

export function createKeeper({ platform, parser, client, documents, openNotebooks, changed }: KeeperOptions): Keeper {
  const { fileOf, host } = platform;
  const uris = new Map<string, string>();
  const notebooks = createNotebooks();
  const opened = new Map<string, NotebookDocument>();
  const uri = (file: string) => uris.get(file) ?? file;
  /** Configuration files with diagnostics. */
  const marked = new Set<string>();
  /** A JSON file outside of these is nobody's knowledge. */
  const knowledgeFolders = new Set<string>();
  let folders: readonly string[] = [];
  let pushed: unknown;
  let settings: ClientSettings = { python: {}, mode: 'workspace' };
  let session: Session | undefined;
  let beginning: Promise<void> = Promise.resolve();
  let generation = 0;

  const newSession = (loaded: Parser, editor: EditorSettings): Session => {
    const complain = complaints(client, uri);
    for (const file of marked) client.push(uri(file), null, []);
    marked.clear();
    knowledgeFolders.clear();
    const openOne = async (folder: string, roots: readonly string[]): Promise<Project> => {
      const told = (problems: Project['problems']) => {
        for (const file of complain({ problems })) marked.add(file);
      };
      const project = await openProject({ host, parser: loaded, folder, roots, editor, makeEngine: platform.makeEngine, complain: told });
      const { python, gil, start } = project.target.origin;
      client.log(`${folder}: ${targetInWords(project.target)} (${[...new Set([python, gil, start])].join(', ')})`);
      told(project.problems);
      for (const it of project.knowledgeFolders) knowledgeFolders.add(it);
      return project;
    };
    const delays = platform.delays === undefined ? {} : { delays: platform.delays };
    return createSession({ host, roots: folders, openProject: openOne, changed, failed: client.warn, ...delays });
  };
  const openNotebook = (notebook: NotebookDocument) => {
    const cells = notebook.cells.flatMap((cell, at) => {
      const document = openNotebooks.getCellTextDocument(cell);
      return document?.languageId === 'python' ? [{ uri: document.uri, text: document.getText(), number: at + 1 }] : [];
    });
    const file = fileOf(notebook.uri);
    session?.open(file, notebooks.set(file, cells), notebook.version);
  };
  const readFolders = async (own: Session) => {
    const progress = client.progress('Threadwise: reading Python files');
    await own.loadAll(progress.report);
    progress.end();
    if (own === session) client.refresh();
  };
  const begin = async () => {
    const mine = ++generation;
    const [loaded, editor] = await Promise.all([parser, client.settings(pushed)]);
    if (mine !== generation) return;
    settings = editor;
    client.offerPull(editor.mode);
    session?.stop();
    session = newSession(loaded, editor.python);
    for (const it of documents.all()) if (counts(it)) session.open(fileOf(it.uri), it.getText(), it.version);
    for (const it of opened.values()) openNotebook(it);
    readFolders(session).catch((error) => client.warn('the folders could not be read', error));
  };
  const restart = () => {
    beginning = begin().catch((error) => client.warn('the analysis could not be started', error));
  };

  return {
    uri,
    fileOf: (named) => notebooks.fileOf(named) ?? fileOf(named),
    notebooks,
    begin(next) {
      pushed = next;
      restart();
    },
    async reconfigured(next) {
      pushed = next;
      await beginning;
      const { python, mode } = await client.settings(pushed);
      if (JSON.stringify(python) !== JSON.stringify(settings.python)) return restart();
      if (mode === settings.mode) return;
      settings = { python, mode };
      client.offerPull(mode);
      changed();
    },
    setFolders(next) {
      folders = [...new Set(next.map(fileOf))];
    },
    opened(document) {
      if (!counts(document)) return;
      const file = fileOf(document.uri);
      uris.set(file, document.uri);
      session?.open(file, document.getText(), document.version);
    },
    closed(document) {
      if (!counts(document)) return;
      const file = fileOf(document.uri);
      session?.close(file);
    },
    notebookOpened(notebook) {
      uris.set(fileOf(notebook.uri), notebook.uri);
      opened.set(notebook.uri, notebook);
      openNotebook(notebook);
    },
    notebookClosed(notebook) {
      opened.delete(notebook.uri);
      notebooks.drop(fileOf(notebook.uri));
      session?.close(fileOf(notebook.uri));
    },
    touched(changedUri) {
      const file = fileOf(changedUri);
      if (isPython(changedUri)) session?.touch(file);
      else if (!changedUri.endsWith('.json') || [...knowledgeFolders].some((it) => host.below(it, file) !== undefined)) restart();
    },
    async settled(token) {
      for (;;) {
        await orCancelled(beginning, token);
        const own = session;
        await own?.settled(token);
        if (token.isCancellationRequested) return undefined;
        if (own === session) return own;
      }
    },
    now: () => session,
    mode: () => settings.mode,
    end() {
      generation++;
      session?.stop();
    },
  };
}

/** What is wrong in configuration files is pushed: nobody pulls for files of another language. Gives the files. */
function complaints(client: Client, uri: (file: string) => string): (project: Pick<Project, 'problems'>) => ReadonlySet<string> {
  return ({ problems }) => {
    const files = new Set(problems.map((it) => it.file));
    for (const file of files) {
      const own = problems.filter((it) => it.file === file).map(toSettingDiagnostic);
      client.push(uri(file), null, own);
    }
    return files;
  };
}
