// An editor without a screen: drives the language server over a connection in memory, with real messages and real files.
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import {
  type ClientCapabilities,
  type CodeAction,
  createConnection,
  createProtocolConnection,
  type Diagnostic,
  type DocumentDiagnosticReport,
  type Hover,
  type InitializeResult,
  ProposedFeatures,
  type Range,
  StreamMessageReader,
  StreamMessageWriter,
  type TextEdit,
  type WorkspaceDiagnosticReport,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { Engine } from '../src/engine/engine.js';
import { nodeHost } from '../src/host/node.js';
import { type Platform, serve } from '../src/lsp/server.js';
import { uriNames } from '../src/lsp/uri-names.js';
import { testParser } from './terminal.js';

/** What VS Code can do, as far as the server asks. */
export const vscode: ClientCapabilities = {
  textDocument: {
    diagnostic: { relatedInformation: true, codeDescriptionSupport: true, dataSupport: true },
    publishDiagnostics: { relatedInformation: true, codeDescriptionSupport: true, dataSupport: true, versionSupport: true },
    codeAction: { dataSupport: true, disabledSupport: true, isPreferredSupport: true, resolveSupport: { properties: ['edit'] } },
    hover: { contentFormat: ['markdown', 'plaintext'] },
  },
  workspace: {
    configuration: true,
    workspaceFolders: true,
    didChangeConfiguration: { dynamicRegistration: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
    diagnostics: { refreshSupport: true },
    workspaceEdit: { documentChanges: true, changeAnnotationSupport: {} },
    textDocumentContent: {},
  },
};
/** An editor that knows the protocol of years ago. */
export const oldEditor: ClientCapabilities = { textDocument: { codeAction: {}, hover: {} }, workspace: {} };

export interface Editor {
  readonly root: string;
  readonly initialized: InitializeResult;
  /** What the server said on its own account. */
  readonly pushed: Map<string, readonly Diagnostic[]>;
  readonly logged: string[];
  readonly refreshes: () => number;
  /** Bytes of everything that the server said. */
  readonly said: () => number;
  /** Kinds of the progress messages, in order. */
  readonly progress: readonly string[];
  /** Methods that are registered now. */
  readonly registered: string[];
  /** The options of one. */
  registeredFor(method: string): unknown;
  /** What a notification of the server brings. */
  on<T>(method: string, listener: (params: T) => void): void;
  uri(path: string): string;
  open(path: string, text?: string): Promise<void>;
  /** Replaces the first occurrence, as an incremental change. */
  type(path: string, from: string, to: string): Promise<void>;
  close(path: string): Promise<void>;
  write(path: string, text: string): void;
  remove(path: string): void;
  onDisk(path: string): string;
  /** Says that files on disk changed. */
  watch(...paths: readonly string[]): Promise<void>;
  configure(settings: object): Promise<void>;
  pull(path: string, previous?: string): Promise<DocumentDiagnosticReport>;
  alarms(path: string): Promise<readonly Diagnostic[]>;
  pullWorkspace(previous?: Readonly<Record<string, string>>): Promise<WorkspaceDiagnosticReport>;
  actions(path: string, range: Range, only?: readonly string[], shown?: readonly Diagnostic[]): Promise<CodeAction[]>;
  resolve(action: CodeAction): Promise<CodeAction>;
  hover(path: string, needle: string): Promise<Hover | null>;
  request<T>(method: string, params: object, token?: import('vscode-languageserver/node').CancellationToken): Promise<T>;
  notify(method: string, params: object): Promise<void>;
  text(path: string): string;
  /** What the edits of an action make of an open document. */
  applied(path: string, action: CodeAction): string;
}

export interface EditorOptions {
  readonly files?: Readonly<Record<string, string>>;
  readonly capabilities?: ClientCapabilities;
  readonly settings?: object;
  readonly platform?: Partial<Platform>;
  readonly folders?: readonly string[];
}

const closing: (() => void)[] = [];

/** Ends every editor of a test. */
export function closeEditors(): void {
  for (const close of closing.splice(0)) close();
}

export async function startEditor(options: EditorOptions = {}): Promise<Editor> {
  const { files = {}, capabilities = vscode, platform = {}, folders = ['.'] } = options;
  let { settings = {} } = options;
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'threadwise-lsp-')));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const [path, text] of Object.entries(files)) write(path, text);

  const [up, down] = [new PassThrough(), new PassThrough()];
  const server = createConnection(ProposedFeatures.all, new StreamMessageReader(up), new StreamMessageWriter(down));
  serve(server, {
    host: nodeHost(uriNames),
    parser: testParser,
    fileOf: (uri) => uriNames.toFile(uriNames.toPath(uri)),
    makeEngine: (engine) => new Engine(engine),
    delays: { quiet: 0, longest: 0, progress: 0 },
    ...platform,
  });
  server.listen();
  const client = createProtocolConnection(new StreamMessageReader(down), new StreamMessageWriter(up));
  closing.push(() => {
    client.dispose();
    server.dispose();
    rmSync(root, { recursive: true, force: true });
  });

  const pushed = new Map<string, readonly Diagnostic[]>();
  const logged: string[] = [];
  const registered: string[] = [];
  const progress: string[] = [];
  let refreshes = 0;
  const uri = (path: string) => (path.includes(':') ? path : pathToFileURL(join(root, path)).href);
  client.onNotification('textDocument/publishDiagnostics', (it: { uri: string; diagnostics: Diagnostic[] }) => {
    pushed.set(it.uri, it.diagnostics);
  });
  client.onNotification('window/logMessage', (it: { message: string }) => void logged.push(it.message));
  client.onRequest('workspace/configuration', (it: { items: { section: string }[] }) => it.items.map(() => settings));
  const registrations = new Map<string, unknown>();
  client.onRequest('client/registerCapability', (it: { registrations: { method: string; registerOptions?: unknown }[] }) => {
    for (const { method, registerOptions } of it.registrations) {
      registered.push(method);
      registrations.set(method, registerOptions);
    }
    return null;
  });
  client.onRequest('client/unregisterCapability', (it: { unregisterations: { method: string }[] }) => {
    for (const { method } of it.unregisterations) registered.splice(registered.indexOf(method), 1);
    return null;
  });
  client.onRequest('workspace/diagnostic/refresh', () => {
    refreshes++;
    return null;
  });
  client.onRequest('window/workDoneProgress/create', () => null);
  client.onNotification('$/progress', (it: { value: { kind: string } }) => void progress.push(it.value.kind));
  client.listen();
  let said = 0;
  down.on('data', (part: Buffer) => {
    said += part.length;
  });

  const workspaceFolders = folders.map((it) => ({ uri: pathToFileURL(join(root, it)).href, name: it }));
  const params = { processId: null, rootUri: null, workspaceFolders, capabilities, initializationOptions: { threadwise: settings } };
  const initialized: InitializeResult = await client.sendRequest('initialize', params);
  await client.sendNotification('initialized', {});

  const documents = new Map<string, TextDocument>();
  const pull = (path: string, previous?: string): Promise<DocumentDiagnosticReport> =>
    client.sendRequest('textDocument/diagnostic', { textDocument: { uri: uri(path) }, previousResultId: previous });
  return {
    root,
    initialized,
    pushed,
    logged,
    registered,
    registeredFor: (method) => registrations.get(method),
    on: (method, listener) => void client.onNotification(method, listener),
    progress,
    refreshes: () => refreshes,
    said: () => said,
    uri,
    write,
    remove: (path) => rmSync(join(root, path)),
    onDisk: (path) => readFileSync(join(root, path), 'utf8'),
    pull,
    async open(path, text = files[path] ?? '') {
      const document = TextDocument.create(uri(path), 'python', 1, text);
      documents.set(path, document);
      const item = { uri: document.uri, languageId: 'python', version: 1, text };
      await client.sendNotification('textDocument/didOpen', { textDocument: item });
    },
    async type(path, from, to) {
      const document = documents.get(path)!;
      const start = document.getText().indexOf(from);
      if (start < 0) throw new Error(`\`${from}\` is not in ${path}`);
      const range = { start: document.positionAt(start), end: document.positionAt(start + from.length) };
      const contentChanges = [{ range, text: to }];
      const version = document.version + 1;
      documents.set(path, TextDocument.update(document, contentChanges, version));
      await client.sendNotification('textDocument/didChange', { textDocument: { uri: document.uri, version }, contentChanges });
    },
    async close(path) {
      documents.delete(path);
      await client.sendNotification('textDocument/didClose', { textDocument: { uri: uri(path) } });
    },
    watch: (...paths) =>
      client.sendNotification('workspace/didChangeWatchedFiles', { changes: paths.map((path) => ({ uri: uri(path), type: 2 })) }),
    async configure(next) {
      settings = next;
      await client.sendNotification('workspace/didChangeConfiguration', { settings: { threadwise: next } });
    },
    async alarms(path) {
      const report = await pull(path);
      if (report.kind !== 'full') throw new Error('a pull without a result id was answered with `unchanged`');
      return report.items;
    },
    pullWorkspace: (previous = {}) =>
      client.sendRequest('workspace/diagnostic', {
        previousResultIds: Object.entries(previous).map(([path, value]) => ({ uri: uri(path), value })),
      }),
    actions: async (path, range, only, shown = []) =>
      (await client.sendRequest<CodeAction[] | null>('textDocument/codeAction', {
        textDocument: { uri: uri(path) },
        range,
        context: { diagnostics: shown, ...(only ? { only } : {}) },
      })) ?? [],
    resolve: (action) => client.sendRequest('codeAction/resolve', action),
    hover(path, needle) {
      const document = documents.get(path)!;
      const position = document.positionAt(document.getText().indexOf(needle));
      return client.sendRequest('textDocument/hover', { textDocument: { uri: uri(path) }, position });
    },
    request: (method, own, token) => (token ? client.sendRequest(method, own, token) : client.sendRequest(method, own)),
    notify: (method, own) => client.sendNotification(method, own),
    text: (path) => documents.get(path)!.getText(),
    applied(path, { edit }) {
      const own = uri(path);
      const edits = edit?.documentChanges
        ? edit.documentChanges.flatMap((it) => ('edits' in it && it.textDocument.uri === own ? (it.edits as TextEdit[]) : []))
        : (edit?.changes?.[own] ?? []);
      return TextDocument.applyEdits(documents.get(path)!, edits);
    },
  };
}

/** Asks again until there is an answer; fails with what was waited for. */
export async function until<T>(what: string, ask: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  for (const end = Date.now() + 10_000; ; await new Promise((resolve) => setTimeout(resolve, 10))) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (end < Date.now()) throw new Error(`waited in vain for ${what}`);
  }
}
