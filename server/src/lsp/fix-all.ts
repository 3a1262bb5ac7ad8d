// Every safe fix of some files in one edit: what `source.fixAll` and the commands that fix a file or the workspace are answered with.
import { isDirective } from '../engine/directives.js';
import type { Alarm, Edit, Repair } from '../model.js';
import { applied } from '../project/edits.js';
import type { Project } from './project.js';

/** Repairs that stand together; their edits are those of the texts as they are now. */
export interface AllFixed {
  readonly repairs: readonly Repair[];
  /** Findings whose fix is in the way of another one: they are fixed the next time. */
  readonly left: number;
}

/**
 * One repair after the other, each made and verified on the texts that the earlier ones leave behind: so the last use of an import takes
 * the import with it. `cancelled` is asked between two findings. Nothing is changed.
 */
export function safeRepairs(project: Project, files: readonly string[], cancelled: () => boolean = () => false): AllFixed {
  const { engine } = project;
  const repairs: Repair[] = [];
  const edits = new Map<string, readonly Edit[]>();
  const tried = new Set<string>();
  let left = 0;

  const next = (): Repair | undefined => {
    for (const file of files) {
      for (const alarm of [...project.alarms(file), ...project.deferred(file)]) {
        // A comment may stand where its statement is still to be written.
        const offer = tried.has(identity(alarm)) || isDirective(alarm) ? undefined : engine.offers(alarm).find((it) => it.tier === 'safe');
        if (offer === undefined) continue;
        tried.add(identity(alarm));
        const repair = engine.repair(alarm, offer.id);
        if (repair.tier === 'safe' && repair.edits.length > 0) return repair;
      }
    }
    return undefined;
  };
  const further = (): void => {
    for (let repair = next(); repair !== undefined && !cancelled(); repair = next()) {
      const texts = new Map<string, string>();
      const added = new Map<string, readonly Edit[]>();
      for (const file of new Set(repair.edits.map((it) => it.file))) {
        const own = repair.edits.filter((it) => it.file === file);
        const all = composed(edits.get(file) ?? [], own, engine.text(file) ?? '');
        if (all === undefined) break;
        added.set(file, all);
        texts.set(file, applied(engine.text(file) ?? '', own));
      }
      if (repair.edits.some((it) => !added.has(it.file))) {
        left++;
        continue;
      }
      const before = new Map([...added.keys()].map((file) => [file, new Set(edits.get(file))]));
      for (const [file, all] of added) edits.set(file, all);
      const own = [...added].flatMap(([file, all]) => all.filter((it) => before.get(file)?.has(it) !== true));
      repairs.push({ ...repair, edits: own });
      engine.during(texts, further);
      return;
    }
  };
  further();
  return { repairs, left };
}

/** Of all repairs, in the order in which those at one place have to be made. */
export function editsOf(repairs: readonly Repair[]): readonly Edit[] {
  return repairs.flatMap((it) => it.edits).sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}

/** A place moves with each repair, a statement keeps its text. */
const identity = ({ rule, at, fingerprint }: Alarm): string => JSON.stringify([rule, at.file, fingerprint]);

/**
 * `later` is made on the text that `earlier` leaves behind, and comes back as edits of the first text among those; undefined where it
 * changes what an earlier one wrote.
 */
function composed(earlier: readonly Edit[], later: readonly Edit[], text: string): readonly Edit[] | undefined {
  const ends = /\r\n|\r|\n/.exec(text)?.[0] ?? '\n';
  const result = [...earlier];
  // From the end, so that the later edits do not move each other.
  for (const edit of [...later].sort((a, b) => b.span.start - a.span.start)) {
    let moved = 0;
    let at = 0;
    for (; at < earlier.length; at++) {
      const { span, text: written } = earlier[at]!;
      const start = span.start + moved;
      if (edit.span.end <= start) break;
      if (edit.span.start < start + written.length) return undefined;
      moved += written.length - (span.end - span.start);
    }
    const span = { start: edit.span.start - moved, end: edit.span.end - moved };
    result.splice(at, 0, { file: edit.file, span, text: edit.text.replace(/\r\n|\r|\n/g, ends) });
  }
  return result;
}
