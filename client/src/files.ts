// Answers the requests of a server that has no files of its own: what is in a folder, what a name is, and what is in a file.
import { FileType, Uri, workspace } from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';

/** URIs are strings in the protocol. */
interface FileParams {
  readonly uri: string;
}

/** A file that is not there has no answer: null. A client keeps these handlers over a restart of the server. */
export function answerFileRequests(client: BaseLanguageClient): void {
  client.onRequest('threadwise/read', ({ uri }: FileParams) => orNull(workspace.fs.readFile(Uri.parse(uri))));
  client.onRequest('threadwise/stat', async ({ uri }: FileParams) => {
    const stat = await orNull(workspace.fs.stat(Uri.parse(uri)));
    return stat && { kind: kindOf(stat.type), size: stat.size, time: stat.mtime };
  });
  client.onRequest('threadwise/entries', async ({ uri }: FileParams) => {
    const entries = await orNull(workspace.fs.readDirectory(Uri.parse(uri)));
    return entries?.map(([name, type]) => ({ name, kind: kindOf(type), link: (type & FileType.SymbolicLink) !== 0 })) ?? null;
  });
}

function kindOf(type: FileType): 'file' | 'folder' | null {
  if ((type & FileType.Directory) !== 0) return 'folder';
  return (type & FileType.File) !== 0 ? 'file' : null;
}

async function orNull<T>(answer: Thenable<T>): Promise<T | null> {
  try {
    return await answer;
  } catch {
    return null;
  }
}
