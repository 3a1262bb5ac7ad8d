// Alarms, spans and edits as the protocol wants them: the place where both vocabularies meet.
import {
  type ChangeAnnotation,
  type CodeDescription,
  type Diagnostic,
  DiagnosticSeverity,
  type Location,
  type TextDocumentEdit,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import type { Alarm, Edit, Repair, Severity } from '../model.js';
import type { SettingProblem } from '../project/settings.js';
import type { Features } from './features.js';
import { editsOf } from './fix-all.js';
import type { Place, Places } from './ranges.js';

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** What conversion needs to know besides the alarm. */
export interface Context {
  readonly places: Places;
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
    range: context.places.of(alarm.at).range,
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
function toRelated(alarm: Alarm, { places }: Context): { readonly location: Location; readonly message: string }[] {
  const steps = alarm.because.flatMap((witness, nth) => witness.map((spot, at) => ({ spot, also: nth > 0 && at === 0 })));
  return steps.map(({ spot, also }, at) => ({
    location: locationOf(places.of(spot)),
    message: `${at + 1}. ${also ? 'also: ' : ''}${spot.note}`,
  }));
}

const locationOf = ({ uri, range }: Place): Location => ({ uri, range });

/** Lines and columns of a problem count from 1. */
export function toSettingDiagnostic({ range, message, severity }: SettingProblem): Diagnostic {
  const place = ({ line, column }: SettingProblem['range']['start']) => ({ line: line - 1, character: column - 1 });
  return {
    range: { start: place(range.start), end: place(range.end) },
    severity: severities[severity ?? 'error'],
    source: 'threadwise',
    message,
  };
}

/** With the versions the edits were made for where the client understands them, so that it can refuse an edit that comes too late. */
export function toWorkspaceEdit(edits: readonly Edit[], context: Context, versionOf: (file: string) => number | null): WorkspaceEdit {
  const all = documentEdits(edits, context, versionOf, (range, newText) => ({ range, newText }));
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
  const annotated = (range: TextEdit['range'], newText: string, it: Edit) => ({ range, newText, annotationId: kinds.get(it)! });
  return { documentChanges: documentEdits(edits, context, versionOf, annotated), changeAnnotations: annotations };
}

/** By document. The cells of a notebook have no versions that we know. */
function documentEdits(
  edits: readonly Edit[],
  { places, uri }: Context,
  versionOf: (file: string) => number | null,
  make: (range: TextEdit['range'], newText: string, edit: Edit) => TextEdit,
): TextDocumentEdit[] {
  const byDocument = new Map<string, { readonly version: number | null; readonly edits: TextEdit[] }>();
  for (const it of edits) {
    const place = places.edit(it);
    const own = byDocument.get(place.uri) ?? { version: place.uri === uri(it.file) ? versionOf(it.file) : null, edits: [] };
    own.edits.push(make(place.range, place.text, it));
    byDocument.set(place.uri, own);
  }
  return [...byDocument].map(([name, own]) => ({ textDocument: { uri: name, version: own.version }, edits: own.edits }));
}
