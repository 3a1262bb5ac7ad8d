// `threadwise baseline`: writes the list of accepted findings, takes out what is fixed, and adds only where it is told to.
import { type Audited, audit } from '../project/audit.js';
import {
  type Baseline,
  baselineFile,
  baselineOf,
  type Entry,
  entryOf,
  keyOf,
  readBaseline,
  renderBaseline,
  staleIn,
} from '../project/baseline.js';
import type { Host } from '../project/host.js';
import { type Settings, setting } from '../project/settings.js';
import { openPaths, refuseMissing, refuseProblems } from './open.js';
import type { TargetOptions } from './options.js';
import { counted } from './summary.js';
import { exit, Refusal, type Terminal } from './terminal.js';

export interface BaselineOptions extends TargetOptions {
  readonly output?: string;
  readonly add?: boolean;
}

/** Resolves to the exit code: 1 where a ratchet that only shrinks leaves findings out. */
export async function writeBaseline(terminal: Terminal, paths: readonly string[], options: BaselineOptions): Promise<number> {
  const { host, stderr } = terminal;
  const { baseline: _none, ...rest } = options;
  const opened = await openPaths(terminal, paths.length > 0 ? paths : ['.'], { ...rest, noBaseline: true });
  refuseProblems(opened);
  refuseMissing(opened.wanted);
  const result = await audit(opened.workspace, opened.wanted);
  if (!result.complete) throw new Refusal('the baseline was not written, because not every file could be analysed');
  const file = host.resolve('.', options.output ?? named(opened.settings, host) ?? baselineFile);
  const found = result.alarms.filter((it) => it.suppressed === null).map((it) => entryOf(host, file, it));
  const before = (await host.kind(file)) === undefined ? undefined : await readBaseline(host, file);
  if (before !== undefined && 'problem' in before) throw new Refusal(`\`${file}\` ${before.problem}, so it was not overwritten`);

  const known = new Set(before?.entries.map(keyOf));
  const fresh = before === undefined || options.add === true ? [] : found.filter((it) => !known.has(keyOf(it)));
  const stale = before === undefined ? [] : await staleIn(host, before, looked(result));
  const now = withoutAll([...(before?.entries ?? []), ...found.filter((it) => !known.has(keyOf(it)))], [...stale, ...fresh]);
  await terminal.save(file, renderBaseline(now));
  stderr.write(`${file} accepts ${counted(now.length, 'finding')}${stale.length > 0 ? `, ${stale.length} fewer than before` : ''}\n`);
  if (fresh.length === 0) return exit.fine;
  stderr.write(`${counted(fresh.length, 'finding')} not in it yet; \`--add\` accepts ${fresh.length === 1 ? 'it' : 'them'} as well\n`);
  return exit.findings;
}

/** The file that the configuration names. */
function named(settings: Settings, host: Host): string | undefined {
  const said = setting(settings, 'baseline');
  return said && host.resolve(said.layer.base, said.value);
}

const looked = ({ alarms, files, failed }: Audited) => {
  const asked = new Set(files);
  return { found: () => alarms, lists: (file: string) => asked.has(file), failures: () => failed };
};

function withoutAll(entries: readonly Entry[], gone: readonly Entry[]): readonly Entry[] {
  const keys = new Set(gone.map(keyOf));
  return entries.filter((it) => !keys.has(keyOf(it)));
}

/** `check` takes out what is fixed, so that it cannot come back unseen. Says on stderr what it did. */
export async function shrink(terminal: Terminal, baseline: Baseline, result: Audited, write: boolean): Promise<void> {
  const { host, stderr } = terminal;
  const stale = await staleIn(host, baseline, looked(result));
  if (stale.length === 0) return;
  const what = `${counted(stale.length, 'accepted finding')} ${stale.length === 1 ? 'is' : 'are'} no longer there`;
  if (!write) {
    stderr.write(`${what}; \`threadwise baseline\` takes ${stale.length === 1 ? 'it' : 'them'} out of ${baseline.file}\n`);
    return;
  }
  const { entries } = baselineOf(host, baseline.file, withoutAll(baseline.entries, stale));
  try {
    await terminal.save(baseline.file, renderBaseline(entries));
    stderr.write(`${what}, and taken out of ${baseline.file}\n`);
  } catch (error) {
    stderr.write(`warning: ${what}, but ${baseline.file} was not written: ${(error as Error).message}\n`);
  }
}
