// The documents and projects under one set of settings: what changed goes to the engines bit by bit, and answers come out.
import type { Alarm } from '../model.js';
import { defaultExcludes, type Host } from '../project/host.js';
import { type Cell, isNotebook } from '../project/notebook.js';
import type { FileFailure } from '../project/workspace.js';
import type { LoadAll, Project } from './project.js';
import { createProjects } from './projects.js';
import { createSettling, type Delays, orCancelled, type Token } from './slices.js';
import { createTexts, type Texts } from './texts.js';

export interface Session {
  readonly texts: Texts;
  open(file: string, text: string, version: number): void;
  close(file: string): void;
  /** It changed on disk, appeared or went. */
  touch(file: string): void;
  /** Settles when the engines know all that was said before, or the token is cancelled. Never rejects. */
  settled(token?: Token): Promise<void>;
  /** Of the text that the engine has; null where it is not that of an open document. */
  version(file: string): number | null;
  project(file: string): Project | undefined;
  /** What the text of a notebook that is not open was made from. */
  cells(file: string): readonly Cell[] | undefined;
  projects(): readonly Project[];
  /** The folders of the editor, each with its project. */
  folders(): readonly { readonly folder: string; readonly project: Project }[];
  /** None for a file that nothing is known of. */
  alarms(file: string): readonly Alarm[];
  /** The same with those that `defer` leaves to another tool: what code actions are offered for. */
  repairable(file: string): readonly Alarm[];
  /** Files that have alarms, sorted. */
  alarming(): readonly string[];
  /** Have the folders of the editor been read? */
  loaded(): boolean;
  /** Reads the folders of the editor, one after the other. `progress` hears how many files are read, of how many. */
  loadAll(progress: (done: number, all: number) => void): Promise<void>;
  /** Reads those files of the folders that are wanted, also what is new on disk; gives them. Settles when all is worked off. */
  read(wanted: (file: string) => boolean, options: LoadAll, token?: Token): Promise<readonly string[]>;
  failures(): readonly FileFailure[];
  stop(): void;
}

export interface SessionOptions {
  readonly host: Host;
  readonly roots: readonly string[];
  openProject(folder: string, roots: readonly string[]): Promise<Project>;
  /** Called after each round of work. */
  changed(): void;
  /** What went wrong and did not stop anything. */
  failed(what: string, error: unknown): void;
  readonly delays?: Delays;
}

type Change = { readonly text: string; readonly version: number } | 'closed' | 'touched';

