// Everything the server says to its client on its own account: questions, registrations, refreshes, progress and the log.
import {
  type Connection,
  type Diagnostic,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type Disposable,
  DocumentDiagnosticRequest,
} from 'vscode-languageserver';
import { type Features, pullOptions } from './features.js';
import type { EditorSettings } from './project.js';

/** Which files report problems. */
export type DiagnosticMode = 'openFilesOnly' | 'workspace';

/** The settings of the editor that matter to the server. */
export interface ClientSettings {
  readonly python: EditorSettings;
  readonly mode: DiagnosticMode;
}

/** Nothing here rejects or throws: a client that does not answer changes nothing. */
export interface Client {
  /** `pushed` is what came with a notification, for clients that cannot be asked. */
  settings(pushed: unknown): Promise<ClientSettings>;
  watch(): void;
  /** Tells a client that can be told later whether to pull for the workspace as well. */
  offerPull(mode: DiagnosticMode): void;
  /** Asks the client to pull its open documents again. */
  refresh(): void;
  push(uri: string, version: number | null, diagnostics: readonly Diagnostic[]): void;
  /** Shows the progress of a work that takes longer than a moment. */
  progress(title: string): Progress;
  log(line: string): void;
  warn(what: string, error: unknown): void;
}
export interface Progress {
  report(done: number, all: number): void;
  end(): void;
}

/** What a project's answers rest on: a change of one of these files is heard. */
export const watched = ['**/*.{py,pyw,ipynb}', '**/{pyproject,threadwise}.toml', '**/{.python-version,.gitignore,pyvenv.cfg}', '**/*.json'];
/** `patience` is the time in milliseconds after which a progress is worth a place on the screen. */
export function createClient(connection: Connection, features: Features, patience = 1000): Client {
  // With a client that is gone there is nobody to tell.
  const tell = (say: () => void) => {
    try {
      say();
    } catch {}
  };
  const warn = (what: string, error: unknown) => {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    tell(() => connection.console.warn(`${what}: ${why}`));
  };
  const ignoring = (what: string) => (error: unknown) => warn(what, error);
  return {
    warn,
    log: (line) => tell(() => connection.console.info(line)),
    async settings(pushed) {
      if (!features.configuration) return readSettings((pushed as { threadwise?: unknown } | null)?.threadwise ?? pushed);
      try {
        return readSettings(await connection.workspace.getConfiguration('threadwise'));
      } catch (error) {
        warn('the settings of the editor could not be read', error);
        return readSettings(undefined);
      }
    },
    watch() {
      const failed = ignoring('a change of settings or files will not be heard');
      const { client } = connection;
      if (features.watchConfiguration) client.register(DidChangeConfigurationNotification.type, { section: 'threadwise' }).catch(failed);
      const watchers = watched.map((globPattern) => ({ globPattern }));
      if (features.watchFiles) client.register(DidChangeWatchedFilesNotification.type, { watchers }).catch(failed);
    },
    offerPull: features.registerPull ? offering(connection, ignoring('diagnostics will not be pulled')) : () => {},
    refresh() {
      if (features.pull && features.refresh)
        connection.languages.diagnostics.refresh().catch(ignoring('the diagnostics were not refreshed'));
    },
    push(uri, version, diagnostics) {
      const of = version === null ? {} : { version };
      connection.sendDiagnostics({ uri, ...of, diagnostics: [...diagnostics] }).catch(ignoring('diagnostics were not sent'));
    },
    progress(title) {
      if (!features.progress) return { report: () => {}, end: () => {} };
      return showProgress(connection, title, patience, ignoring('the progress is not shown'));
    },
  };
}

function showProgress(connection: Connection, title: string, patience: number, failed: (error: unknown) => void): Progress {
  let ended = false;
  let report = (_percent: number) => {};
  let end = () => {};
  const timer = setTimeout(async () => {
    try {
      const shown = await connection.window.createWorkDoneProgress();
      shown.begin(title, 0);
      if (ended) return shown.done();
      report = (percent) => shown.report(percent);
      end = () => shown.done();
    } catch (error) {
      failed(error);
    }
  }, patience);
  return {
    report: (done, all) => report(all === 0 ? 100 : Math.round((100 * done) / all)),
    end() {
      ended = true;
      clearTimeout(timer);
      end();
    },
  };
}

/** One registration at a time: a client pulls once for each. */
function offering(connection: Connection, failed: (error: unknown) => void): (mode: DiagnosticMode) => void {
  let offered: DiagnosticMode | undefined;
  let last: Promise<Disposable | undefined> = Promise.resolve(undefined);
  return (mode) => {
    if (offered === mode) return;
    offered = mode;
    last = last
      .then(async (registration) => {
        registration?.dispose();
        const options = { documentSelector: null, ...pullOptions(mode === 'workspace') };
        return connection.client.register(DocumentDiagnosticRequest.type, options);
      })
      .catch((error) => {
        failed(error);
        return undefined;
      });
  };
}

/** What has the wrong shape counts as not set; without a mode, whoever asks for the workspace is answered. */
function readSettings(raw: unknown): ClientSettings {
  const { python, diagnosticMode } = (raw ?? {}) as { python?: unknown; diagnosticMode?: unknown };
  const { version, gil, startMethod } = (python ?? {}) as Record<string, unknown>;
  const text = (it: unknown) => (typeof it === 'string' && it.trim() !== '' ? it.trim() : undefined);
  return {
    python: { version: text(version), gil: text(gil), startMethod: text(startMethod) },
    mode: diagnosticMode === 'openFilesOnly' ? 'openFilesOnly' : 'workspace',
  };
}
