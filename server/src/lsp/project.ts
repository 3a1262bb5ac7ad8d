// One folder of the editor, or the folder of a file that lies in none: its settings, its target and its files, behind one engine.
import type { EngineOptions } from '../engine/engine.js';
import type { Alarm, Target } from '../model.js';
import { projectFolder } from '../project/audit.js';
import { baselineFile } from '../project/baseline.js';
import { cacheFolder, openCache } from '../project/cache.js';
import type { Host } from '../project/host.js';
import { listByFile, settingsByFile } from '../project/nested.js';
import type { Cell } from '../project/notebook.js';
import { type PrepareAll, prepare } from '../project/prepare.js';
import { type WithGil, withGil } from '../project/readiness.js';
import { checkValues } from '../project/schema.js';
import { type Layer, loadSettings, type SettingProblem, setting } from '../project/settings.js';
import { mostBytes } from '../project/source.js';
import { findTarget } from '../project/target.js';
import { type AnyEngine, type FileFailure, openWorkspace, type Workspace } from '../project/workspace.js';
import type { Parser } from '../syntax/load.js';
import { bySlices, pause, slice } from './slices.js';

export interface Project {
  readonly engine: AnyEngine;
  readonly target: Target;
  readonly problems: readonly SettingProblem[];
  /** Files, and folders with files, that the settings rest on besides those every project has. */
  readonly knowledgeFolders: readonly string[];
  open(file: string, text: string): void;
  close(file: string): void;
  /** It changed on disk, appeared or went. */
  touch(file: string): void;
  /** Brings the engine up to date. */
  ensure(): Promise<void>;
  /** Looks again which files the folder has. */
  list(): Promise<void>;
  /** Is it one of the folder's files? False for all until they are listed, and for what is excluded. */
  lists(file: string): boolean;
  /** Reads the files of the folder, bit by bit, so that questions are answered meanwhile; gives those it was asked for. */
  loadAll(options: LoadAll): Promise<readonly string[]>;
  /** Accepted findings, and whether the configuration names that file. */
  readonly baseline: { readonly file: string; readonly named: boolean };
  /** With those that a comment or the baseline silences. */
  found(): readonly Alarm[];
  /** As the settings want them, without those that a comment or the baseline silences. */
  alarms(file?: string): readonly Alarm[];
  /** What the text of a notebook that is not open was made from. */
  cells(file: string): readonly Cell[] | undefined;
  /** Files that the engine has. */
  size(): number;
  /** Files that could not be read or analysed in full. */
  failures(): readonly FileFailure[];
  /** How loud the alarms of these files are where there is a GIL; undefined for a target that always has it. */
  withGil(files: readonly string[], cancelled: () => boolean): Promise<WithGil | undefined>;
  /** Left to another tool by `defer`, without those that a comment silences: not shown, and still repaired. */
  deferred(file: string): readonly Alarm[];
}
export interface LoadAll {
  /** Is this file wanted? All are by default. */
  wanted?(file: string): boolean;
  progress(done: number, all: number): void;
  cancelled(): boolean;
}

/** Values as the editor's settings have them; null and `auto` leave the question to the project. */
export interface EditorSettings {
  readonly version?: string | null | undefined;
  readonly gil?: string | null | undefined;
  readonly startMethod?: string | null | undefined;
}

export interface ProjectOptions {
  readonly host: Host;
  readonly parser: Parser;
  readonly folder: string;
  /** Folders in which modules are looked for; none for the folder of a loose file. */
  readonly roots: readonly string[];
  readonly editor: EditorSettings;
  makeEngine(options: EngineOptions): AnyEngine;
  /** Hears what is wrong in a configuration that is found later, further down. */
  complain?(problems: readonly SettingProblem[]): void;
}

