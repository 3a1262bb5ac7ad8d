// Subjects × rules → alarms, each subject walked once.
import { attempt } from '../link/linking.js';
import type { Linked } from '../link/program.js';
import type { Alarm, AnyRule, Chunk, Ignore, Kind, Problem, Program, Subject } from '../model.js';
import type { Held, Origin } from './engine.js';
import { type Judged, judge } from './judge.js';

export interface Found {
  readonly alarms: readonly Alarm[];
  readonly origins: ReadonlyMap<Alarm, Origin>;
}

export function findAlarms(linked: Linked, rules: readonly AnyRule[], files: Judged): Found {
  const origins = new Map<Alarm, Origin>();
  const ordinals = new Map<string, number>();
  const byKind = new Map<Kind, AnyRule[]>();
  for (const it of rules) byKind.set(it.on, [...(byKind.get(it.on) ?? []), it]);
  const ask = (subject: Subject): void => {
    for (const rule of byKind.get(subject.kind) ?? []) {
      const check = rule.check as (subject: Subject, program: Program) => Problem | undefined;
      const problem = attempt(linked.link, subject, undefined, () => check(subject, linked.program));
      const alarm = problem && judge(rule, subject, problem, files, ordinals);
      if (alarm) origins.set(alarm, { rule, subject });
    }
  };
  for (const module of linked.link.modules.values()) for (const chunk of module.chunks) for (const event of chunk.events) ask(event);
  for (const spawn of linked.spawns) ask(spawn);
  return { alarms: [...origins.keys()].sort(inOrder), origins };
}
const inOrder = (a: Alarm, b: Alarm): number =>
  a.at.file !== b.at.file
    ? a.at.file < b.at.file
      ? -1
      : 1
    : a.at.span.start - b.at.span.start || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0);

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
