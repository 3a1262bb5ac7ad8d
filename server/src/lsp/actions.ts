// Code actions: which are offered where, and what choosing one changes.
import { type CodeAction, CodeActionKind, type Diagnostic } from 'vscode-languageserver';
import { isDirective } from '../engine/directives.js';
import type { Alarm, Offered, Span } from '../model.js';
import type { Features } from './features.js';

/** Rewrites as the Refactor menu groups them; as quick fixes they are offered at the squiggle as well. */
export const rewriteKind = `${CodeActionKind.RefactorRewrite}.threadwise`;

/** All safe fixes of a file, as `editor.codeActionsOnSave` asks for them; never offered to who did not ask. */
export const fixAllKind = `${CodeActionKind.SourceFixAll}.threadwise`;

/** Travels with an action to the client and back: which alarm, in which state of the document, and which of its fixes. */
export interface Choice {
  readonly uri: string;
  /** null for a document that is not open. */
  readonly version: number | null;
  readonly fingerprint: string;
  readonly rule: string;
  /** The id of a fix; null for the comment that ignores the alarm. */
  readonly fix: string | null;
}

export interface Asked {
  readonly uri: string;
  readonly version: number | null;
  /** What the client wants; undefined is everything. */
  readonly only: readonly string[] | undefined;
  /** The diagnostics of ours that the client shows at the place. */
  readonly shown: readonly Diagnostic[];
  readonly features: Features;
  offers(alarm: Alarm): readonly Offered[];
  diagnostic(alarm: Alarm): Diagnostic;
}

/**
 * Without a wish for a kind everything comes as a quick fix, so that no rewrite is in one menu twice. The comment is last of all: silence
 * is the cure that always works and the one that cures nothing.
 */
export function actionsFor(alarms: readonly Alarm[], asked: Asked): CodeAction[] {
  const actions: CodeAction[] = [];
  const ignores: CodeAction[] = [];
  for (const alarm of alarms) {
    const offers = asked.offers(alarm);
    const preferred = offers.find(({ tier }) => tier === 'safe')?.id;
    const shown = asked.shown.find((it) => it.data === alarm.fingerprint && it.code === alarm.rule) ?? asked.diagnostic(alarm);
    for (const offer of offers) {
      if (offer.tier === null && !asked.features.disabled) continue;
      const action = actionOf(alarm, offer, asked);
      if (isWanted(CodeActionKind.QuickFix, asked.only)) {
        const first = offer.id === preferred && asked.features.preferred ? { isPreferred: true } : {};
        actions.push({ ...action, kind: CodeActionKind.QuickFix, diagnostics: [shown], ...first });
      }
      if (asked.only !== undefined && offer.tier !== 'safe' && isWanted(rewriteKind, asked.only))
        actions.push({ ...action, kind: rewriteKind });
    }
    if (isWanted(CodeActionKind.QuickFix, asked.only) && !isDirective(alarm))
      ignores.push({ ...ignoring(alarm, asked), diagnostics: [shown] });
  }
  return [...actions, ...ignores];
}

/** Three dots say that the rewrite changes more than its text shows. */
function actionOf(alarm: Alarm, { id, title, tier, says }: Offered, asked: Asked): CodeAction {
  if (tier === null) return { title, disabled: { reason: says } };
  return { title: tier === 'review' ? `${title.replace(/…$/, '')}…` : title, data: choice(alarm, id, asked) };
}

function ignoring(alarm: Alarm, asked: Asked): CodeAction {
  const title = `Ignore \`${alarm.rule}\` with a comment`;
  return { title, kind: CodeActionKind.QuickFix, data: choice(alarm, null, asked) };
}

function choice(alarm: Alarm, fix: string | null, { uri, version }: Asked): Choice {
  return { uri, version, fingerprint: alarm.fingerprint, rule: alarm.rule, fix };
}

/** What came back from a client is not believed before it was looked at. */
export function isChoice(it: unknown): it is Choice {
  const { uri, version, fingerprint, rule, fix } = (it ?? {}) as Partial<Record<keyof Choice, unknown>>;
  const texts = typeof uri === 'string' && typeof fingerprint === 'string' && typeof rule === 'string';
  return texts && (version === null || typeof version === 'number') && (fix === null || typeof fix === 'string');
}

/** A wish for `refactor` covers `refactor.rewrite`, and the empty one covers all. */
export function isWanted(kind: string, only: readonly string[] | undefined): boolean {
  return only === undefined || only.some((it) => it === '' || kind === it || kind.startsWith(`${it}.`));
}

/** Both ends belong to a span: a cursor behind the last letter means it too. */
export const touches = (span: Span, other: Span): boolean => span.start <= other.end && other.start <= span.end;