/** Never fails because of what is written in a project: what is wrong there is among the problems. */
export async function openProject({ host, parser, folder, roots, editor, makeEngine, complain }: ProjectOptions): Promise<Project> {
  const question = { host, folder, weaker: [editorLayer(editor, folder)] };
  const loaded = await loadSettings(question);
  const { settings, problems } = loaded;
  const byFile = settingsByFile(question, loaded, complain);
  const target = await findTarget({ host, folder, settings });
  const prepareAll = inSlices(host, parser);
  // A folder of the editor may be a part of a project, as a path on the command line may be.
  const around = [...new Set([await projectFolder(host, folder), ...roots])];
  const settle = (engine: AnyEngine, cancelled: () => boolean) => bySlices((budget) => engine.settle(budget), cancelled);
  const [root = folder] = around;
  // A loose file leaves nothing beside it.
  const cache = roots.length > 0 ? await openCache({ host, root, store: host.store(host.join(root, cacheFolder)) }) : undefined;
  const judging = (judgedFor: Target): Workspace =>
    openWorkspace({
      host,
      parser,
      roots: around,
      settings: byFile,
      target: judgedFor,
      makeEngine,
      prepareAll,
      settle,
      breathe: inTurns(),
      ...(cache === undefined ? {} : { cache }),
    });
  const workspace = judging(target);
  const said = setting(settings, 'baseline');
  const baseline =
    said === undefined
      ? { file: host.join(folder, baselineFile), named: false }
      : { file: host.resolve(said.layer.base, said.value), named: true };
  let listed: ReadonlySet<string> = new Set();
  const list = async () => {
    listed = new Set((await listByFile(byFile, (exclude) => host.list([folder], exclude))).files);
  };
  return {
    engine: workspace.engine,
    target,
    problems,
    knowledgeFolders: [...settings.layers.flatMap((it) => it.knowledge?.folders ?? []), ...(baseline.named ? [baseline.file] : [])],
    open: workspace.open,
    close: workspace.close,
    touch: workspace.touch,
    ensure: () => workspace.ensure(),
    list,
    lists: (file) => listed.has(file),
    async loadAll({ wanted, progress, cancelled }) {
      await list();
      const files = [...listed].filter((file) => wanted?.(file) ?? true);
      for (let at = 0; at < files.length && !cancelled(); at += batch) {
        progress(at, files.length);
        await workspace.load(files.slice(at, at + batch), { cancelled });
      }
      if (!cancelled()) await workspace.ensure({ cancelled });
      await cache?.save();
      return files;
    },
    async withGil(files, cancelled) {
      if (target.gil === 'on') return undefined;
      const locked = judging({ ...target, gil: 'on' });
      await locked.load(files, { cancelled });
      await locked.ensure({ cancelled });
      return cancelled() ? undefined : withGil(locked.engine, files);
    },
    failures: workspace.failures,
    cells: workspace.cells,
    size: () => workspace.size(),
    baseline,
    found: () => workspace.alarms(),
    alarms: (file) => workspace.alarms(file).filter((it) => it.suppressed === null),
    deferred: (file) => workspace.deferred(file).filter((it) => it.suppressed === null),
  };
}

/** Files between two moments at which an edit can get ahead of the reading. */
const batch = 32;

/** Lets the loop turn after each slice of work. */
function inTurns(): () => Promise<void> {
  let began = Date.now();
  return async () => {
    if (Date.now() - began < slice) return;
    await pause(0);
    began = Date.now();
  };
}

/** Reading is cheap and scanning is not. */
function inSlices(host: Host, parser: Parser): PrepareAll {
  return async (files, { whole, done, cancelled }) => {
    const reads = await Promise.all(files.map((file) => host.read(file, mostBytes(file))));
    const breathe = inTurns();
    for (const [at, file] of files.entries()) {
      if (cancelled?.()) return;
      done(file, prepare(parser, file, reads[at]!, whole(file)));
      await breathe();
    }
  };
}

/** What is not understood is left out: the editor itself marks it in its settings. */
function editorLayer({ version, gil, startMethod }: EditorSettings, base: string): Layer {
  const said = Object.entries({ 'python-version': version, gil, 'start-method': startMethod });
  const { values } = checkValues(Object.fromEntries(said.filter(([, value]) => value !== undefined && value !== null && value !== 'auto')));
  return { origin: 'the editor', base, values };
}
