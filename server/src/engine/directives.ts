// Comments that accept findings, held against what there is to accept: those that accept nothing are findings of their own.
import { fingerprint, type Scanned } from '../facts/scan.js';
import type { Alarm, Edit, Law, Offered, Repair, Severity, Span } from '../model.js';
import { rules } from '../rules/index.js';

export interface DirectiveRule {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  /** What a person has to know of it, in a few sentences. */
  readonly explains: string;
}
/** They have names like rules and belong to no law: a finding of theirs has the law of what the comment names. */
export const unknownSuppression: DirectiveRule = {
  id: 'unknown-suppression',
  title: 'A comment accepts a rule that does not exist',
  severity: 'warning',
  explains:
    'A comment such as `# threadwise: ignore[blocking-slep]` names neither a rule nor a law nor `all`, so it accepts nothing. `threadwise rules` lists the names; where one is near, the fix writes it.',
};
export const unusedSuppression: DirectiveRule = {
  id: 'unused-suppression',
  title: 'A comment accepts a finding that is not there',
  severity: 'info',
  explains:
    'A comment names a rule or a law that has no finding at its statement, or in its file for `ignore-file`: the code was repaired, or the comment moved away from it. It is only told where the rule runs, and for the Python that is judged for. The fix removes the name, or the comment.',
};
export const directiveRules: readonly DirectiveRule[] = [unknownSuppression, unusedSuppression];

export const isDirective = ({ rule }: Pick<Alarm, 'rule'>): boolean => directiveRules.some((it) => it.id === rule);

/** What only the settings know of the names in comments. */
export interface DirectiveOptions {
  /** Does the rule run on the file? What does not run says nothing about the comments that accept it. */
  runs(rule: string, file: string): boolean;
  /** The rule or law that an unknown name most likely means. */
  meant(name: string): string | undefined;
}

/** A finding with what would cure it. */
export interface Directive {
  readonly alarm: Alarm;
  readonly offer: Offered;
  readonly edit: Edit;
}

/** A comment, with positions from the start of the file. */
interface Comment {
  readonly rules: readonly string[];
  readonly reason: string;
  readonly span: Span;
  readonly covers: Span | null;
  readonly text: string;
}

const laws = new Map(rules.map((it) => [it.id, it.law]));
const names = new Set<string>(['all', ...laws.keys(), ...laws.values(), ...directiveRules.map((it) => it.id)]);

/** A look at the text that costs next to nothing. */
export const mayHaveDirectives = (text: string): boolean => text.includes('threadwise:');

/** `all` are the alarms of every file, suppressed ones included: evidence that stands on a line uses the comment there, too. */
export function directivesIn(
  file: string,
  text: string,
  scanned: Scanned,
  all: () => readonly Alarm[],
  options: DirectiveOptions,
): readonly Directive[] {
  const comments = commentsIn(text, scanned);
  const seen = new Map<string, number>();
  return comments.flatMap((comment) => {
    const word = comment.rules.length === 0 ? /threadwise:\s*(?!ignore(?:-file)?\b)([\w-]+)/.exec(comment.text)?.[1] : undefined;
    if (word !== undefined) return [directive(file, text, comment, word, misspelt(word), fingerprint(`${word}\n${comment.text}`))];
    return comment.rules.flatMap((name): readonly Directive[] => {
      const problem = !names.has(name)
        ? unknown(name, options.meant(name))
        : judges(name, file, options) && !isUsed(name, comment, file, all)
          ? { rule: unusedSuppression, message: `\`${name}\` is not found here, so this comment accepts nothing`, instead: undefined }
          : undefined;
      if (problem === undefined || accepted(problem.rule, comment, comments)) return [];
      const key = [problem.rule.id, name, comment.text].join('\n');
      const ordinal = seen.get(key) ?? 0;
      seen.set(key, ordinal + 1);
      return [directive(file, text, comment, name, problem, fingerprint(`${key}\n${ordinal}`))];
    });
  });
}

function commentsIn(text: string, scanned: Scanned): readonly Comment[] {
  return scanned.chunks.flatMap(({ start, facts }) =>
    facts.ignores.map((it) => {
      const span = { start: it.span.start + start, end: it.span.end + start };
      const covers = it.covers && { start: it.covers.start + start, end: it.covers.end + start };
      return { rules: it.rules, reason: it.reason, span, covers, text: text.slice(span.start, span.end) };
    }),
  );
}

