// Applies verified repairs until nothing is left to do: in rounds, overlapping edits in different ones.
import { limits } from '../limits.js';
import type { Alarm, Edit, Repair } from '../model.js';
import { applied, distinct, overlap } from '../project/edits.js';
import type { Host } from '../project/host.js';
import { type Cell, editedCells, moduleOf, sourcesOf, unfitForCells } from '../project/notebook.js';
import { mostBytes, rewritten, type Source, sourceOf } from '../project/source.js';
import type { Workspace } from '../project/workspace.js';

export interface Changed {
  readonly file: string;
  readonly before: string;
  readonly after: string;
  /** Those of a notebook as they were and as they are now. */
  readonly cells?: { readonly before: readonly Cell[]; readonly after: readonly Cell[] };
}
export interface Fixed {
  /** Files whose text differs now, sorted. */
  readonly changed: readonly Changed[];
  /** Repairs that were made. */
  readonly made: number;
  /** Files that were left as they were, with the reason. */
  readonly kept: readonly { readonly file: string; readonly reason: string }[];
}

/**
 * Changes the workspace and no file. Only `files` are touched; `unsafe` takes repairs that ask for review as well; what is suppressed, and
 * what nobody asked about, is left alone.
 */
export async function fixAll(
  workspace: Workspace,
  files: ReadonlySet<string>,
  unsafe: boolean,
  asked: (alarm: Alarm) => boolean = () => true,
): Promise<Fixed> {
  const before = new Map<string, Held>();
  const kept = new Map<string, string>();
  const done = new Set<string>();
  let made = 0;
  for (let round = 0; round < limits.fixRounds; round++) {
    const open = workspace.alarms().filter((it) => files.has(it.at.file) && it.suppressed === null && asked(it));
    const chosen = choose(workspace, open, files, unsafe, kept, done);
    if (chosen.length === 0) break;
    const edits = distinct(chosen.flatMap((it) => it.edits));
    const held = new Map(edits.map((it) => [it.file, heldOf(workspace, it.file)]));
    const broken = new Set(workspace.failures().map((it) => it.file));
    for (const [file, it] of held) {
      if (!before.has(file)) before.set(file, it);
      const own = edits.filter((one) => one.file === file);
      change(workspace, file, edited(it, own));
    }
    await workspace.ensure();
    made += chosen.length;
    const spoiled = workspace.failures().filter((it) => held.has(it.file) && !broken.has(it.file));
    if (spoiled.length === 0) continue;
    // Each repair alone was verified; together they were not. The whole round goes.
    for (const { file, reason } of spoiled) kept.set(file, `the fixes together would leave a ${reason}`);
    for (const [file, it] of held) change(workspace, file, it);
    await workspace.ensure();
    made -= chosen.length;
  }
  const changed = [...before].flatMap(([file, it]) => changeOf(file, it, heldOf(workspace, file)) ?? []);
  return {
    changed: changed.sort((a, b) => (a.file < b.file ? -1 : 1)),
    made,
    kept: [...kept].map(([file, reason]) => ({ file, reason })).sort((a, b) => (a.file < b.file ? -1 : 1)),
  };
}

/** A text, and the cells that it was made from. */
interface Held {
  readonly text: string;
  readonly cells?: readonly Cell[] | undefined;
}
export const heldOf = (workspace: Workspace, file: string): Held => ({
  text: workspace.engine.text(file) ?? '',
  cells: workspace.cells(file),
});
export const change = (workspace: Workspace, file: string, { text, cells }: Held): void => workspace.change(file, text, cells);

export function edited({ text, cells }: Held, edits: readonly Edit[]): Held {
  if (cells === undefined) return { text: applied(text, edits) };
  const now = editedCells(cells, edits);
  return { text: moduleOf(now).text, cells: now };
}

/** undefined where nothing changed. */
export function changeOf(file: string, before: Held, after: Held): Changed | undefined {
  if (before.text === after.text) return undefined;
  const cells = before.cells && after.cells && { before: before.cells, after: after.cells };
  return { file, before: before.text, after: after.text, ...(cells === undefined ? {} : { cells }) };
}

