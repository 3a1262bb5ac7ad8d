// `--add-ignore`: writes a comment above each statement with findings, so that a project can begin with none.

import { isDirective } from '../engine/directives.js';
import type { Alarm, Edit } from '../model.js';
import { ignoreComment } from '../project/ignore-comment.js';
import type { Workspace } from '../project/workspace.js';
import type { Parser } from '../syntax/load.js';
import { change, changeOf, edited, type Fixed, heldOf } from './fix.js';

/** Changes the workspace and no file. A file that would not parse any more is left as it was. */
export async function acceptAll(workspace: Workspace, parser: Parser, alarms: readonly Alarm[], reason: string): Promise<Fixed> {
  const open = alarms.filter((it) => it.suppressed === null && !isDirective(it));
  const changed: Fixed['changed'][number][] = [];
  const kept: Fixed['kept'][number][] = [];
  let made = 0;
  const broken = new Set(workspace.failures().map((it) => it.file));
  for (const file of [...new Set(open.map((it) => it.at.file))].sort()) {
    const before = heldOf(workspace, file);
    const own = open.filter((it) => it.at.file === file);
    const after = edited(before, comments(before.text, own, parser, reason));
    change(workspace, file, after);
    await workspace.ensure();
    const spoiled = workspace.failures().find((it) => it.file === file && !broken.has(file));
    if (spoiled === undefined) {
      changed.push(...[changeOf(file, before, after) ?? []].flat());
      made += own.length;
    } else {
      change(workspace, file, before);
      kept.push({ file, reason: `the comments would leave a ${spoiled.reason}` });
    }
  }
  await workspace.ensure();
  return { changed, made, kept };
}

/** One comment above each statement, for all of its findings. */
function comments(text: string, alarms: readonly Alarm[], parser: Parser, reason: string): readonly Edit[] {
  const write = (rules: readonly string[], offset: number) => ignoreComment(rules, text, offset, (it) => parser.parse(it), reason);
  const places = new Map<number, Alarm[]>();
  for (const it of alarms) {
    const { start } = write([it.rule], it.at.span.start).span;
    places.set(start, [...(places.get(start) ?? []), it]);
  }
  return [...places.values()].map((own) => {
    const rules = [...new Set(own.map((it) => it.rule))].sort();
    return { file: own[0]!.at.file, ...write(rules, own[0]!.at.span.start) };
  });
}
