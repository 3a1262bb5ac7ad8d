// The baseline as the editor changes it: what is found now is accepted, or what was fixed since is taken out. Never both.
import type { Baseline, Entry } from '../project/baseline.js';
import { entryOf, keyOf, readBaseline, renderBaseline, staleIn } from '../project/baseline.js';
import type { Host } from '../project/host.js';
import type { Desk } from './answers.js';
import type { Project } from './project.js';

/** What `threadwise/baseline` takes: `accept` adds every finding of now, `prune` takes out what is fixed. */
export interface BaselineParams {
  readonly what: 'accept' | 'prune';
}
export interface BaselineAnswer {
  /** One for each folder of the editor whose baseline was asked for. */
  readonly baselines: readonly {
    readonly uri: string;
    /** How many findings it lists now, and how many of these are new, or are no longer there. */
    readonly listed: number;
    readonly changed: number;
    /** Does the configuration name it? Without that it is not read. */
    readonly named: boolean;
    /** Its new text, for the client to write; undefined where nothing changes. */
    readonly text?: string;
    /** Why it is left as it is. */
    readonly refused?: string;
  }[];
}

export async function changeBaselines({ what }: BaselineParams, { session, context }: Desk, host: Host): Promise<BaselineAnswer> {
  const baselines: BaselineAnswer['baselines'][number][] = [];
  for (const { project } of session.folders()) {
    const { file, named } = project.baseline;
    const exists = (await host.kind(file)) === 'file';
    if (what === 'prune' && !exists) continue;
    const before = exists ? await readBaseline(host, file) : undefined;
    const uri = context.uri(file);
    if (before !== undefined && 'problem' in before) {
      baselines.push({ uri, listed: 0, changed: 0, named, refused: `it ${before.problem}` });
      continue;
    }
    const old = before?.entries ?? [];
    const now = what === 'accept' ? accepted(old, project, host) : await pruned(before!, project, host);
    const changed = Math.abs(now.length - old.length);
    baselines.push({ uri, listed: now.length, changed, named, ...(changed === 0 ? {} : { text: renderBaseline(now) }) });
  }
  return { baselines };
}

function accepted(old: readonly Entry[], project: Project, host: Host): readonly Entry[] {
  const known = new Set(old.map(keyOf));
  const found = project.alarms().filter((it) => project.lists(it.at.file));
  const entries = found.map((it) => entryOf(host, project.baseline.file, it)).filter((it) => !known.has(keyOf(it)));
  return [...old, ...new Map(entries.map((it) => [keyOf(it), it])).values()];
}

async function pruned(before: Baseline, project: Project, host: Host): Promise<readonly Entry[]> {
  const stale = new Set((await staleIn(host, before, project)).map(keyOf));
  return before.entries.filter((it) => !stale.has(keyOf(it)));
}
