// The commands of the palette and of the views, and the audit they start; `run.ts` hands them the client that runs at the moment.
import {
  type CancellationToken,
  CancellationTokenSource,
  commands,
  type Disposable,
  env,
  ProgressLocation,
  Uri,
  version,
  window,
  workspace,
} from 'vscode';
import { type BaseLanguageClient, WorkDoneProgress } from 'vscode-languageclient';
import { changedFiles } from './changed-files.js';
import type { FindingsView } from './findings.js';
import type { MapView } from './map-view.js';
import type { AuditAnswer, BaselineAnswer, FixAllAnswer } from './protocol.js';

/** The client that runs, started first where it has to be; undefined where Threadwise is off or does not start. */
export type Running = () => Promise<BaseLanguageClient | undefined>;

export function registerCommands(running: Running, view: FindingsView, map: MapView): Disposable[] {
  const audit = createAudit(running, view);
  return [
    commands.registerCommand('threadwise.auditWorkspace', () => audit.run({})),
    commands.registerCommand('threadwise.auditFolder', (folder?: Uri) => auditFolder(audit, folder)),
    commands.registerCommand('threadwise.auditChangedFiles', () => auditChanged(audit)),
    commands.registerCommand('threadwise.cancelAudit', () => audit.cancel()),
    commands.registerCommand('threadwise.findings.groupByLaw', () => view.group('law')),
    commands.registerCommand('threadwise.findings.groupByFile', () => view.group('file')),
    commands.registerCommand('threadwise.explainRule', (node: unknown) => explain(node)),
    commands.registerCommand('threadwise.fixAllInFile', () => fixFile(running)),
    commands.registerCommand('threadwise.fixAllInWorkspace', () => fixAll(running, { preview: true })),
    commands.registerCommand('threadwise.baseline.create', () => changeBaseline(running, 'accept')),
    commands.registerCommand('threadwise.baseline.prune', () => changeBaseline(running, 'prune')),
    commands.registerCommand('threadwise.showExecutionMap', () => showMap(running, map)),
    commands.registerCommand('threadwise.debugInformation', () => copyDebugInformation(running)),
  ];
}

/** The page of a rule, for a row of the view that stands for one. */
async function explain(node: unknown): Promise<void> {
  const { rule, one } = (node ?? {}) as { readonly rule?: string; readonly one?: { readonly rule: string } };
  const id = rule ?? one?.rule;
  if (id !== undefined) await commands.executeCommand('markdown.showPreview', Uri.parse(`threadwise:/rules/${id}.md`));
}

interface Audit {
  run(scope: { readonly folders?: readonly string[]; readonly files?: readonly string[] }): Promise<void>;
  cancel(): void;
}

/** One at a time: an audit that runs is cancelled by the next. */
function createAudit(running: Running, view: FindingsView): Audit {
  let current: CancellationTokenSource | undefined;
  const setRunning = (on: boolean) => void commands.executeCommand('setContext', 'threadwise.auditRunning', on);
  return {
    cancel: () => current?.cancel(),
    async run(scope) {
      const client = await orTell(running);
      if (client === undefined) return;
      current?.cancel();
      const own = new CancellationTokenSource();
      current = own;
      setRunning(true);
      view.clear();
      view.show();
      try {
        const answer = await window.withProgress(
          { location: ProgressLocation.Notification, title: 'Threadwise audit', cancellable: true },
          (progress, token) => {
            token.onCancellationRequested(() => own.cancel());
            return ask(client, scope, own.token, (message, increment) => progress.report({ message, increment }));
          },
        );
        if (own === current) view.audited(answer);
      } catch (error) {
        if (!own.token.isCancellationRequested) void window.showErrorMessage(`The audit did not end: ${String(error)}`);
      } finally {
        if (own === current) {
          current = undefined;
          setRunning(false);
        }
        own.dispose();
      }
    },
  };
}

let audits = 0;

/** The server tells how far it is under a token that we make up. */
async function ask(
  client: BaseLanguageClient,
  scope: object,
  cancelled: CancellationToken,
  report: (message: string, increment: number) => void,
): Promise<AuditAnswer> {
  const workDoneToken = `threadwise-audit-${++audits}`;
  let percent = 0;
  const progress = client.onProgress(WorkDoneProgress.type, workDoneToken, (it) => {
    if (it.kind !== 'report') return;
    report(it.message ?? '', Math.max(0, (it.percentage ?? percent) - percent));
    percent = it.percentage ?? percent;
  });
  try {
    return await client.sendRequest<AuditAnswer>('threadwise/audit', { ...scope, workDoneToken }, cancelled);
  } finally {
    progress.dispose();
  }
}

