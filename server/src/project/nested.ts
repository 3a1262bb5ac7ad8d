// Settings by file: the nearest configuration above a file decides how it is judged, also where that lies inside of the project.
import type { Patterns } from './host.js';
import {
  configurationIn,
  excludes,
  type LoadedSettings,
  loadSettings,
  type SettingProblem,
  type Settings,
  type SettingsQuestion,
} from './settings.js';

/**
 * What is asked of the whole program has one answer, that of the project: the target, what names mean, where modules lie. Which rules run
 * on a file, with what severity and confidence, and which files are left out, the nearest configuration says.
 */
export interface SettingsByFile {
  readonly main: Settings;
  /** Looks for the configurations of these files; those of the main one are answered for before. */
  prepare(files: Iterable<string>): Promise<void>;
  of(file: string): Settings;
  /** Every one that was found, the main one first. */
  all(): readonly Settings[];
  /** What is wrong with those that were found, without the main one. */
  problems(): readonly SettingProblem[];
}

/**
 * `question` is the one that the main settings are the answer to. With a file that was named, or none at all, there is one answer.
 * `complain` hears of each configuration that is found later and is wrong. `together` are the folders that are one program.
 */
export function settingsByFile(
  question: SettingsQuestion,
  main: LoadedSettings,
  complain: (problems: readonly SettingProblem[]) => void = () => {},
  together: readonly string[] = [question.folder],
): SettingsByFile {
  const { host, config, isolated } = question;
  const single = config !== undefined || isolated === true;
  const byFolder = new Map<string, Promise<LoadedSettings>>();
  const byConfiguration = new Map<string | undefined, Promise<LoadedSettings>>([[main.file, Promise.resolve(main)]]);
  const answers = new Map<string, Settings>();
  const found = new Map<Settings, readonly SettingProblem[]>();

  /** A file beside them answers for another program, and is only used to judge. */
  const isInside = (file: string): boolean => together.some((it) => host.below(it, file) !== undefined);
  const load = (file: string | undefined): Promise<LoadedSettings> => {
    const known = byConfiguration.get(file);
    if (known !== undefined) return known;
    const next = loadSettings({
      ...question,
      ...(file === undefined ? { isolated: true } : { config: file, ...(isInside(file) ? { under: main.file ?? null } : {}) }),
    });
    byConfiguration.set(file, next);
    return next;
  };
  const ofFolder = (folder: string): Promise<LoadedSettings> => {
    const known = byFolder.get(folder);
    if (known !== undefined) return known;
    const next = configurationIn(host, folder).then((file) => {
      const up = file === undefined ? host.parent(folder) : undefined;
      return up === undefined ? load(file) : ofFolder(up);
    });
    byFolder.set(folder, next);
    return next;
  };
  return {
    main: main.settings,
    async prepare(files) {
      if (single) return;
      for (const file of files) {
        const folder = host.parent(file);
        if (folder === undefined || answers.has(folder)) continue;
        const { settings, problems } = await ofFolder(folder);
        answers.set(folder, settings);
        if (settings === main.settings || found.has(settings)) continue;
        found.set(settings, problems);
        if (problems.length > 0) complain(problems);
      }
    },
    of: (file) => answers.get(host.parent(file) ?? '') ?? main.settings,
    all: () => [main.settings, ...found.keys()],
    problems: () => [...found.values()].flat(),
  };
}

/** Lists files by the patterns of all settings: a configuration further down may leave out more. */
export async function listByFile<T extends { readonly files: readonly string[] }>(
  settings: SettingsByFile,
  list: (exclude: readonly Patterns[]) => Promise<T>,
): Promise<T> {
  const patterns = () => settings.all().flatMap(excludes);
  const before = patterns();
  const listed = await list(before);
  await settings.prepare(listed.files);
  const now = patterns();
  return now.length === before.length ? listed : list(now);
}
