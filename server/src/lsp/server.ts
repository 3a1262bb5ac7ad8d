// The language server: wires the messages of a client to a session. An entry brings the connection and the platform.
import pages from 'threadwise:pages';
import {
  type Connection,
  type InitializeParams,
  LSPErrorCodes,
  NotebookDocuments,
  ResponseError,
  TextDocuments,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { EngineOptions } from '../engine/engine.js';
import type { Host } from '../project/host.js';
import type { AnyEngine } from '../project/workspace.js';
import type { Parser } from '../syntax/load.js';
import { actionsAt, type Desk, hoverAt, resolveAction } from './answers.js';
import { type Audit, type AuditParams, createAudit } from './audit.js';
import { type BaselineAnswer, type BaselineParams, changeBaselines } from './baseline.js';
import { createClient } from './client.js';
import { type Context, toDiagnostic } from './convert.js';
import { capabilitiesFor, type Features, featuresOf, pageScheme } from './features.js';
import { createKeeper, type Keeper } from './keeper.js';
import { type Maps, mapsOf } from './map.js';
import { createPull, type Pull } from './pull.js';
import { placesOf } from './ranges.js';
import { debugInformation, type FixAllAnswer, type FixAllParams, fixAll } from './requests.js';
import type { Session } from './session.js';
import { type Delays, orCancelled, type Token } from './slices.js';

/** What an entry brings: how files are reached, and the parts that a test replaces. */
export interface Platform {
  readonly host: Host;
  /** Called once, after `initialize`. */
  parser(): Promise<Parser>;
  /** The one name of a file, whichever way the client writes its URI. */
  fileOf(uri: string): string;
  makeEngine(options: EngineOptions): AnyEngine;
  /** What a report of a defect says about the machine. */
  about?(): Readonly<Record<string, string>>;
  readonly delays?: Delays & { readonly progress: number };
}

/** Answers until the connection ends. Nothing that a client sends, and nothing in a file, ends it sooner. */
export function serve(connection: Connection, platform: Platform): void {
  const documents = new TextDocuments(TextDocument);
  // Cells have a list of documents of their own.
  const notebooks = new NotebookDocuments(TextDocument);
  connection.onInitialize((params) => {
    const features = featuresOf(params.capabilities);
    const client = createClient(connection, features, platform.delays?.progress);
    // Loading it goes on while the client digests our answer. Whoever waits for it hears of a failure.
    const parser = platform.parser();
    parser.catch(() => undefined);
    const parked = createParking();
    const keeper = createKeeper({ platform, parser, client, documents, openNotebooks: notebooks, changed: () => afterWork() });
    const pull = createPull(diagnosticsOf(keeper, features));
    const audit = createAudit({
      connection,
      fileOf: keeper.fileOf,
      uri: keeper.uri,
      settled: keeper.settled,
      now: keeper.now,
      context: (session) => contextOf(session, keeper, features),
      below: (folder, file) => platform.host.below(folder, file) !== undefined,
    });
    const afterWork = () => {
      audit.update();
      if (!features.pull)
        for (const { file, items } of pull.changed()) client.push(keeper.uri(file), keeper.now()?.version(file) ?? null, items);
      parked.wake();
    };
    listen({ connection, platform, keeper, pull, features, parser, parked, audit, warn: client.warn, log: client.log });

    let folders = foldersOf(params);
    keeper.setFolders(folders);
    documents.onDidChangeContent(({ document }) => keeper.opened(document));
    documents.onDidClose(({ document }) => keeper.closed(document));
    notebooks.onDidOpen((it) => keeper.notebookOpened(it));
    notebooks.onDidChange(({ notebookDocument }) => keeper.notebookOpened(notebookDocument));
    notebooks.onDidClose((it) => keeper.notebookClosed(it));
    connection.onDidChangeWatchedFiles(({ changes }) => {
      for (const { uri } of changes) keeper.touched(uri);
    });
    connection.onDidChangeConfiguration(({ settings }) => keeper.reconfigured(settings));
    connection.onInitialized(() => {
      client.log(`Threadwise ${__VERSION__}`);
      client.watch();
      if (features.folders) {
        connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
          const gone = new Set(removed.map(({ uri }) => uri));
          folders = [...folders.filter((uri) => !gone.has(uri)), ...added.map(({ uri }) => uri)];
          keeper.setFolders(folders);
          keeper.begin(params.initializationOptions);
        });
      }
      keeper.begin(params.initializationOptions);
    });
    connection.onShutdown(() => {
      keeper.end();
      parked.enter();
    });
    return { capabilities: capabilitiesFor(features), serverInfo: { name: 'Threadwise', version: __VERSION__ } };
  });
  documents.listen(connection);
  notebooks.listen(connection);
}

