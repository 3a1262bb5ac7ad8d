// SARIF 2.1.0, for code scanning services and editors.
import pages from 'threadwise:pages';
import { directiveRules } from '../engine/directives.js';
import type { Edit, Repair, Severity, Span, Spot } from '../model.js';
import { type Cell, editedCells } from '../project/notebook.js';
import { spelled } from '../project/notebook-file.js';
import type { SettingProblem } from '../project/settings.js';
import { rules } from '../rules/index.js';
import type { Place } from './lines.js';
import type { Report, Shown } from './report.js';
import { lawTitles } from './summary.js';

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note', hint: 'note' };
const base = '%SRCROOT%';

export function renderSarif(report: Report): string {
  const { audited, shown, tool } = report;
  const indices = new Map([...rules, ...directiveRules].map((it, at) => [it.id, at]));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Threadwise', version: tool, semanticVersion: tool, rules: [...rules, ...directiveRules].map(ruleOf) } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { [base]: { description: { text: 'The folder in which the command was run.' } } },
        invocations: [
          {
            executionSuccessful: audited.complete && !report.problems.some((it) => it.severity !== 'warning'),
            ...(report.problems.length === 0 ? {} : { toolConfigurationNotifications: report.problems.map(notification) }),
            toolExecutionNotifications: audited.failed.map(({ file, reason, incomplete }) => ({
              level: incomplete ? 'error' : 'warning',
              message: { text: `\`${file}\`: ${reason}` },
              locations: [{ physicalLocation: { artifactLocation: artifact(file) } }],
            })),
          },
        ],
        results: shown.map((it) => resultOf(it, indices.get(it.alarm.rule) ?? -1, report)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

/** A place in a configuration file. */
const notification = ({ file, range: { start, end }, message, severity }: SettingProblem): object => ({
  level: severity ?? 'error',
  message: { text: message },
  locations: [
    {
      physicalLocation: {
        artifactLocation: artifact(file),
        region: { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column },
      },
    },
  ],
});

function ruleOf(it: (typeof rules)[number] | (typeof directiveRules)[number]): object {
  const page = pages[it.id];
  return {
    id: it.id,
    name: it.id,
    shortDescription: { text: it.title },
    help: { text: page ?? `${it.id}: ${it.title}`, markdown: page ?? `\`${it.id}\`: ${it.title}` },
    defaultConfiguration: { enabled: !('optIn' in it && it.optIn === true), level: levels[it.severity] },
    properties: 'law' in it ? { tags: ['concurrency', it.law], law: lawTitles[it.law] } : { tags: ['concurrency'] },
  };
}

function resultOf({ alarm, repairs }: Shown, ruleIndex: number, report: Report): object {
  const fixes = repairs?.filter((it) => it.tier !== null && it.edits.length > 0) ?? [];
  return {
    ruleId: alarm.rule,
    ruleIndex,
    level: levels[alarm.severity],
    message: { text: alarm.message },
    locations: [{ physicalLocation: physical(alarm.at, report), ...logical(alarm.at, report) }],
    codeFlows: alarm.because.map((chain) => ({ threadFlows: [{ locations: chain.map((it) => ({ location: located(it, report) })) }] })),
    relatedLocations: alarm.because.flat().map((it, id) => ({ id, ...located(it, report) })),
    partialFingerprints: { 'threadwise/v1': alarm.fingerprint },
    ...(fixes.length === 0 ? {} : { fixes: fixes.map((it) => fixOf(it, report)) }),
    ...(alarm.suppressed === null
      ? {}
      : { suppressions: [{ kind: alarm.suppressed.by === 'comment' ? 'inSource' : 'external', justification: alarm.suppressed.reason }] }),
    properties: { confidence: alarm.confidence, precision: alarm.confidence, law: alarm.law },
  };
}

const located = (it: Spot, report: Report): object => ({
  physicalLocation: physical(it, report),
  ...logical(it, report),
  message: { text: it.note },
});

const physical = (it: { readonly file: string; readonly span: Span }, report: Report): object => ({
  artifactLocation: artifact(it.file),
  region: region(it.file, it.span, report),
});

/** Columns count UTF-16 units, as `columnKind` says. */
function region(file: string, span: Span, report: Report): object {
  const lines = report.lines(file);
  return regionOf(lines.inFile(span.start), lines.inFile(span.end));
}

const regionOf = (start: Place, end: Place): object => ({
  startLine: start.line,
  startColumn: start.column,
  endLine: end.line,
  endColumn: end.column,
});

/** The cell of a notebook; a file by itself says enough. */
function logical({ file, span }: { readonly file: string; readonly span: Span }, report: Report): object {
  const cell = report.lines(file).cell(span.start);
  return cell === undefined ? {} : { logicalLocations: [{ name: `cell ${cell}` }] };
}

const artifact = (file: string): object => ({ uri: file.split('/').map(encodeURIComponent).join('/'), uriBaseId: base });

function fixOf(repair: Repair, report: Report): object {
  const files = [...new Set(repair.edits.map((it) => it.file))].sort();
  const replacement = (it: Edit) => ({ deletedRegion: region(it.file, it.span, report), insertedContent: { text: it.text } });
  const replacements = (file: string): readonly object[] => {
    const own = repair.edits.filter((it) => it.file === file);
    const cells = report.cells(file);
    return cells === undefined ? own.map(replacement) : cellReplacements(cells, own);
  };
  return {
    description: { text: repair.title },
    artifactChanges: files.map((file) => ({
      artifactLocation: artifact(file),
      replacements: replacements(file),
    })),
    properties: { tier: repair.tier },
  };
}

/** In the JSON of a notebook the sources of whole cells are replaced. */
function cellReplacements(cells: readonly Cell[], edits: readonly Edit[]): readonly object[] {
  const after = editedCells(cells, edits);
  return cells.flatMap((cell, nth) => {
    const { source } = after[nth]!;
    if (source === cell.source) return [];
    return [{ deletedRegion: regionOf(cell.from, cell.to), insertedContent: { text: spelled(cell, source) } }];
  });
}
