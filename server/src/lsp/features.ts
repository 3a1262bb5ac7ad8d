// What the client can do, read once from its capabilities, and what we offer in return.
import {
  type ClientCapabilities,
  CodeActionKind,
  type DiagnosticOptions,
  type ServerCapabilities,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import { fixAllKind, rewriteKind } from './actions.js';

export interface Features {
  /** The client asks for diagnostics; where it does not, they are pushed. */
  readonly pull: boolean;
  /** It can be told later, and anew, what to pull. */
  readonly registerPull: boolean;
  readonly refresh: boolean;
  readonly relatedInformation: boolean;
  readonly codeDescription: boolean;
  /** The client shows documents that the server makes up. */
  readonly content: boolean;
  readonly resolveEdit: boolean;
  readonly disabled: boolean;
  readonly preferred: boolean;
  readonly documentChanges: boolean;
  readonly changeAnnotations: boolean;
  readonly markdown: boolean;
  readonly configuration: boolean;
  readonly watchConfiguration: boolean;
  readonly watchFiles: boolean;
  readonly progress: boolean;
  readonly folders: boolean;
}

export function featuresOf({ textDocument, workspace, window }: ClientCapabilities): Features {
  const pull = textDocument?.diagnostic !== undefined;
  const diagnostics = { ...textDocument?.publishDiagnostics, ...textDocument?.diagnostic };
  return {
    pull,
    registerPull: textDocument?.diagnostic?.dynamicRegistration === true,
    refresh: workspace?.diagnostics?.refreshSupport === true,
    relatedInformation: diagnostics.relatedInformation === true,
    codeDescription: diagnostics.codeDescriptionSupport === true,
    content: workspace?.textDocumentContent !== undefined,
    resolveEdit:
      textDocument?.codeAction?.dataSupport === true && textDocument.codeAction.resolveSupport?.properties.includes('edit') === true,
    disabled: textDocument?.codeAction?.disabledSupport === true,
    preferred: textDocument?.codeAction?.isPreferredSupport === true,
    documentChanges: workspace?.workspaceEdit?.documentChanges === true,
    changeAnnotations: workspace?.workspaceEdit?.documentChanges === true && workspace.workspaceEdit.changeAnnotationSupport !== undefined,
    markdown: textDocument?.hover?.contentFormat?.includes('markdown') === true,
    configuration: workspace?.configuration === true,
    watchConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    watchFiles: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    progress: window?.workDoneProgress === true,
    folders: workspace?.workspaceFolders === true,
  };
}

/** The scheme of the documents that the server makes up: the pages of the rules. */
export const pageScheme = 'threadwise';

export const pullOptions = (workspace: boolean): DiagnosticOptions => {
  return { identifier: 'threadwise', interFileDependencies: true, workspaceDiagnostics: workspace };
};

/** Pull or push and never both, or each problem is listed twice. Positions count UTF-16 units, as the parser does. */
export function capabilitiesFor({ pull, registerPull, content, resolveEdit }: Features): ServerCapabilities {
  return {
    positionEncoding: 'utf-16',
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    notebookDocumentSync: { notebookSelector: [{ cells: [{ language: 'python' }] }] },
    hoverProvider: true,
    codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, rewriteKind, fixAllKind], resolveProvider: resolveEdit },
    ...(pull && !registerPull ? { diagnosticProvider: pullOptions(true) } : {}),
    workspace: {
      workspaceFolders: { supported: true, changeNotifications: true },
      ...(content ? { textDocumentContent: { schemes: [pageScheme] } } : {}),
    },
  };
}
