// Subjects × rules → problems, kept per chunk until something they rest on changes; problems → alarms with positions in their files.
import { type Cell, read } from '../link/cells.js';
import { spawnsIn } from '../link/classify.js';
import { attempt, cellFor, type Linking } from '../link/linking.js';
import type { Linked } from '../link/program.js';
import { question } from '../link/question.js';
import type { Alarm, AnyRule, Chunk, Ignore, Kind, Problem, Program, Subject } from '../model.js';
import type { Held, Origin } from './engine.js';
import { type Judged, judge } from './judge.js';

/** What a rule says of a subject. */
export interface Told extends Origin {
  readonly problem: Problem;
}
const chunkProblems = question<Chunk, readonly Told[]>({
  kind: 'problems',
  fallback: [],
  same: (a, b) => a.length === 0 && b.length === 0,
});

/** The rules that run, by kind of subject. */
export type RulesByKind = ReadonlyMap<Kind, readonly AnyRule[]>;
export function byKind(rules: readonly AnyRule[]): RulesByKind {
  const found = new Map<Kind, AnyRule[]>();
  for (const it of rules) for (const kind of typeof it.on === 'string' ? [it.on] : it.on) found.set(kind, [...(found.get(kind) ?? []), it]);
  return found;
}

/** What the rules say of one chunk: of what it says and of what it starts. */
export function problemsIn(linked: Linked, rules: RulesByKind, chunk: Chunk): readonly Told[] {
  const { link } = linked;
  return read(link.cells, problemCell(linked, rules, chunk));
}
function problemCell(linked: Linked, rules: RulesByKind, chunk: Chunk): Cell<readonly Told[]> {
  const { link } = linked;
  return cellFor(link, chunkProblems, chunk, chunk, () => findProblems(linked, rules, chunk), { wanted: true });
}
function findProblems({ link, program }: Linked, rules: RulesByKind, chunk: Chunk): readonly Told[] {
  const found: Told[] = [];
  const ask = (subject: Subject): void => {
    for (const rule of rules.get(subject.kind) ?? []) {
      const check = rule.check as (subject: Subject, program: Program) => Problem | undefined;
      count(link);
      const problem = attempt(link, subject, undefined, () => check(subject, program));
      if (problem) found.push({ rule, subject, problem });
    }
  };
  for (const event of chunk.events) ask(event);
  for (const spawn of spawnsIn(link, chunk)) ask(spawn);
  return found;
}
function count({ cells }: Linking): void {
  cells.counts.set('rule call', (cells.counts.get('rule call') ?? 0) + 1);
}

/** The alarms of one file, by position and rule. */
export function alarmsOf(all: readonly Told[], files: Judged, origins: WeakMap<Alarm, Origin>): readonly Alarm[] {
  const ordinals = new Map<string, number>();
  const found: Alarm[] = [];
  for (const { rule, subject, problem } of all) {
    const alarm = judge(rule, subject, problem, files, ordinals);
    if (!alarm) continue;
    origins.set(alarm, { rule, subject });
    found.push(alarm);
  }
  return found.sort(inOrder);
}
const inOrder = (a: Alarm, b: Alarm): number => a.at.span.start - b.at.span.start || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0);

export function judgedFiles(held: ReadonlyMap<string, Held>): Judged {
  const scannedOf = (chunk: Chunk) => held.get(chunk.file)?.scanned.chunks[chunk.order];
  return {
    start: (chunk) => scannedOf(chunk)?.start ?? 0,
    text(chunk, span) {
      const start = scannedOf(chunk)?.start ?? 0;
      return held.get(chunk.file)?.source.text.slice(start + span.start, start + span.end) ?? '';
    },
    ignores: (chunk) => scannedOf(chunk)?.facts.ignores ?? [],
    fileIgnores: (file) =>
      held.get(file)?.scanned.chunks.flatMap((it) => it.facts.ignores.filter((one: Ignore) => one.covers === null)) ?? [],
  };
}
