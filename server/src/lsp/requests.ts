// Requests of our own client beyond the protocol: the audit, fixes of a whole workspace, and what a report of a defect needs.
import type { WorkspaceEdit } from 'vscode-languageserver';
import type { Repair } from '../model.js';
import { isNotebook } from '../project/notebook.js';
import { targetInWords } from '../project/target.js';
import { rules } from '../rules/index.js';
import type { Desk } from './answers.js';
import { toAnnotatedEdit } from './convert.js';
import { editsOf, safeRepairs } from './fix-all.js';
import type { Token } from './slices.js';

/** What `threadwise/fixAll` takes; without files all that have findings are meant. */
export interface FixAllParams {
  readonly files?: readonly string[];
  /** Are the changes looked at before they are made? */
  readonly preview: boolean;
}
export interface FixAllAnswer {
  readonly edit: WorkspaceEdit;
  readonly fixes: number;
  readonly files: number;
  /** Findings that could be fixed once these changes are made. */
  readonly left: number;
}

/** Safe fixes only. A notebook is fixed one finding at a time: who looks at one cell does not see the others change. */
export function fixAll({ files, preview }: FixAllParams, { session, context, fileOf }: Desk, token: Token): FixAllAnswer {
  const wanted = files?.map(fileOf) ?? session.alarming();
  const repairs: Repair[] = [];
  let left = 0;
  for (const project of session.projects()) {
    const own = wanted.filter((file) => session.project(file) === project && !isNotebook(file));
    const fixed = safeRepairs(project, own, () => token.isCancellationRequested);
    repairs.push(...fixed.repairs);
    left += fixed.left;
  }
  const edit = toAnnotatedEdit(repairs, context, session.version, preview);
  const changed = new Set(editsOf(repairs).map((it) => it.file));
  return { edit, fixes: repairs.length, files: changed.size, left };
}

/** For reports of defects; names no folder and no file. */
export function debugInformation({ session, parser }: Desk, platform: Readonly<Record<string, string>>): string {
  const lines: [string, string][] = [
    ['threadwise', __VERSION__],
    ...Object.entries(platform),
    ['grammar', `ABI ${parser.language.abiVersion}`],
    ['rules', String(rules.length)],
  ];
  for (const [nth, project] of session.projects().entries()) {
    const { target, engine } = project;
    const { python, gil, start } = target.origin;
    const hits = [...engine.hits()].map(([bound, times]) => `${bound} ${times}`).sort();
    lines.push(
      [`project ${nth + 1}`, `${targetInWords(target)} (Python: ${python}; GIL: ${gil}; start method: ${start})`],
      ['  files in the analysis', String(project.size())],
      ['  files with an error', String(project.failures().length)],
      ['  findings', String(project.alarms().length)],
      ['  problems of the configuration', String(project.problems.length)],
      ['  bounds hit', hits.join(', ') || 'none'],
    );
  }
  return lines.map(([name, text]) => `${name}: ${text}\n`).join('');
}
