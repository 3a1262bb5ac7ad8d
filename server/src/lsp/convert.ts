// Alarms, spans and edits as the protocol wants them: the place where both vocabularies meet.
import {
  type ChangeAnnotation,
  type CodeDescription,
  type Diagnostic,
  DiagnosticSeverity,
  type Location,
  type Range,
  type TextDocumentEdit,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import type { Alarm, Edit, Repair, Severity, Span } from '../model.js';
import type { SettingProblem } from '../project/settings.js';
import type { Features } from './features.js';
import { editsOf } from './fix-all.js';
import type { Texts } from './texts.js';

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** What conversion needs to know besides the alarm. */
export interface Context {
  readonly texts: Texts;
  readonly features: Features;
  /** What the client calls a file. */
  uri(file: string): string;
  /** Where the page of a rule can be opened; undefined where there is none. */
  page(rule: string): string | undefined;
}

export function toDiagnostic(alarm: Alarm, context: Context): Diagnostic {
  const page = context.features.codeDescription ? context.page(alarm.rule) : undefined;
  const description: { codeDescription?: CodeDescription } = page === undefined ? {} : { codeDescription: { href: page } };
  const related = context.features.relatedInformation ? { relatedInformation: toRelated(alarm, context) } : {};
  return {
    range: toRange(alarm.at.file, alarm.at.span, context.texts),
    severity: severities[alarm.severity],
    source: 'threadwise',
    code: alarm.rule,
    message: alarm.message,
    data: alarm.fingerprint,
    ...description,
    ...related,
  };
}

/** Every step of every witness, numbered throughout: editors show them as one list. */
function toRelated(alarm: Alarm, { texts, uri }: Context): { readonly location: Location; readonly message: string }[] {
  const steps = alarm.because.flatMap((witness, nth) => witness.map((spot, at) => ({ spot, also: nth > 0 && at === 0 })));
  return steps.map(({ spot, also }, at) => ({
    location: { uri: uri(spot.file), range: toRange(spot.file, spot.span, texts) },
    message: `${at + 1}. ${also ? 'also: ' : ''}${spot.note}`,
  }));
}

/** Lines and columns of a problem count from 1. */
export function toSettingDiagnostic({ range, message }: SettingProblem): Diagnostic {
  const place = ({ line, column }: SettingProblem['range']['start']) => ({ line: line - 1, character: column - 1 });
  return { range: { start: place(range.start), end: place(range.end) }, severity: DiagnosticSeverity.Error, source: 'threadwise', message };
}

export function toRange(file: string, span: Span, texts: Texts): Range {
  const document = texts.of(file);
  return { start: document.positionAt(span.start), end: document.positionAt(span.end) };
}

export function toSpan(file: string, range: Range, texts: Texts): Span {
  const document = texts.of(file);
  return { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
}

/** With the versions the edits were made for where the client understands them, so that it can refuse an edit that comes too late. */
export function toWorkspaceEdit(edits: readonly Edit[], context: Context, versionOf: (file: string) => number | null): WorkspaceEdit {
  const byFile = new Map<string, TextEdit[]>();
  for (const { file, span, text } of edits) {
    const own = byFile.get(file) ?? [];
    own.push({ range: toRange(file, span, context.texts), newText: text });
    byFile.set(file, own);
  }
  const all = [...byFile].map(([file, own]): TextDocumentEdit => {
    return { textDocument: { uri: context.uri(file), version: versionOf(file) }, edits: own };
  });
  if (context.features.documentChanges) return { documentChanges: all };
  return { changes: Object.fromEntries(all.map((it) => [it.textDocument.uri, it.edits as TextEdit[]])) };
}

/** One annotation for each kind of fix, so that a preview asks once for all of its places and not for each. */
export function toAnnotatedEdit(
  repairs: readonly Repair[],
  context: Context,
  versionOf: (file: string) => number | null,
  preview: boolean,
): WorkspaceEdit {
  const edits = editsOf(repairs);
  if (!context.features.changeAnnotations || !preview) return toWorkspaceEdit(edits, context, versionOf);
  const annotations: Record<string, ChangeAnnotation> = {};
  const kinds = new Map<Edit, string>();
  for (const { id, title, says, edits: own } of repairs) {
    annotations[id] = { label: title, description: says, needsConfirmation: true };
    for (const it of own) kinds.set(it, id);
  }
  const documentChanges = [...new Set(edits.map((it) => it.file))].map((file): TextDocumentEdit => {
    const own = edits.filter((it) => it.file === file);
    const changes = own.map((it) => ({ range: toRange(file, it.span, context.texts), newText: it.text, annotationId: kinds.get(it)! }));
    return { textDocument: { uri: context.uri(file), version: versionOf(file) }, edits: changes };
  });
  return { documentChanges, changeAnnotations: annotations };
}
