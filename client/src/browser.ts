// The entry of editors in a browser: the server runs in a worker and reads files through the editor.
import { type ExtensionContext, Uri, workspace } from 'vscode';
import { BrowserMessageReader, BrowserMessageWriter, LanguageClient, type MessageTransports } from 'vscode-languageclient/browser';
import { answerFileRequests } from './files.js';
import { type Running, run } from './run.js';

let running: Running | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  running = run(context, async (options) => {
    const client = new LanguageClient('threadwise', 'Threadwise', () => startWorker(context.extensionUri), options);
    answerFileRequests(client);
    return client;
  });
  await running.started;
}

export async function deactivate(): Promise<void> {
  await running?.stop();
}

/** The first message brings the wasm files, because a worker made from a blob cannot fetch what stands beside the extension. */
async function startWorker(extension: Uri): Promise<MessageTransports> {
  const read = (name: string) => workspace.fs.readFile(Uri.joinPath(extension, 'dist', name));
  const [script, runtime, grammar] = await Promise.all([
    read('web/server.js'),
    read('web-tree-sitter.wasm'),
    read('tree-sitter-python.wasm'),
  ]);
  // A worker cannot be started from where a remote extension is stored, but from a blob it can.
  const url = URL.createObjectURL(new Blob([new Uint8Array(script)], { type: 'text/javascript' }));
  const worker = new Worker(url, { name: 'Threadwise' });
  worker.postMessage({ runtime, grammar });
  // The extension host replaces the class of workers, so the client does not know one when it gets it.
  return { reader: new BrowserMessageReader(worker), writer: new BrowserMessageWriter(worker) };
}
