// What every repair must survive before it leaves the engine.
import type { Alarm, Edit, Spot } from '../model.js';

/** One state of the files: their texts, what is wrong with their syntax, their alarms. */
export interface State {
  text(file: string): string;
  broken(file: string): boolean;
  comments(file: string): readonly string[];
  alarms(): readonly Alarm[];
}

/** Undefined when the edits hold; else the reason why not, as a clause. */
export function refusal(alarm: Alarm, edits: readonly Edit[], before: State, after: State): string | undefined {
  const files = [...new Set(edits.map((it) => it.file))];
  if (edits.length === 0) return 'there is nothing to edit';
  for (const file of files) {
    if (after.broken(file) && !before.broken(file)) return 'the result would not parse';
    const kept = [...after.comments(file)];
    for (const comment of before.comments(file)) {
      const at = kept.indexOf(comment);
      if (at < 0) return `the comment \`${comment.slice(0, 40)}\` would be lost`;
      kept.splice(at, 1);
    }
  }
  const now = after.alarms().filter((it) => it.suppressed === null);
  if (now.some((it) => isStill(it, alarm, edits))) return 'the alarm would remain';
  // A place told as part of an alarm may speak up once the first is gone.
  const told = before.alarms().flatMap((it) => [it.at, ...it.because.flat()].map((spot) => ({ rule: it.rule, ...placed(spot, edits) })));
  const isOld = ({ rule, at }: Alarm): boolean =>
    told.some((it) => it.rule === rule && it.file === at.file && it.from <= at.span.start && at.span.start <= it.to);
  const fresh = now.find((it) => !isOld(it));
  return fresh ? `it would bring \`${fresh.rule}\`: ${fresh.message}` : undefined;
}

/** Is this alarm of the new text the old one at its new place? */
export function isStill(it: Alarm, old: Alarm, edits: readonly Edit[]): boolean {
  if (it.rule !== old.rule || it.at.file !== old.at.file) return false;
  const start = mapped(old.at.span.start, old.at.file, edits);
  const end = mapped(old.at.span.end, old.at.file, edits);
  return it.at.span.start <= Math.max(start, end) && it.at.span.end >= start;
}
/** Where the start of a spot is in the new text: one offset, or somewhere in the text that replaced it. */
function placed({ file, span }: Spot, edits: readonly Edit[]): { readonly file: string; readonly from: number; readonly to: number } {
  const at = mapped(span.start, file, edits);
  const around = edits.find((it) => it.file === file && it.span.start <= span.start && span.start < it.span.end);
  if (!around) return { file, from: at, to: at };
  const from = mapped(around.span.start, file, edits);
  return { file, from, to: from + around.text.length };
}
/** Where an offset of the old text stands in the new one. */
export function mapped(offset: number, file: string, edits: readonly Edit[]): number {
  let shift = 0;
  for (const it of edits) {
    if (it.file !== file) continue;
    if (it.span.end <= offset && (it.span.start < offset || it.span.start === it.span.end))
      shift += it.text.length - (it.span.end - it.span.start);
    else if (it.span.start < offset) return it.span.start + shift + Math.min(it.text.length, offset - it.span.start);
  }
  return offset + shift;
}