/** A repair, refused where the cells of a notebook have no room for it. */
export function fitting(workspace: Workspace, repair: Repair): Repair {
  for (const file of new Set(repair.edits.map((it) => it.file))) {
    const cells = workspace.cells(file);
    const own = repair.edits.filter((it) => it.file === file);
    const reason = cells && unfitForCells(sourcesOf(cells), own);
    if (reason !== undefined) return { ...repair, tier: null, says: reason, edits: [] };
  }
  return repair;
}

interface Choice {
  readonly alarm: Alarm;
  readonly repair: Repair;
}

/** One repair for each alarm that has one, as long as they do not overlap. */
function choose(
  workspace: Workspace,
  alarms: readonly Alarm[],
  files: ReadonlySet<string>,
  unsafe: boolean,
  kept: ReadonlyMap<string, string>,
  done: Set<string>,
): readonly Repair[] {
  const choices: Choice[] = [];
  const taken: Edit[] = [];
  for (const alarm of alarms) {
    const repair = repairOf(workspace, alarm, unsafe);
    if (repair === undefined || repair.edits.some((it) => !files.has(it.file) || kept.has(it.file))) continue;
    // The same repair at the same place again would go on for ever.
    if (done.has(identity({ alarm, repair })) || repair.edits.some((it) => taken.some((other) => overlap(it, other)))) continue;
    taken.push(...repair.edits);
    choices.push({ alarm, repair });
  }
  const chosen = choices.filter((_, at) => !lastOfSeveral(choices, at));
  for (const it of chosen) done.add(identity(it));
  return chosen.map((it) => it.repair);
}

const identity = ({ alarm, repair }: Choice): string => JSON.stringify([alarm.rule, alarm.at.file, alarm.fingerprint, repair.id]);

/** Of several repairs of one kind in a file the last one waits for the next round: it alone sees which imports are not used any more. */
function lastOfSeveral(choices: readonly Choice[], at: number): boolean {
  const alike = (a: Choice, b: Choice) => a.repair.id === b.repair.id && a.alarm.at.file === b.alarm.at.file;
  const own = choices[at]!;
  return choices.some((it, index) => index < at && alike(it, own)) && !choices.some((it, index) => index > at && alike(it, own));
}

function repairOf(workspace: Workspace, alarm: Alarm, unsafe: boolean): Repair | undefined {
  for (const offer of workspace.engine.offers(alarm)) {
    if (offer.tier === null || (offer.tier === 'review' && !unsafe)) continue;
    const repair = fitting(workspace, workspace.engine.repair(alarm, offer.id));
    if (repair.edits.length > 0 && (repair.tier === 'safe' || (repair.tier === 'review' && unsafe))) return repair;
  }
  return undefined;
}

/** Writes a changed text as the file had it: encoding and byte order mark stay, and all of a notebook but the sources that changed. */
export async function writeBack(workspace: Workspace, host: Host, changed: Changed): Promise<string | undefined> {
  const { file, before } = changed;
  const read = await host.read(file, mostBytes(file));
  if ('problem' in read) return read.problem;
  const source = sourceOf(file, read.bytes);
  if ('problem' in source) return source.problem;
  if (source.text !== before) return 'changed on disk in the meantime';
  const bytes = bytesAfter(source, changed);
  if (bytes === undefined) return `cannot be written as ${source.decoded.encoding}, the encoding it declares`;
  try {
    await host.write(file, bytes);
  } catch (error) {
    return (error as Error).message;
  }
  // Lines of a notebook have moved in its file.
  const now = changed.cells && sourceOf(file, bytes);
  if (now !== undefined && !('problem' in now)) workspace.change(file, now.text, now.cells);
  return undefined;
}

export const bytesAfter = (source: Source, { after, cells }: Changed): Uint8Array | undefined =>
  rewritten(source, { text: after, ...(cells === undefined ? {} : { cells: cells.after }) });