function foldersOf({ workspaceFolders, rootUri }: InitializeParams): readonly string[] {
  return workspaceFolders?.map(({ uri }) => uri) ?? (rootUri ? [rootUri] : []);
}

interface Wiring {
  readonly connection: Connection;
  readonly platform: Platform;
  readonly keeper: Keeper;
  readonly pull: Pull;
  readonly features: Features;
  readonly parser: Promise<Parser>;
  readonly parked: Parking;
  readonly audit: Audit;
  warn(what: string, error: unknown): void;
  log(line: string): void;
}

/** Installs what answers requests. An answer that fails is logged and replaced by the empty one, for one bad file must not cost the rest. */
function listen(wiring: Wiring): void {
  const { connection, platform, keeper, pull, features } = wiring;
  const { fileOf, notebooks } = keeper;

  /** A cell has diagnostics of its own. */
  const keyOf = (uri: string) => (notebooks.fileOf(uri) === undefined ? fileOf(uri) : uri);
  /** What is said of a whole program rests on all of its files. */
  const wholeFolder = async (token: Token) => {
    const options = { progress: () => {}, cancelled: () => token.isCancellationRequested };
    await (await keeper.settled(token))?.read(() => false, options, token);
  };
  const answer = async <T>(token: Token, what: string, empty: T, give: (desk: Desk) => T | Promise<T>): Promise<T> => {
    const session = await keeper.settled(token);
    if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
    if (session === undefined) return empty;
    try {
      const refused = (why: string) => wiring.log(why);
      return await give({ session, context: contextOf(session, keeper, features), parser: await wiring.parser, fileOf, refused });
    } catch (error) {
      wiring.warn(`${what} could not be answered`, error);
      return empty;
    }
  };

  connection.onHover((params, token) => answer(token, 'a hover', null, (desk) => hoverAt(params, desk)));
  connection.onCodeAction((params, token) => answer(token, 'code actions', [], (desk) => actionsAt(params, desk)));
  connection.onCodeActionResolve((action, token) => answer(token, 'a code action', action, (desk) => resolveAction(action, desk)));
  connection.languages.diagnostics.on(({ textDocument, previousResultId }, token) =>
    answer(token, 'a pull for diagnostics', { kind: 'full', items: [] }, () => pull.document(keyOf(textDocument.uri), previousResultId)),
  );
  connection.languages.diagnostics.onWorkspace(async ({ previousResultIds }, token, _, partial) => {
    const previous = new Map(previousResultIds.map(({ uri, value }) => [keyOf(uri), value]));
    const stays = wiring.parked.enter();
    for (;;) {
      const items = await answer(token, 'a pull for the workspace', [], ({ session }) =>
        session.loaded() ? pull.workspace(previous) : [],
      );
      // A client asks again after each answer: with nothing to say, the request waits until there is something.
      if (items.length > 0 || !stays())
        return partial === undefined ? { items } : { items: inParts(items, (part) => partial.report(part)) };
      await orCancelled(wiring.parked.next(), token);
    }
  });
  connection.onRequest('threadwise/audit', async (params: AuditParams, token: Token) => {
    const answered = await wiring.audit.run(params, token);
    if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
    return answered;
  });
  const nothing: FixAllAnswer = { edit: {}, fixes: 0, files: 0, left: 0 };
  connection.onRequest('threadwise/fixAll', (params: FixAllParams, token: Token) =>
    answer(token, 'a wish for all fixes', nothing, (desk) => fixAll(params, desk, token)),
  );
  connection.onRequest('threadwise/baseline', async (params: BaselineParams, token: Token) => {
    await wholeFolder(token);
    const none: BaselineAnswer = { baselines: [] };
    return answer(token, 'a wish for a baseline', none, (desk) => changeBaselines(params, desk, platform.host));
  });
  connection.onRequest('threadwise/map', async (_: object, token: Token) => {
    await wholeFolder(token);
    return answer<Maps>(token, 'a question about the execution map', { style: '', script: '', maps: [] }, mapsOf);
  });
  connection.onRequest('threadwise/debugInformation', (_: object, token: Token) =>
    answer(token, 'a question about the server', '', (desk) => debugInformation(desk, platform.about?.() ?? {})),
  );
  connection.workspace.textDocumentContent.on(({ uri }) => ({ text: pages[ruleOf(uri)] ?? 'There is no such page.\n' }));
}

