// Problem → alarm: confidence, severity, comments that suppress it, fingerprint.
import { fingerprint } from '../facts/scan.js';
import { believe, weakest } from '../link/believe.js';
import type { Alarm, AnyRule, Chunk, Confidence, Ignore, Problem, Severity, Span, Spot, Subject, Suppression, Witness } from '../model.js';

/** What judging needs of a file: where its chunks start, their text and their comments. */
export interface Judged {
  start(chunk: Chunk): number;
  text(chunk: Chunk, span: Span): string;
  ignores(chunk: Chunk): readonly Ignore[];
  /** Comments that speak for the whole file. */
  fileIgnores(file: string): readonly Ignore[];
}

const lower: Readonly<Record<Severity, Severity>> = { error: 'warning', warning: 'info', info: 'hint', hint: 'hint' };

/** Undefined when it is believed too little to be shown. */
export function judge(rule: AnyRule, subject: Subject, problem: Problem, files: Judged, ordinals: Map<string, number>): Alarm | undefined {
  const { chunk } = subject.in;
  const { confidence, key } = standing(problem, () => ({
    confidence: weakest(believe(problem.because), problem.atMost ?? 'high'),
    key: [rule.id, subject.in.fn.id, files.text(chunk, subject.stmt).replace(/\s+/g, ' ')].join('\n'),
  }));
  if (confidence === 'low') return undefined;
  const severity = problem.severity ?? rule.severity;
  const span = problem.at ?? subject.span;
  const ordinal = ordinals.get(key) ?? 0;
  ordinals.set(key, ordinal + 1);
  return {
    rule: rule.id,
    law: rule.law,
    severity: confidence === 'medium' ? lower[severity] : severity,
    confidence,
    at: spot(files, chunk, span, problem.message),
    message: problem.message,
    because: problem.because.map((it) => chain(files, it)),
    fingerprint: fingerprint(`${key}\n${ordinal}`),
    suppressed: suppression(rule, chunk, span, files),
  };
}

/** What holds of a problem as long as it is there: the text of a chunk stays the same wherever the chunk moves. */
interface Standing {
  readonly confidence: Confidence;
  /** Of the fingerprint: what was found, in which function, in which statement. */
  readonly key: string;
}
const known = new WeakMap<Problem, Standing>();
function standing(problem: Problem, work: () => Standing): Standing {
  const found = known.get(problem) ?? work();
  known.set(problem, found);
  return found;
}

function chain(files: Judged, witness: Witness): readonly Spot[] {
  return witness.map((it) => spot(files, it.chunk, it.span, it.note, it.evidence));
}
function spot(files: Judged, chunk: Chunk, { start, end }: Span, note: string, evidence?: Spot['evidence']): Spot {
  const from = files.start(chunk);
  const span = { start: from + start, end: from + end };
  return evidence ? { file: chunk.file, span, note, evidence } : { file: chunk.file, span, note };
}

function suppression(rule: AnyRule, chunk: Chunk, span: Span, files: Judged): Suppression | null {
  const speaks = (it: Ignore): boolean => it.rules.some((name) => name === rule.id || name === rule.law || name === 'all');
  const covers = (it: Ignore): boolean => it.covers !== null && it.covers.start <= span.start && span.start < it.covers.end;
  const [own, whole] = [files.ignores(chunk), files.fileIgnores(chunk.file)];
  if (own.length === 0 && whole.length === 0) return null;
  const found = own.find((it) => speaks(it) && covers(it)) ?? whole.find(speaks);
  return found ? { by: 'comment', reason: found.reason } : null;
}
