// The entry of the desktop and of remote machines: the server runs as a process of its own.
import type { ExtensionContext } from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import { type Running, run } from './run.js';
import { reportWriter } from './write-report.js';

let running: Running | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  const module = context.asAbsolutePath('dist/server.js');
  running = run(
    context,
    async (options) => {
      const server = { module, transport: TransportKind.ipc };
      const debug = { ...server, options: { execArgv: ['--nolazy', '--enable-source-maps'] } };
      return new LanguageClient('threadwise', 'Threadwise', { run: server, debug }, options);
    },
    reportWriter(context.asAbsolutePath('dist/cli.js')),
  );
  await running.started;
}

export async function deactivate(): Promise<void> {
  await running?.stop();
}
