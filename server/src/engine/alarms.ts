// Subjects × rules → problems, kept per chunk until something they rest on changes; problems → alarms with positions in their files.
import type { ScannedChunk } from '../facts/scan.js';
import { type Cell, read } from '../link/cells.js';
import { circlesIn } from '../link/circles.js';
import { spawnsIn } from '../link/classify.js';
import { gapsInChunk } from '../link/gaps.js';
import { answerOf, answersTo, attempt, attemptIn, cellFor, type Linking, noteFailure, once } from '../link/linking.js';
import { momentsIn } from '../link/moments.js';
import type { Linked } from '../link/program.js';
import { question } from '../link/question.js';
import { racesIn } from '../link/races.js';
import type { Alarm, AnyRule, Chunk, Ignore, Kind, Problem, Program, Subject } from '../model.js';
import { refactorings } from '../rules/refactorings.js';
import type { Held, Origin } from './engine.js';
import { type Judged, judge } from './judge.js';
import type { FileAlarms } from './kept-alarms.js';

/** What a rule says of a subject. */
export interface Told extends Origin {
  readonly problem: Problem;
}
const chunkProblems = question<Chunk, readonly Told[]>({
  kind: 'problems',
  stratum: 2,
  fallback: [],
  same: (a, b) => a.length === 0 && b.length === 0,
});

/** Apart from the rest of its chunk, as it rests on all that it starts. */
const spawnProblems = question<Subject<'spawn'>, readonly Told[]>({
  kind: 'spawn problems',
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

/** What the rules say of chunks: of what they say and of what they start. `news` is told when that changes, for as long as the chunk is there. */
export function problemsIn(linked: Linked, rules: RulesByKind, chunks: readonly Chunk[], news: (file: string) => void): readonly Told[] {
  const { link } = linked;
  const answers = answersTo(link, chunkProblems);
  const found: Told[] = [];
  // Every chunk of a file is asked at each key that is pressed in it, and nearly all are as they were.
  for (const chunk of chunks) {
    const known = answers?.get(chunk);
    const told = known?.state === 'clean' ? known.value : read(link.cells, problemCell(linked, rules, chunk, news));
    for (const it of told) found.push(it);
  }
  return found;
}
export const areKnown = ({ link }: Linked, chunk: Chunk): boolean => answerOf(link, chunkProblems, chunk)?.state === 'clean';
function problemCell(linked: Linked, rules: RulesByKind, chunk: Chunk, news: (file: string) => void): Cell<readonly Told[]> {
  const { link } = linked;
  const more = { wanted: true as const, done: () => news(chunk.file) };
  return cellFor(link, chunkProblems, chunk, chunk, () => findProblems(linked, rules, chunk), more);
}
function findProblems({ link, program }: Linked, rules: RulesByKind, chunk: Chunk): readonly Told[] {
  const found: Told[] = [];
  const ask = (subjects: readonly Subject[], into = found): void => {
    for (const subject of subjects) askRules(link, program, rules.get(subject.kind) ?? noRules, subject, into);
  };
  const askAll = (gather: () => readonly Subject[]): void => ask(attemptIn(link, chunk, [], gather));
  const askApart = (subject: Subject<'spawn'>): readonly Told[] => {
    const own: Told[] = [];
    ask([subject], own);
    return own;
  };
  ask(chunk.events);
  if (rules.has('access')) ask(chunk.accesses);
  if (rules.has('spawn')) {
    for (const it of attemptIn(link, chunk, [], () => spawnsIn(link, chunk)))
      found.push(...once(link, spawnProblems, it, chunk, () => askApart(it)));
  }
  if (rules.has('acquire') || rules.has('release') || rules.has('wait')) askAll(() => momentsIn(link, chunk));
  if (rules.has('race')) askAll(() => racesIn(link, chunk));
  if (rules.has('gap')) askAll(() => gapsInChunk(link, chunk));
  if (rules.has('circle')) askAll(() => circlesIn(link, chunk));
  return found;
}
const noRules: readonly AnyRule[] = [];
/** Asked some hundred times for every key that is pressed, so nothing is made for those that have nothing to say. */
function askRules(link: Linking, program: Program, rules: readonly AnyRule[], subject: Subject, into: Told[]): void {
  count(link, rules.length);
  for (const rule of rules) {
    try {
      const problem = (rule.check as (subject: Subject, program: Program) => Problem | undefined)(subject, program);
      if (problem) into.push({ rule, subject, problem });
    } catch (error) {
      noteFailure(link, subject.in.chunk, error);
    }
  }
}
/** What could be rewritten though no rule speaks of it; asked for rarely, and not kept. */
export function refactoringsIn(link: Linking, program: Program, chunk: Chunk): readonly Told[] {
  const spawns = attemptIn<readonly Subject[]>(link, chunk, [], () => spawnsIn(link, chunk));
  return [...chunk.events, ...spawns].flatMap((subject) =>
    refactorings.flatMap((rule): Told[] => {
      if (rule.on !== subject.kind) return [];
      const problem = attempt(link, subject, undefined, () => rule.check(subject as never, program));
      return problem ? [{ rule, subject, problem }] : [];
    }),
  );
}
function count({ cells }: Linking, calls: number): void {
  if (calls > 0) cells.counts.set('rule call', (cells.counts.get('rule call') ?? 0) + calls);
}

/** The alarms of one file, by position and rule. */
export function alarmsOf(all: readonly Told[], held: ReadonlyMap<string, Held>, origins: WeakMap<Alarm, Origin>): FileAlarms {
  const places = new Set<string>();
  if (all.length === 0) return { alarms: [], places };
  const files = judgedFiles(held, places);
  const ordinals = new Map<string, number>();
  const found: Alarm[] = [];
  for (const { rule, subject, problem } of all) {
    const alarm = judge(rule, subject, problem, files, ordinals);
    if (!alarm) continue;
    origins.set(alarm, { rule, subject });
    found.push(alarm);
  }
  return { alarms: found.sort(inOrder), places };
}
const inOrder = (a: Alarm, b: Alarm): number => a.at.span.start - b.at.span.start || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0);

/** Adds to `places` every file that was looked at. */
function judgedFiles(held: ReadonlyMap<string, Held>, places: Set<string>): Judged {
  let last: Chunk | undefined;
  let lastScanned: ScannedChunk | undefined;
  const scannedOf = (chunk: Chunk): ScannedChunk | undefined => {
    if (chunk === last) return lastScanned;
    places.add(chunk.file);
    last = chunk;
    lastScanned = held.get(chunk.file)?.scanned.chunks[chunk.order];
    return lastScanned;
  };
  const whole = new Map<string, readonly Ignore[]>();
  return {
    start: (chunk) => scannedOf(chunk)?.start ?? 0,
    text(chunk, span) {
      const start = scannedOf(chunk)?.start ?? 0;
      return held.get(chunk.file)?.source.text.slice(start + span.start, start + span.end) ?? '';
    },
    ignores: (chunk) => scannedOf(chunk)?.facts.ignores ?? [],
    fileIgnores(file) {
      const known = whole.get(file);
      if (known) return known;
      const found: Ignore[] = [];
      for (const { facts } of held.get(file)?.scanned.chunks ?? []) for (const it of facts.ignores) if (it.covers === null) found.push(it);
      whole.set(file, found);
      return found;
    },
  };
}
