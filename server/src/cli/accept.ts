// `--add-ignore`: writes a comment above each statement with findings, so that a project can begin with none.

import { isDirective } from '../engine/directives.js';
import type { Alarm } from '../model.js';
import { applied } from '../project/edits.js';
import { ignoreComment } from '../project/ignore-comment.js';
import type { Workspace } from '../project/workspace.js';
import type { Parser } from '../syntax/load.js';
import type { Fixed } from './fix.js';

/** Changes the workspace and no file. A file that would not parse any more is left as it was. */
export async function acceptAll(workspace: Workspace, parser: Parser, alarms: readonly Alarm[], reason: string): Promise<Fixed> {
  const open = alarms.filter((it) => it.suppressed === null && !isDirective(it));
  const changed: Fixed['changed'][number][] = [];
  const kept: Fixed['kept'][number][] = [];
  let made = 0;
  const broken = new Set(workspace.failures().map((it) => it.file));
  for (const file of [...new Set(open.map((it) => it.at.file))].sort()) {
    const before = workspace.engine.text(file) ?? '';
    const own = open.filter((it) => it.at.file === file);
    const after = withComments(before, own, parser, reason);
    workspace.change(file, after);
    await workspace.ensure();
    const spoiled = workspace.failures().find((it) => it.file === file && !broken.has(file));
    if (spoiled === undefined) {
      changed.push({ file, before, after });
      made += own.length;
    } else {
      workspace.change(file, before);
      kept.push({ file, reason: `the comments would leave a ${spoiled.reason}` });
    }
  }
  await workspace.ensure();
  return { changed, made, kept };
}

/** One comment above each statement, for all of its findings. */
function withComments(text: string, alarms: readonly Alarm[], parser: Parser, reason: string): string {
  const write = (rules: readonly string[], offset: number) => ignoreComment(rules, text, offset, (it) => parser.parse(it), reason);
  const places = new Map<number, Alarm[]>();
  for (const it of alarms) {
    const { start } = write([it.rule], it.at.span.start).span;
    places.set(start, [...(places.get(start) ?? []), it]);
  }
  const edits = [...places.values()].map((own) => {
    const rules = [...new Set(own.map((it) => it.rule))].sort();
    return { file: own[0]!.at.file, ...write(rules, own[0]!.at.span.start) };
  });
  return applied(text, edits);
}
