// An editor as the server sees it: opens a folder and files, types, and asks for diagnostics until they are there.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Client, startClient } from './language-client.js';

/** A server that has said nothing after this many milliseconds is counted as silent. */
const patience = 60_000;

export async function openFolder(folder: string, flags: readonly string[] = []): Promise<Client> {
  const client = startClient(resolve('dist/server.js'), folder, flags);
  const root = pathToFileURL(folder).href;
  await client.request('initialize', {
    processId: process.pid,
    rootUri: root,
    workspaceFolders: [{ uri: root, name: 'bench' }],
    capabilities: {
      textDocument: { diagnostic: { relatedDocumentSupport: true }, publishDiagnostics: { relatedInformation: true } },
      workspace: { diagnostics: { refreshSupport: true }, workspaceFolders: true, configuration: false },
    },
  });
  client.notify('initialized', {});
  return client;
}

export function openFile(client: Client, file: string): void {
  const text = readFileSync(file, 'utf8');
  client.notify('textDocument/didOpen', { textDocument: { uri: pathToFileURL(file).href, languageId: 'python', version: 1, text } });
}

export interface Change {
  readonly version: number;
  /** Offsets in the text before. */
  readonly start: number;
  readonly end: number;
  readonly typed: string;
}
export function type(client: Client, file: string, before: string, { version, start, end, typed }: Change): void {
  const position = (offset: number) => {
    const lines = before.slice(0, offset).split('\n');
    return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
  };
  client.notify('textDocument/didChange', {
    textDocument: { uri: pathToFileURL(file).href, version },
    contentChanges: [{ range: { start: position(start), end: position(end) }, text: typed }],
  });
}

/** Asks until there are diagnostics: each file here has some. */
export async function diagnosed(client: Client, file: string): Promise<void> {
  const until = performance.now() + patience;
  while (performance.now() < until) {
    const refreshed = client.heard('workspace/diagnostic/refresh');
    const answer = await ask(client, file);
    if (answer > 0) return;
    await Promise.race([refreshed, new Promise((done) => setTimeout(done, 50))]);
  }
  throw new Error(`the server said nothing about ${file} for ${patience / 1000} s`);
}
async function ask(client: Client, file: string): Promise<number> {
  try {
    const answer = await client.request('textDocument/diagnostic', { textDocument: { uri: pathToFileURL(file).href } });
    return (answer as { readonly items?: readonly unknown[] } | null)?.items?.length ?? 0;
  } catch {
    // Cancelled by the server because the text has moved on: asked again.
    return 0;
  }
}
