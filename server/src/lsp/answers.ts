// Answers about a place in a document: the hover, the code actions, and what choosing one changes.
import pages from 'threadwise:pages';
import { type CodeAction, type CodeActionParams, type Hover, MarkupKind, type TextDocumentPositionParams } from 'vscode-languageserver';
import type { Alarm, Edit, Spot } from '../model.js';
import { ignoreComment } from '../project/ignore-comment.js';
import { rules } from '../rules/index.js';
import type { Parser } from '../syntax/load.js';
import { actionsFor, type Choice, fixAllKind, isChoice, isWanted, rewriteKind, touches } from './actions.js';
import { type Context, toDiagnostic, toWorkspaceEdit } from './convert.js';
import { editsOf as allEdits, safeRepairs } from './fix-all.js';
import { alarmHover, insightHover, plain } from './hover.js';
import type { Session } from './session.js';

export interface Desk {
  readonly session: Session;
  readonly context: Context;
  readonly parser: Parser;
  fileOf(uri: string): string;
  /** For the log: why a choice came to nothing. */
  refused(why: string): void;
}

export function hoverAt({ textDocument, position }: TextDocumentPositionParams, desk: Desk): Hover | null {
  const { session, context } = desk;
  const { file, span } = context.places.at(textDocument.uri, { start: position, end: position });
  const { start: offset } = span;
  const alarms = session.alarms(file).filter((it) => touches(it.at.span, { start: offset, end: offset }));
  if (alarms.length > 0) {
    const texts = alarms.map((it) => told(it, desk));
    return hover(texts.join('\n\n---\n\n'), context.places.of(alarms[0]!.at).range, context);
  }
  const insight = session.project(file)?.engine.insight(file, offset);
  return insight === undefined ? null : hover(insightHover(insight), context.places.of(insight).range, context);
}

function hover(markdown: string, range: NonNullable<Hover['range']>, { features }: Context): Hover {
  const { markdown: understood } = features;
  const contents = understood ? { kind: MarkupKind.Markdown, value: markdown } : { kind: MarkupKind.PlainText, value: plain(markdown) };
  return { contents, range };
}

function told(alarm: Alarm, { session, context }: Desk): string {
  const project = session.project(alarm.at.file)!;
  const place = (spot: Spot) => {
    const { uri, range } = context.places.of(spot);
    const { line, character } = range.start;
    const name = decodeURIComponent(spot.file.slice(spot.file.lastIndexOf('/') + 1));
    return { name, line: line + 1, href: `${uri}#L${line + 1},${character + 1}` };
  };
  const title = rules.find((it) => it.id === alarm.rule)?.title ?? alarm.rule;
  const offers = project.engine.offers(alarm);
  const page = Object.hasOwn(pages, alarm.rule) ? pages[alarm.rule]! : '';
  return alarmHover(alarm, { title, page, pageAddress: context.page(alarm.rule), offers, target: project.target, place });
}

export function actionsAt({ textDocument, range, context: wish }: CodeActionParams, desk: Desk): CodeAction[] {
  const { session, context } = desk;
  const { file, span } = context.places.at(textDocument.uri, range);
  const alarms = session.repairable(file).filter((it) => touches(it.at.span, span));
  const project = session.project(file);
  if (project === undefined) return [];
  const asked = {
    uri: textDocument.uri,
    version: session.version(file),
    only: wish.only,
    shown: wish.diagnostics.filter((it) => it.source === 'threadwise'),
    features: context.features,
    offers: (alarm: Alarm) => project.engine.offers(alarm),
    diagnostic: (alarm: Alarm) => toDiagnostic(alarm, context),
  };
  const quiet = isWanted(rewriteKind, wish.only)
    ? project.engine.refactorings(file).filter((it) => it.suppressed === null && touches(it.at.span, span))
    : [];
  // One cell is no place for the fixes of its whole notebook.
  if (wish.only?.some((it) => it !== '' && isWanted(fixAllKind, [it]))) return file.endsWith('.ipynb') ? [] : fixAllActions(file, desk);
  const actions = [...actionsFor(alarms, asked), ...actionsFor(quiet, { ...asked, only: [rewriteKind] })];
  if (context.features.resolveEdit) return actions;
  return actions.map((it) => resolveAction(it, desk)).filter((it) => it.edit !== undefined || it.disabled !== undefined);
}

/** Computed at once: whoever saves waits for the edit anyway. */
function fixAllActions(file: string, { session, context }: Desk): CodeAction[] {
  const { repairs } = safeRepairs(session.project(file)!, [file]);
  if (repairs.length === 0 || allEdits(repairs).some((it) => it.file !== file)) return [];
  const edit = toWorkspaceEdit(allEdits(repairs), context, session.version);
  return [{ title: 'Fix all safe problems of Threadwise', kind: fixAllKind, edit }];
}

/** The action with its edit; without one, and with the reason, where the document has changed since or the rewrite fails its checks. */
export function resolveAction(action: CodeAction, desk: Desk): CodeAction {
  if (!isChoice(action.data)) return action;
  const made = editsOf(action.data, desk);
  if ('reason' in made) return refused(action, made.reason, desk);
  const unfit = desk.context.places.unfit(made.edits);
  if (unfit !== undefined) return refused(action, unfit, desk);
  return { ...action, edit: toWorkspaceEdit(made.edits, desk.context, desk.session.version) };
}

function refused(action: CodeAction, reason: string, desk: Desk): CodeAction {
  desk.refused(`\`${action.title}\` was not applied, because ${reason}`);
  return desk.context.features.disabled ? { ...action, disabled: { reason } } : action;
}

function editsOf(
  { uri, version, fingerprint, rule, fix }: Choice,
  desk: Desk,
): { readonly edits: readonly Edit[] } | { readonly reason: string } {
  const { session, fileOf } = desk;
  const file = fileOf(uri);
  if (session.version(file) !== version) return { reason: 'the document has changed since' };
  const engine = session.project(file)?.engine;
  const all = [...session.repairable(file), ...(engine?.refactorings(file) ?? [])];
  const alarm = all.find((it) => it.fingerprint === fingerprint && it.rule === rule);
  if (alarm === undefined || engine === undefined) return { reason: 'the finding is no longer there' };
  if (fix === null) {
    const comment = ignoreComment([rule], engine.text(file) ?? '', alarm.at.span.start, (text) => desk.parser.parse(text));
    return { edits: [{ file, ...comment }] };
  }
  const repair = engine.repair(alarm, fix);
  return repair.tier === null ? { reason: repair.says } : { edits: repair.edits };
}