/** Files in one message of a long answer. */
const part = 50;

/** After parts, the answer itself is empty. */
function inParts<T>(items: readonly T[], report: (part: { items: T[] }) => void): T[] {
  for (let at = 0; at < items.length; at += part) report({ items: items.slice(at, at + part) });
  return [];
}

function contextOf(session: Session, { uri, fileOf, notebooks }: Keeper, features: Features): Context {
  const page = (rule: string) => (features.content && pages[rule] !== undefined ? `${pageScheme}:/rules/${rule}.md` : undefined);
  const places = placesOf({ texts: session.texts, notebooks, cells: session.cells, uri, fileOf });
  return { places, features, uri, page };
}

const ruleOf = (page: string): string => page.slice(page.lastIndexOf('/') + 1).replace(/\.md$/, '');

function diagnosticsOf(keeper: Keeper, features: Features): Parameters<typeof createPull>[0] {
  const { notebooks } = keeper;
  const isHidden = (session: Session, file: string) => keeper.mode() === 'openFilesOnly' && session.version(file) === null;
  return {
    of(key) {
      const session = keeper.now();
      const file = notebooks.fileOf(key) ?? key;
      if (session === undefined || isHidden(session, file)) return [];
      // Of a notebook that is open the cells are told, and the file no more.
      if (file === key && notebooks.cells(file, session.texts) !== undefined) return [];
      const context = contextOf(session, keeper, features);
      const alarms = session.alarms(file).filter((it) => file === key || context.places.of(it.at).uri === key);
      return alarms.map((it) => toDiagnostic(it, context));
    },
    files() {
      const session = keeper.now();
      const files = session?.alarming().filter((file) => !isHidden(session, file)) ?? [];
      return files.flatMap((file) => notebooks.cells(file, session!.texts)?.map((it) => it.uri) ?? [file]);
    },
    version: (file) => keeper.now()?.version(file) ?? null,
    uri: keeper.uri,
  };
}

/** Where requests wait for the next change. */
interface Parking {
  /** Gives a question: may the request stay? Not once another came after it, for a client needs one. */
  enter(): () => boolean;
  next(): Promise<void>;
  wake(): void;
}

function createParking(): Parking {
  let entered = 0;
  let waiting: (() => void)[] = [];
  const wake = () => {
    const all = waiting;
    waiting = [];
    for (const it of all) it();
  };
  return {
    enter() {
      const mine = ++entered;
      wake();
      return () => mine === entered;
    },
    next: () => new Promise((resolve) => waiting.push(resolve)),
    wake,
  };
}
