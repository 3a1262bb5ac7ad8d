// Applies verified repairs until nothing is left to do: in rounds, overlapping edits in different ones.
import { limits } from '../limits.js';
import type { Alarm, Edit, Repair } from '../model.js';
import { applied, distinct, overlap } from '../project/edits.js';
import type { Host } from '../project/host.js';
import { mostBytes } from '../project/prepare.js';
import { decode, encode } from '../project/source.js';
import type { Workspace } from '../project/workspace.js';

export interface Fixed {
  /** Files whose text differs now, sorted. */
  readonly changed: readonly { readonly file: string; readonly before: string; readonly after: string }[];
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
  const before = new Map<string, string>();
  const kept = new Map<string, string>();
  const done = new Set<string>();
  let made = 0;
  for (let round = 0; round < limits.fixRounds; round++) {
    const open = workspace.alarms().filter((it) => files.has(it.at.file) && it.suppressed === null && asked(it));
    const chosen = choose(workspace, open, files, unsafe, kept, done);
    if (chosen.length === 0) break;
    const edits = distinct(chosen.flatMap((it) => it.edits));
    const texts = new Map(edits.map((it) => [it.file, workspace.engine.text(it.file) ?? '']));
    const broken = new Set(workspace.failures().map((it) => it.file));
    for (const [file, text] of texts) {
      if (!before.has(file)) before.set(file, text);
      const own = edits.filter((it) => it.file === file);
      workspace.change(file, applied(text, own));
    }
    await workspace.ensure();
    made += chosen.length;
    const spoiled = workspace.failures().filter((it) => texts.has(it.file) && !broken.has(it.file));
    if (spoiled.length === 0) continue;
    // Each repair alone was verified; together they were not. The whole round goes.
    for (const { file, reason } of spoiled) kept.set(file, `the fixes together would leave a ${reason}`);
    for (const [file, text] of texts) workspace.change(file, text);
    await workspace.ensure();
    made -= chosen.length;
  }
  const changed = [...before].flatMap(([file, text]) => {
    const after = workspace.engine.text(file) ?? text;
    return after === text ? [] : [{ file, before: text, after }];
  });
  return {
    changed: changed.sort((a, b) => (a.file < b.file ? -1 : 1)),
    made,
    kept: [...kept].map(([file, reason]) => ({ file, reason })).sort((a, b) => (a.file < b.file ? -1 : 1)),
  };
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
    const repair = workspace.engine.repair(alarm, offer.id);
    if (repair.edits.length > 0 && (repair.tier === 'safe' || (repair.tier === 'review' && unsafe))) return repair;
  }
  return undefined;
}

/** Writes a changed text as the file had it: encoding and byte order mark stay. Says what kept it from being written. */
export async function writeBack(host: Host, file: string, before: string, after: string): Promise<string | undefined> {
  const read = await host.read(file, mostBytes);
  if ('problem' in read) return read.problem;
  const decoded = decode(read.bytes);
  if ('problem' in decoded) return decoded.problem;
  if (decoded.text !== before) return 'changed on disk in the meantime';
  const bytes = encode(after, decoded);
  if (bytes === undefined) return `cannot be written as ${decoded.encoding}, the encoding it declares`;
  try {
    await host.write(file, bytes);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
