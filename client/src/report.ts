// The report of an audit: the command line writes the page, and a tab of the editor shows it, or it is saved where somebody wants it.
import { commands, type Disposable, type ExtensionContext, ProgressLocation, Uri, ViewColumn, window, workspace } from 'vscode';

/** Writes the report about a folder to a file; rejects with the reason. undefined where no other program can be run. */
export type WriteReport = (folder: string, file: string, cancelled: (stop: () => void) => void) => Promise<void>;

export function reportCommands(context: ExtensionContext, write: WriteReport | undefined): Disposable[] {
  return [
    commands.registerCommand('threadwise.openReport', () => openReport(context, write)),
    commands.registerCommand('threadwise.exportReport', () => exportReport(write)),
  ];
}

async function openReport(context: ExtensionContext, write: WriteReport | undefined): Promise<void> {
  const folder = await pickFolder();
  if (folder === undefined) return;
  const home = context.storageUri ?? context.globalStorageUri;
  await workspace.fs.createDirectory(home);
  const file = Uri.joinPath(home, 'report.html');
  if (!(await made(folder, file, write))) return;
  const panel = window.createWebviewPanel('threadwise.report', 'Audit Report', ViewColumn.Active, {
    enableScripts: true,
    enableFindWidget: true,
    localResourceRoots: [],
  });
  // The page is one file, loads nothing, and names in its policy the one script that may run.
  panel.webview.html = new TextDecoder().decode(await workspace.fs.readFile(file));
}

async function exportReport(write: WriteReport | undefined): Promise<void> {
  const folder = await pickFolder();
  if (folder === undefined) return;
  const defaultUri = Uri.joinPath(folder, 'threadwise-report.html');
  const file = await window.showSaveDialog({ defaultUri, filters: { HTML: ['html'] }, title: 'Export Audit Report' });
  if (file !== undefined && (await made(folder, file, write))) void window.showInformationMessage(`The report is in \`${file.fsPath}\`.`);
}

/** Says why where it cannot be made. */
async function made(folder: Uri, file: Uri, write: WriteReport | undefined): Promise<boolean> {
  if (write === undefined || folder.scheme !== 'file' || file.scheme !== 'file') {
    void window.showInformationMessage('A report needs the folder on a disk of this machine, and cannot be made in a browser.');
    return false;
  }
  try {
    await window.withProgress(
      { location: ProgressLocation.Notification, title: 'Threadwise: writing the report', cancellable: true },
      (_, token) => write(folder.fsPath, file.fsPath, (stop) => token.onCancellationRequested(stop)),
    );
    return true;
  } catch (error) {
    if (error instanceof Error && error.message !== '') void window.showErrorMessage(`The report was not made: ${error.message}`);
    return false;
  }
}

async function pickFolder(): Promise<Uri | undefined> {
  const folders = workspace.workspaceFolders ?? [];
  if (folders.length > 1) return (await window.showWorkspaceFolderPick({ placeHolder: 'The folder that the report is about' }))?.uri;
  if (folders.length === 0) void window.showInformationMessage('A report needs an open folder.');
  return folders[0]?.uri;
}