async function auditFolder(audit: Audit, folder: Uri | undefined): Promise<void> {
  const picked = folder ?? (await window.showOpenDialog({ canSelectFiles: false, canSelectFolders: true, openLabel: 'Audit' }))?.[0];
  if (picked === undefined) return;
  if (workspace.getWorkspaceFolder(picked) === undefined) {
    void window.showInformationMessage('An audit needs the folder to be open in this window: it lies in none of its folders.');
    return;
  }
  await audit.run({ folders: [picked.toString()] });
}

async function auditChanged(audit: Audit): Promise<void> {
  const files = await changedFiles();
  if (files === undefined) void window.showInformationMessage('The Git extension knows no repository in this window.');
  else if (files.length === 0) void window.showInformationMessage('No Python file differs from the last commit.');
  else await audit.run({ files });
}

async function fixFile(running: Running): Promise<void> {
  const document = window.activeTextEditor?.document;
  if (document?.languageId === 'python') await fixAll(running, { files: [document.uri.toString()], preview: false });
}

/** The preview is the editor's own: it lists each kind of fix with its places. */
async function fixAll(running: Running, params: { readonly files?: readonly string[]; readonly preview: boolean }): Promise<void> {
  const client = await orTell(running);
  if (client === undefined) return;
  const answer = await window.withProgress(
    { location: ProgressLocation.Notification, title: 'Threadwise: verifying fixes', cancellable: true },
    (_, token) => client.sendRequest<FixAllAnswer>('threadwise/fixAll', params, token).catch(() => undefined),
  );
  if (answer === undefined) return;
  if (answer.fixes === 0) {
    void window.showInformationMessage('There is no finding with a fix that is safe to make without a look at it.');
    return;
  }
  const edit = await client.protocol2CodeConverter.asWorkspaceEdit(answer.edit);
  if (edit === undefined || !(await workspace.applyEdit(edit, { isRefactoring: true }))) return;
  if (answer.left > 0) void window.showInformationMessage('Some fixes were in the way of others: run the command again for the rest.');
}

/** A baseline hides findings from then on, so what it hides is said. */
async function changeBaseline(running: Running, what: 'accept' | 'prune'): Promise<void> {
  const client = await orTell(running);
  if (client === undefined) return;
  const { baselines } = await client.sendRequest<BaselineAnswer>('threadwise/baseline', { what });
  if (baselines.length === 0) void window.showInformationMessage('There is no baseline in the folders of this window.');
  for (const { uri, listed, changed, named, text, refused } of baselines) {
    const name = workspace.asRelativePath(Uri.parse(uri));
    if (text !== undefined) await workspace.fs.writeFile(Uri.parse(uri), new TextEncoder().encode(text));
    if (refused !== undefined) void window.showErrorMessage(`\`${name}\` was not written: ${refused}`);
    else if (changed === 0) void window.showInformationMessage(`\`${name}\` lists ${listed} accepted findings, as before.`);
    else {
      const did = what === 'accept' ? `${changed} of them new` : `${changed} fewer than before`;
      const unread = named ? '' : ` It is read once \`baseline = "${name.slice(name.lastIndexOf('/') + 1)}"\` stands in the configuration.`;
      void window.showInformationMessage(`\`${name}\` lists ${listed} accepted findings, ${did}.${unread}`);
    }
  }
}

async function showMap(running: Running, map: MapView): Promise<void> {
  const client = await orTell(running);
  if (client !== undefined) await map.show(client);
}

async function copyDebugInformation(running: Running): Promise<void> {
  const client = await orTell(running);
  if (client === undefined) return;
  const server = await client.sendRequest<string>('threadwise/debugInformation', {});
  const mode = workspace.getConfiguration('threadwise').get('diagnosticMode');
  const folders = workspace.workspaceFolders?.length ?? 0;
  const own = [`VS Code: ${version} (${env.appName}, ${env.appHost})`, `folders: ${folders}`, `diagnosticMode: ${mode}`];
  await env.clipboard.writeText(`${own.join('\n')}\n${server}`);
  void window.showInformationMessage('The debug information is in the clipboard. It names no file and no folder.');
}

async function orTell(running: Running): Promise<BaseLanguageClient | undefined> {
  const client = await running();
  if (client === undefined) void window.showInformationMessage('Threadwise is turned off here, or its server did not start: see its log.');
  return client;
}
