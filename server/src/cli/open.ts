// From paths and options to files and a workspace: what `check`, `baseline`, `print` and `config` begin with.
import { Engine } from '../engine/engine.js';
import type { Target } from '../model.js';
import { findFiles, matchingFiles, projectFolder, type Wanted } from '../project/audit.js';
import { readBaseline } from '../project/baseline.js';
import { cacheFolder, type FactsCache, openCache } from '../project/cache.js';
import { listByFile, type SettingsByFile, settingsByFile } from '../project/nested.js';
import { type Layer, type LoadedSettings, loadSettings, type SettingProblem, type Settings } from '../project/settings.js';
import { findTarget } from '../project/target.js';
import { openWorkspace, type Workspace } from '../project/workspace.js';
import { flagLayer, type TargetOptions } from './options.js';
import { printable } from './report.js';
import { Refusal, type Terminal } from './terminal.js';

export interface Opened {
  readonly wanted: Wanted;
  readonly workspace: Workspace;
  readonly settings: Settings;
  readonly target: Target;
  /** What is wrong with the configuration; said on stderr already. What is right of it holds. */
  readonly problems: readonly SettingProblem[];
  /** The same with what is only a warning. */
  readonly told: readonly SettingProblem[];
  /** The files as they are wanted now: some may have come or gone. */
  list(): Promise<Wanted>;
  /** The same files, judged for another target. */
  again(target: Target): Workspace;
  /** Facts of earlier runs; undefined where none are wanted. */
  readonly cache: FactsCache | undefined;
}
export interface Standing {
  readonly folder: string;
  readonly loaded: LoadedSettings;
  readonly byFile: SettingsByFile;
  readonly target: Target;
}
export interface StandingOptions extends TargetOptions {
  /** Reads no list of accepted findings. */
  readonly noBaseline?: boolean;
  /** Everything that is judged together; the path alone by default. */
  readonly together?: readonly string[];
}

/**
 * Settings and target for a path; what is wrong with the configuration is said on stderr.
 * @throws Refusal when a file that an option names is wrong.
 */
export async function standing(terminal: Terminal, path: string, options: StandingOptions): Promise<Standing> {
  const { host } = terminal;
  const config = options.config === undefined ? undefined : host.resolve('.', options.config);
  if (config !== undefined && (await host.kind(config)) !== 'file')
    throw new Refusal(`the configuration file \`${options.config}\` does not exist`);
  const near = (await host.kind(path)) === 'folder' ? path : (host.parent(path) ?? path);
  const question = {
    host,
    folder: near,
    ...(config === undefined ? {} : { config }),
    isolated: options.isolated === true,
    noBaseline: options.noBaseline === true || options.baseline !== undefined,
    stronger: [await flags(terminal, options)],
  };
  const loaded = await loadSettings(question);
  tell(terminal, loaded.problems);
  const folder = await projectFolder(host, near);
  const target = await findTarget({ host, folder: near, settings: loaded.settings });
  return {
    folder,
    loaded,
    byFile: settingsByFile(question, loaded, (it) => tell(terminal, it), [near, ...(options.together ?? [])]),
    target,
  };
}

async function flags({ host }: Terminal, options: StandingOptions): Promise<Layer> {
  const layer = flagLayer(options, '.');
  if (typeof options.baseline !== 'string' || options.noBaseline === true) return layer;
  const baseline = await readBaseline(host, host.resolve('.', options.baseline));
  if ('problem' in baseline) throw new Refusal(`the baseline \`${options.baseline}\` ${baseline.problem}`);
  return { ...layer, baseline };
}

/** As compilers write them. */
function tell({ stderr }: Terminal, problems: readonly SettingProblem[]): void {
  for (const { file, range, message, severity } of problems) {
    stderr.write(`${printable(file)}:${range.start.line}:${range.start.column}: ${severity ?? 'error'}: ${printable(message)}\n`);
  }
}

/** @throws Refusal where the configuration is wrong: what writes files needs all of it. */
export function refuseProblems({ problems }: Pick<Opened, 'problems'>): void {
  if (problems.length > 0) throw new Refusal('the configuration is wrong, nothing was written');
}

export interface OpenOptions extends StandingOptions {
  readonly jobs?: number | undefined;
  /** Are facts taken from a cache, and kept in it? */
  readonly cache?: boolean;
  readonly cacheDir?: string;
  /** The one folder from which modules are imported. */
  readonly importRoot?: string;
  /** Where the search for settings begins; the first path by default. */
  readonly near?: string;
}

/** Paths are as typed; patterns that name no file are expanded. */
export async function openPaths(terminal: Terminal, typed: readonly string[], options: OpenOptions): Promise<Opened> {
  const { host } = terminal;
  const { importRoot, jobs } = options;
  const paths = await expanded(terminal, typed);
  const { folder, loaded, byFile, target } = await standing(terminal, options.near ?? paths[0] ?? '.', { ...options, together: paths });
  const settings = importRoot === undefined ? loaded.settings : withRoot(loaded.settings, importRoot);
  const list = () => listByFile(byFile, (exclude) => findFiles(host, paths, exclude));
  const wanted = await list();
  const roots = importRoot === undefined ? [...new Set([folder, ...wanted.folders])] : [];
  const parser = await terminal.parser();
  const prepareAll = terminal.pool?.(parser, jobs);
  const store = host.store(options.cacheDir === undefined ? host.join(folder, cacheFolder) : host.resolve('.', options.cacheDir));
  const cache = options.cache === true ? await openCache({ host, root: folder, store }) : undefined;
  const again = (judgedFor: Target) =>
    openWorkspace({
      host,
      parser,
      roots,
      settings: importRoot === undefined ? byFile : settings,
      target: judgedFor,
      makeEngine: (it) => new Engine(it),
      ...(prepareAll === undefined ? {} : { prepareAll }),
      ...(cache === undefined ? {} : { cache }),
    });
  const workspace = again(target);
  const told = [...loaded.problems, ...byFile.problems()];
  const problems = told.filter((it) => it.severity !== 'warning');
  return { wanted, workspace, settings, target, problems, told, list, again, cache };
}

const withRoot = (settings: Settings, root: string): Settings => ({
  layers: [...settings.layers, { origin: 'the command', base: '.', values: { src: [root] } }],
});

async function expanded({ host }: Terminal, typed: readonly string[]): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const it of typed) {
    const path = host.resolve('.', it);
    const found = /[*?[{]/.test(it) && (await host.kind(path)) === undefined ? await matchingFiles(host, it) : [];
    paths.push(...(found.length > 0 ? found : [path]));
  }
  return [...new Set(paths)];
}

/** @throws Refusal naming the paths that do not exist, with what may have been meant. */
export function refuseMissing(wanted: Wanted): void {
  if (wanted.missing.length === 0) return;
  const lines = wanted.missing.map(({ path, nearest }) => {
    const meant = nearest === undefined ? '' : `; the nearest existing path is \`${printable(nearest)}\``;
    return `\`${printable(path)}\` does not exist${meant}`;
  });
  throw new Refusal(lines.join('\n'));
}
