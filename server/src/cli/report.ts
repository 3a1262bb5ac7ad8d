// What a run found, as every format renders it, and its shape in JSON.
import type { ProgramMap } from '../engine/execution-map.js';
import type { Alarm, Confidence, Edit, Law, Offered, Repair, Severity, Span, Spot, Suppression, Target } from '../model.js';
import type { Audited } from '../project/audit.js';
import type { Cell } from '../project/notebook.js';
import type { SettingProblem } from '../project/settings.js';
import type { Workspace } from '../project/workspace.js';
import { type Lines, linesOf, type Place } from './lines.js';
import type { Readiness } from './readiness.js';

export interface Shown {
  readonly alarm: Alarm;
  /** Cheap: what could be done, unverified. */
  readonly offers: readonly Offered[];
  /** Made and verified; only where they were asked for. */
  readonly repairs: readonly Repair[] | undefined;
  /** The same whether they were asked for or not. */
  verified(): readonly Repair[];
}
export interface Report {
  /** Sorted by path, line, column and rule. */
  readonly shown: readonly Shown[];
  readonly audited: Audited;
  readonly target: Target;
  /** How many findings are not shown because a comment or the baseline accepts them. */
  readonly hidden: { readonly comment: number; readonly baseline: number };
  readonly rulesOn: number;
  /** What is wrong in configuration files. */
  readonly problems: readonly SettingProblem[];
  /** What rests on the GIL; only of an audit for a build without it. */
  readonly readiness: Readiness | undefined;
  lines(file: string): Lines;
  text(file: string): string;
  /** Of a notebook. */
  cells(file: string): readonly Cell[] | undefined;
  /** Who runs what, and what they share. */
  map(): ProgramMap;
  /** The version of Threadwise. */
  readonly tool: string;
}

interface Range {
  readonly start: Place;
  readonly end: Place;
}
/** The contract: names and shapes that scripts rely on. */
export interface Finding {
  readonly rule: string;
  readonly law: Law;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly path: string;
  /** Number of the cell, from 1, that the range counts in; only of a notebook. */
  readonly cell?: number;
  readonly range: Range;
  readonly message: string;
  readonly fingerprint: string;
  readonly witnesses: readonly (readonly {
    readonly path: string;
    readonly cell?: number;
    readonly range: Range;
    readonly text: string;
  }[])[];
  readonly fixes?: readonly FindingFix[];
  readonly suppressed: Suppression | null;
}
export interface FindingFix {
  readonly id: string;
  readonly title: string;
  readonly tier: 'safe' | 'review' | null;
  readonly refused: string | null;
  readonly edits: readonly { readonly path: string; readonly cell?: number; readonly range: Range; readonly text: string }[];
}

/** Remembers the lines of each file it was asked about. */
export function linesOfFiles(workspace: Workspace): (file: string) => Lines {
  const known = new Map<string, Lines>();
  return (file) => {
    const lines = known.get(file) ?? linesOf(workspace.engine.text(file) ?? '', workspace.cells(file));
    known.set(file, lines);
    return lines;
  };
}

/** Beside a path in JSON; nothing for what is no notebook. */
export function cellOf(lines: Lines, offset: number): { readonly cell?: number } {
  const cell = lines.cell(offset);
  return cell === undefined ? {} : { cell };
}

/** What goes before a message where a format knows lines of files alone: `cell 3, line 5: `. */
export function cellWords({ cell, range }: Pick<Finding, 'cell' | 'range'>): string {
  return cell === undefined ? '' : `cell ${cell}, line ${range.start.line}: `;
}

export function findingOf({ alarm, repairs }: Shown, report: Report): Finding {
  const range = (file: string, span: Span): Range => ({
    start: report.lines(file).place(span.start),
    end: report.lines(file).place(span.end),
  });
  const cell = ({ file, span }: Pick<Spot, 'file' | 'span'>) => cellOf(report.lines(file), span.start);
  const edit = (it: Edit) => ({ path: it.file, ...cell(it), range: range(it.file, it.span), text: it.text });
  return {
    rule: alarm.rule,
    law: alarm.law,
    severity: alarm.severity,
    confidence: alarm.confidence,
    path: alarm.at.file,
    ...cell(alarm.at),
    range: range(alarm.at.file, alarm.at.span),
    message: alarm.message,
    fingerprint: alarm.fingerprint,
    witnesses: alarm.because.map((chain) =>
      chain.map((it) => ({ path: it.file, ...cell(it), range: range(it.file, it.span), text: it.note })),
    ),
    ...(repairs === undefined
      ? {}
      : {
          fixes: repairs.map((it) => ({
            id: it.id,
            title: it.title,
            tier: it.tier,
            refused: it.tier === null ? it.says : null,
            edits: it.tier === null ? [] : it.edits.map(edit),
          })),
        }),
    suppressed: alarm.suppressed,
  };
}

/** The lines of the file itself on which a finding stands, its first and its last. */
export function fileLines({ alarm: { at } }: Shown, report: Report): readonly [from: number, to: number] {
  const lines = report.lines(at.file);
  return [lines.inFile(at.span.start).line, lines.inFile(at.span.end).line];
}

/** One finding per line, so that two runs can be compared line by line. */
export function renderJson(report: Report): string {
  const { audited, shown, tool } = report;
  const findings = shown.map((it) => `    ${JSON.stringify(findingOf(it, report))}`);
  const summary = {
    files: audited.files.length,
    analysed: audited.analysed,
    failed: audited.failed.map(({ file, reason }) => ({ path: file, reason })),
  };
  const list = findings.length === 0 ? '[]' : `[\n${findings.join(',\n')}\n  ]`;
  return `{\n  "version": 1,\n  "tool": ${JSON.stringify(tool)},\n  "findings": ${list},\n  "summary": ${JSON.stringify(summary)}\n}\n`;
}

/** Control and direction characters could rewrite what the terminal shows. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Bidi_Control}]/gu, '\u{fffd}');
