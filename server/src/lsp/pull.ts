// Diagnostics with result ids: pulled for a document or for the workspace, or pushed to a client that does not ask.
import type { Diagnostic, DocumentDiagnosticReport, WorkspaceDocumentDiagnosticReport } from 'vscode-languageserver';

export interface Pull {
  document(file: string, previous: string | undefined): DocumentDiagnosticReport;
  /**
   * What changed for a client that knows `previous`, a result id by file. Empty when nothing did. A file without diagnostics is named only
   * if the client still shows some for it.
   */
  workspace(previous: ReadonlyMap<string, string>): WorkspaceDocumentDiagnosticReport[];
  /** The files whose diagnostics differ from what was handed out last, for clients that are pushed to. */
  changed(): { readonly file: string; readonly items: readonly Diagnostic[] }[];
}

export interface Diagnostics {
  /** Never throws. */
  of(file: string): readonly Diagnostic[];
  /** Files with a diagnostic, sorted. */
  files(): readonly string[];
  /** Of the open document; null for a file that is not open. */
  version(file: string): number | null;
  /** What the client calls the file. */
  uri(file: string): string;
}

/** Result ids are numbers that grow with each new answer, so that two answers of one server never share one by accident. */
export function createPull(source: Diagnostics): Pull {
  const answers = new Map<string, { readonly text: string; readonly id: string }>();
  const pushed = new Map<string, string>();
  let last = 0;

  const answer = (file: string) => {
    const items = source.of(file);
    const text = JSON.stringify(items);
    let known = answers.get(file);
    if (known?.text !== text) {
      known = { text, id: items.length === 0 ? nothing : String(++last) };
      answers.set(file, known);
    }
    return { items, id: known.id };
  };

  return {
    document(file, previous) {
      const { items, id } = answer(file);
      return previous === id ? { kind: 'unchanged', resultId: id } : { kind: 'full', resultId: id, items: [...items] };
    },
    workspace(previous) {
      const files = new Set([...source.files(), ...previous.keys()]);
      return [...files].flatMap((file): WorkspaceDocumentDiagnosticReport[] => {
        const { items, id } = answer(file);
        if ((previous.get(file) ?? nothing) === id) return [];
        return [{ kind: 'full', uri: source.uri(file), version: source.version(file), resultId: id, items: [...items] }];
      });
    },
    changed() {
      const files = new Set([...source.files(), ...pushed.keys()]);
      return [...files].flatMap((file) => {
        const { items, id } = answer(file);
        if ((pushed.get(file) ?? nothing) === id) return [];
        pushed.set(file, id);
        return [{ file, items }];
      });
    },
  };
}

/** The result id of an empty answer, the same for every file. */
const nothing = '0';