interface Complaint {
  readonly rule: DirectiveRule;
  readonly message: string;
  readonly instead: string | undefined;
}

function unknown(name: string, instead: string | undefined): Complaint {
  const near = instead === undefined ? '`threadwise rules` lists them' : `the nearest one is \`${instead}\``;
  return { rule: unknownSuppression, message: `\`${name}\` is no rule and no law, so this comment accepts nothing; ${near}`, instead };
}

const misspelt = (word: string): Complaint => ({
  rule: unknownSuppression,
  message: `\`${word}\` is neither \`ignore\` nor \`ignore-file\`, so this comment accepts nothing`,
  instead: /file/.test(word) ? 'ignore-file' : 'ignore',
});

/** A law is judged where all of its rules run that are on by default. */
function judges(name: string, file: string, { runs }: DirectiveOptions): boolean {
  if (directiveRules.some((it) => it.id === name)) return false;
  if (laws.has(name)) return runs(name, file);
  const own = rules.filter((it) => it.optIn !== true && (name === 'all' || it.law === name));
  return own.every((it) => runs(it.id, file));
}

function isUsed(name: string, { covers }: Comment, file: string, all: () => readonly Alarm[]): boolean {
  return all().some((alarm) => {
    if (name !== 'all' && name !== alarm.rule && name !== alarm.law) return false;
    return [alarm.at, ...alarm.because.flat()].some(
      (it) => it.file === file && (covers === null || (covers.start <= it.span.start && it.span.start < covers.end)),
    );
  });
}

/** By the comment itself, or for the whole file. */
const accepted = (rule: DirectiveRule, own: Comment, all: readonly Comment[]): boolean =>
  [own, ...all.filter((it) => it.covers === null)].some((it) => it.rules.includes(rule.id));

function directive(
  file: string,
  text: string,
  comment: Comment,
  name: string,
  { rule, message, instead }: Complaint,
  print: string,
): Directive {
  const span = nameSpan(comment, name);
  const law: Law = laws.get(name) ?? laws.get(instead ?? '') ?? rules.find((it) => it.law === name || it.law === instead)?.law ?? 'finish';
  const alarm: Alarm = {
    rule: rule.id,
    law,
    severity: rule.severity,
    confidence: 'high',
    at: { file, span, note: message },
    message,
    because: [[{ file, span, note: message }]],
    fingerprint: print,
    suppressed: null,
  };
  if (instead !== undefined) {
    const title = `Write \`${instead}\``;
    return { alarm, offer: { id: 'correct-suppression', title, tier: 'safe', says: '' }, edit: { file, span, text: instead } };
  }
  const reasoned = comment.rules.length === 1 && comment.reason !== '';
  const title = comment.rules.length === 1 ? 'Remove the comment' : `Remove \`${name}\` from the comment`;
  const tier = reasoned ? ({ tier: 'review', says: 'its reason goes with it' } as const) : ({ tier: 'safe', says: '' } as const);
  return { alarm, offer: { id: 'remove-suppression', title, ...tier }, edit: { file, ...removal(text, comment, name) } };
}

/** Of the name or the word; of the whole comment where it is not written out. */
function nameSpan({ text, span }: Comment, name: string): Span {
  const token = new RegExp(`(?<![\\w-])${name.replace(/[^\w]/g, '\\$&')}(?![\\w-])`, 'g');
  token.lastIndex = text.indexOf('threadwise:') + 'threadwise:'.length;
  const found = token.exec(text);
  return found === null ? span : { start: span.start + found.index, end: span.start + found.index + name.length };
}

/** A comment on a line of its own goes with its line, another one with the blanks before it. */
function removal(text: string, comment: Comment, name: string): { readonly span: Span; readonly text: string } {
  if (comment.rules.length > 1) {
    const rest = comment.rules.filter((it) => it !== name).join(', ');
    return { span: comment.span, text: comment.text.replace(/\[[^\]]*\]/, `[${rest}]`) };
  }
  const { start, end } = comment.span;
  const blank = /[ \t\f]*$/.exec(text.slice(0, start))?.[0].length ?? 0;
  const from = start - blank;
  const alone = from === 0 || /[\r\n]/.test(text[from - 1]!);
  const lineEnd = /^\r\n|^\r|^\n/.exec(text.slice(end, end + 2))?.[0].length ?? 0;
  return { span: { start: from, end: alone ? end + lineEnd : end }, text: '' };
}

export const repairOf = ({ offer, edit }: Directive): Repair => ({ ...offer, edits: [edit] });