export function createSession({ host, roots, openProject, changed, failed, delays }: SessionOptions): Session {
  const projects = createProjects(host, roots, openProject);
  const pending = new Map<string, Change>();
  const versions = new Map<string, number>();
  let loaded = false;
  let nowWhole = () => {};
  const whole = new Promise<void>((resolve) => {
    nowWhole = resolve;
  });
  let stopped = false;

  const projectOf = async (file: string): Promise<Project | undefined> => {
    try {
      return await projects.of(file);
    } catch (error) {
      failed(`the project of ${file} could not be opened`, error);
      return undefined;
    }
  };
  /** Folders with files that are new on disk: whether those count, a new listing says. */
  const listAgain = async (changes: readonly (readonly [string, Change])[]) => {
    const stale = new Set<Project>();
    for (const [file, change] of changes) {
      const project = await projectOf(file);
      if (change === 'touched' && loaded && project?.lists(file) === false) stale.add(project);
    }
    for (const project of stale) await project.list();
  };
  const take = (file: string, change: Change) => {
    for (const { project, owns } of projects.all()) {
      const wanted = owns(file) && (change !== 'touched' || project.lists(file));
      if (wanted || project.engine.text(file) !== undefined) pass(project, file, change);
    }
    if (typeof change === 'object') versions.set(file, change.version);
    else if (change === 'closed') versions.delete(file);
  };
  const work = async () => {
    const changes = [...pending];
    pending.clear();
    await listAgain(changes);
    for (const [file, change] of changes) take(file, change);
    for (const { project } of projects.all()) {
      await project.ensure().catch((error: unknown) => failed('the files that changed could not be analysed', error));
    }
    if (!stopped) changed();
  };
  const settling = createSettling(work, (error) => failed('a change could not be worked off', error), delays);

  const change = (file: string, it: Change) => {
    // A document that is open hides what happens to its file, and one that is closed reads it anyway.
    if (it === 'touched' && (pending.has(file) || isForeign(host, roots, file))) return;
    pending.set(file, it);
    settling.touch();
  };
  const alarms = (project: Project, file?: string): readonly Alarm[] => {
    try {
      return project.alarms(file);
    } catch (error) {
      failed('the rules could not be asked', error);
      return [];
    }
  };
  /** What was only read because another file imports it is not blamed. */
  const isShown = (project: Project, file: string) => project.lists(file) || (versions.has(file) && !isLibrary(host, roots, file));
  const readFolders = async (wanted: (file: string) => boolean, { progress, cancelled }: LoadAll): Promise<readonly string[]> => {
    const files = new Set<string>();
    for (const root of roots) {
      if (stopped || cancelled()) break;
      try {
        const project = await projects.of(root);
        const owns = projects.all().find((it) => it.project === project)?.owns;
        const options = { progress, cancelled: () => stopped || cancelled() };
        const read = await project.loadAll({ ...options, wanted: (file) => wanted(file) && owns?.(file) !== false });
        for (const file of read) files.add(file);
      } catch (error) {
        failed(`the files in ${root} could not be read`, error);
      }
    }
    settling.touch();
    return [...files];
  };
  const textOf = (file: string): string | undefined => {
    const own = projects.known(file)?.engine.text(file);
    if (own !== undefined) return own;
    for (const { project } of projects.all()) {
      const text = project.engine.text(file);
      if (text !== undefined) return text;
    }
    return undefined;
  };

  return {
    texts: createTexts(textOf),
    open: (file, text, version) => change(file, { text, version }),
    close: (file) => change(file, 'closed'),
    touch: (file) => change(file, 'touched'),
    settled: settling.settled,
    version: (file) => versions.get(file) ?? null,
    project: (file) => projects.known(file),
    cells: (file) => (isNotebook(file) ? projects.known(file)?.cells(file) : undefined),
    folders: () =>
      roots.flatMap((folder) => {
        const project = projects.known(folder);
        return project === undefined ? [] : [{ folder, project }];
      }),
    projects: () => projects.all().map(({ project }) => project),
    repairable(file) {
      const project = projects.known(file);
      return project === undefined || !isShown(project, file) ? [] : [...alarms(project, file), ...project.deferred(file)];
    },
    alarms(file) {
      const project = projects.known(file);
      return project === undefined || !isShown(project, file) ? [] : alarms(project, file);
    },
    alarming() {
      const files = projects.all().flatMap(({ project, owns }) => {
        const own = new Set(alarms(project).map((it) => it.at.file));
        return [...own].filter((file) => owns(file) && isShown(project, file));
      });
      return files.sort();
    },
    loaded: () => loaded,
    async read(wanted, options, token) {
      await (token ? orCancelled(whole, token) : whole);
      const files = await readFolders(wanted, options);
      await settling.settled(token);
      return files;
    },
    failures: () =>
      projects.all().flatMap(({ project, owns }) => project.failures().filter((it) => owns(it.file) && isShown(project, it.file))),
    async loadAll(progress) {
      await settling.settled();
      await readFolders(() => true, { progress, cancelled: () => stopped });
      loaded = true;
      await settling.settled();
      nowWhole();
    },
    stop() {
      stopped = true;
      nowWhole();
      settling.stop();
    },
  };
}

/** Is it installed code, which others answer for? It is read for what it says about the project, and never blamed, also when it is open. */
function isLibrary(host: Host, roots: readonly string[], file: string): boolean {
  for (let at = host.parent(file); at !== undefined && !roots.includes(at); at = host.parent(at)) {
    if (/^(?:site|dist)-packages$/.test(host.name(at))) return true;
    // The standard library lies in such a folder.
    if (/^python3\.\d+t?$/.test(host.name(at)) && /^lib(?:64)?$/.test(host.name(host.parent(at) ?? ''))) return true;
  }
  return false;
}

/** Does it lie where no source of the project can be? An installer touches thousands of such files. */
function isForeign(host: Host, roots: readonly string[], file: string): boolean {
  const ways = roots.map((root) => host.below(root, file)).filter((way) => way !== undefined);
  return ways.length > 0 && ways.every((way) => way.split('/').some((name) => defaultExcludes.has(name)));
}

function pass(project: Project, file: string, change: Change): void {
  if (change === 'closed') project.close(file);
  else if (change === 'touched') project.touch(file);
  else project.open(file, change.text);
}
