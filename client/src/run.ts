// Starts, stops and restarts the language client as the settings and the commands say; both entries share it.
import { commands, type ExtensionContext, type LogOutputChannel, window, workspace } from 'vscode';
import { type BaseLanguageClient, type LanguageClientOptions, RevealOutputChannelOn } from 'vscode-languageclient';
import { registerCommands } from './commands.js';
import { createFindingsView } from './findings.js';
import { createMapView } from './map-view.js';
import type { FindingsParams } from './protocol.js';
import { reportCommands, type WriteReport } from './report.js';

export interface Running {
  /** Settles when the first start has succeeded, failed or been left out. */
  readonly started: Promise<void>;
  stop(): Promise<void>;
}

/** Longest wait for a server to end, in milliseconds; a server that hangs is left behind. */
const patience = 2000;

/** `make` gives a client that is not started yet; `write` makes reports where other programs can be run. */
export function run(
  context: ExtensionContext,
  make: (options: LanguageClientOptions) => Promise<BaseLanguageClient>,
  write?: WriteReport,
): Running {
  const log = window.createOutputChannel('Threadwise', { log: true });
  const view = createFindingsView();
  let client: BaseLanguageClient | undefined;

  const start = async () => {
    if (client || !enabled()) return;
    try {
      view.clear();
      client = await make(clientOptions(log));
      client.onNotification('threadwise/findings', (params: FindingsParams) => view.take(params));
      await client.start();
    } catch (error) {
      // The log is where it is looked for: a message box would come back with each window.
      log.error('The server could not be started.', String(error));
    }
  };
  const stop = async () => {
    const old = client;
    client = undefined;
    try {
      await old?.dispose(patience);
    } catch (error) {
      log.warn('The server did not end by itself.', String(error));
    }
  };

  // One step at a time: a restart in the middle of a start would leave two servers.
  let last: Promise<void> = Promise.resolve();
  const enqueue = (...steps: (() => Promise<void>)[]) => {
    for (const step of steps) last = last.then(step);
    return last;
  };

  const running = async () => {
    await enqueue(start);
    return client?.isRunning() === true ? client : undefined;
  };
  const map = createMapView(running);
  void commands.executeCommand('setContext', 'threadwise.active', true);
  context.subscriptions.push(
    log,
    view,
    map,
    ...registerCommands(running, view, map),
    ...reportCommands(context, write),
    commands.registerCommand('threadwise.restart', () => enqueue(stop, start)),
    commands.registerCommand('threadwise.showLogs', () => log.show()),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('threadwise.enable')) void enqueue(enabled() ? start : stop);
    }),
  );
  return { started: enqueue(start), stop: () => enqueue(stop) };
}

function enabled(): boolean {
  return workspace.getConfiguration('threadwise').get('enable', true);
}

/** No scheme is named: a document may be a file, be remote, or not be saved yet. */
function clientOptions(log: LogOutputChannel): LanguageClientOptions {
  return {
    documentSelector: [{ language: 'python' }],
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    diagnosticPullOptions: { onChange: true, onTabs: true },
    textSynchronization: { delayOpenNotifications: true },
  };
}
